// The example `guild_war`, as people use it: a war is declared, fought and won on its page, shown on the organization's, read by programs, and
// ended by its task; with script and without.
import { approve, begin, runTask, saveSettings, tab, toggle, withPlugins } from '../support/plugins';
import { accessible, expect, fitsItsWindow, hydrated, story, visit } from '../support/story';

story('a war is declared, fought, and won; and one whose time is not over goes on', async ({ browser, complaints }) => {
  await withPlugins(browser, complaints, { examples: ['guild-war'] }, async ({ hub, owner, another }) => {
    const path = await begin(owner, 'The Lantern');
    await approve(owner, 'guild_war', 'Keep up to 16 MiB of documents per organization');
    await toggle(owner, `${path}/plugins`, true);
    // The organization has its own idea of when a war is won.
    await visit(owner, `${path}/plugins?plugin=guild_war`);
    await owner.getByLabel('Points that end a war').fill('5');
    await saveSettings(owner);
    await expect(owner.getByLabel('Points that end a war')).toHaveValue('5');

    const declare = async (left: string, right: string) => {
      await visit(owner, `${path}/plugins/guild_war/declare`);
      await owner.getByLabel('One guild').fill(left);
      await owner.getByLabel('The other').fill(right);
      await owner.getByRole('button', { name: 'Declare the war' }).click();
      await owner.waitForURL((url) => /\/guild_war\/(?!declare)[^/]+$/.test(url.pathname));
      await hydrated(owner);
      return new URL(owner.url()).pathname;
    };
    const war = await declare('Wolves', 'Ravens');
    await declare('Bears', 'Foxes');

    const report = async (winner: string, points: string) => {
      await visit(owner, war);
      await owner.getByLabel('Won by', { exact: true }).selectOption(winner);
      await owner.getByLabel('Points', { exact: true }).fill(points);
      await owner.getByRole('button', { name: 'Report it' }).click();
      await expect(owner.getByText('The score has changed.')).toBeVisible();
    };
    await report('Ravens', '2');
    await accessible(owner);
    await fitsItsWindow(owner);

    // Everybody reads the score: a stranger on the organization's page, a program at the route.
    const guest = await another();
    await visit(guest, path);
    await expect(guest.getByText('Ravens').first()).toBeVisible();
    await accessible(guest);
    await tab(guest, 'Guild wars').click();
    await guest.waitForURL(`**${path}/plugins/guild_war`);
    await hydrated(guest);
    await expect(guest.getByRole('heading', { name: 'Wolves against Ravens' })).toBeVisible();
    await expect(guest.getByRole('link', { name: 'Declare a war' })).toHaveCount(0);
    const told = await fetch(`${hub.url}/api/plugins/guild_war/orgs/the-lantern/wars`);
    expect([200, 401]).toContain(told.status);

    await report('Wolves', '5');
    await expect(owner.getByText('Wolves has won.')).toBeVisible();
    await expect(owner.getByRole('button', { name: 'Report it' })).toHaveCount(0);

    // The task ends what is due, and nothing else.
    await runTask(owner, 'guild_war:task/settle');
    await visit(guest, `${path}/plugins/guild_war`);
    await expect(guest.getByRole('row', { name: /Wolves against Ravens Wolves 5 : 2/ })).toBeVisible();
    await expect(guest.getByRole('heading', { name: 'Bears against Foxes' })).toBeVisible();
  });
});
