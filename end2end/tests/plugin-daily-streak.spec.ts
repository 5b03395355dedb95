// The example `daily_streak`, as people use it: a page, a box on the organization's page, once a day; with script and without.
import { approve, begin, tab, toggle, withPlugins } from '../support/plugins';
import { signUp } from '../support/people';
import { accessible, expect, fitsItsWindow, hydrated, sends, story, visit } from '../support/story';

story('whoever comes by collects the day once, and is on the list', async ({ browser, complaints }) => {
  complaints.expect(/404/);
  await withPlugins(browser, complaints, { examples: ['daily-streak'] }, async ({ owner, another }) => {
    const path = await begin(owner, 'The Lantern', 'Open to everybody');
    await approve(owner, 'daily_streak', 'Keep up to 4 MiB of its own data per organization', 'Write to members by mail, until they want no more of it');
    await toggle(owner, `${path}/plugins`, true);

    const vera = await another();
    await signUp(vera, 'Vera');
    await visit(vera, path);
    await sends(vera, () => vera.getByRole('button', { name: 'Join', exact: true }).click());
    // The box on the organization's own page.
    await visit(vera, path);
    await expect(vera.getByRole('button', { name: 'Collect today' })).toBeVisible();
    await accessible(vera);
    await tab(vera, 'Daily streak').click();
    await vera.waitForURL(`**${path}/plugins/daily_streak`);
    await hydrated(vera);
    await expect(vera.getByText('Nobody has a streak yet.')).toBeVisible();
    await vera.getByRole('button', { name: 'Collect today' }).click();
    await expect(vera.getByText('1 day in a row.')).toBeVisible();
    await accessible(vera);
    await fitsItsWindow(vera);

    // Counted, and not twice.
    await visit(vera, `${path}/plugins/daily_streak`);
    await expect(vera.getByText('You have been counted today.')).toBeVisible();
    await expect(vera.getByRole('button', { name: 'Collect today' })).toHaveCount(0);
    await expect(vera.getByRole('row', { name: /1.*Vera.*1/ })).toBeVisible();
    await visit(vera, path);
    await expect(vera.getByText('1 day', { exact: true })).toBeVisible();
    await expect(vera.getByRole('button', { name: 'Collect today' })).toHaveCount(0);
    // A stranger reads the list, and has nothing to collect.
    const guest = await another();
    await visit(guest, path);
    await expect(guest.getByRole('button', { name: 'Collect today' })).toHaveCount(0);
  });
});
