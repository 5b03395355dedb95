// The example `server_status`, as people meet it: it asks a service of the world, which stands on this machine here, and shows the answer on
// its page, in a box, and as a badge for other sites; with script and without.
import { Gateway } from '../support/gateway';
import { approve, begin, runTask, saveSettings, tab, toggle, withPlugins } from '../support/plugins';
import { accessible, expect, fitsItsWindow, hydrated, story, visit } from '../support/story';

story('a server is looked at, and its state is on the page, in the box and on the badge', async ({ browser, complaints }) => {
  const world = await Gateway.of('api.mcsrvstat.us');
  world.answers(() => ({ status: 200, body: { online: true, players: { online: 3, max: 20 } } }));
  await withPlugins(browser, complaints, { examples: ['server-status'], env: world.env }, async ({ hub, owner, another }) => {
    const path = await begin(owner, 'The Lantern');
    await approve(owner, 'server_status', 'Contact https://api.mcsrvstat.us/3/*', 'Offer addresses without sign-in');
    await toggle(owner, `${path}/plugins`, true);
    const badge = async () => {
      const answer = await fetch(`${hub.url}/api/plugins/server_status/orgs/the-lantern/badge`);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { message: string }).message;
    };
    expect(await badge()).toBe('unknown');

    await visit(owner, `${path}/plugins?plugin=server_status`);
    await owner.getByLabel("The server's address").fill('play.example.org');
    await saveSettings(owner);
    await expect(owner.getByLabel("The server's address")).toHaveValue('play.example.org');
    await accessible(owner);
    await runTask(owner, 'server_status:task/look');
    expect(world.asked.map((asked) => asked.line)).toContain('GET api.mcsrvstat.us/3/play.example.org');

    expect(await badge()).toBe('3 of 20 play');
    const guest = await another();
    await visit(guest, path);
    await expect(guest.getByText('3 of 20')).toBeVisible();
    await accessible(guest);
    await tab(guest, 'Server').click();
    await guest.waitForURL(`**${path}/plugins/server_status`);
    await hydrated(guest);
    await expect(guest.getByText('online', { exact: true })).toBeVisible();
    await expect(guest.getByText('play.example.org')).toBeVisible();
    await accessible(guest);
    await fitsItsWindow(guest);

    world.answers(() => ({ status: 200, body: { online: false } }));
    await runTask(owner, 'server_status:task/look');
    expect(await badge()).toBe('offline');
    await visit(guest, `${path}/plugins/server_status`);
    await expect(guest.getByText('The server does not answer at the moment.')).toBeVisible();
  }).finally(() => world.close());
});
