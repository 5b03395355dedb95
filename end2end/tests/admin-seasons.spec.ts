// Seasons in the admin area: what would happen is said before it does; with script and without, wide and narrow, by keyboard.
import { owned, wideAndNarrow } from '../support/admin';
import { accessible, expect, sends, visit } from '../support/story';

owned('whoever runs the hub begins a season, begins another, and ends it', async ({ owner: page, complaints }) => {
  complaints.expect(/422/);
  await wideAndNarrow(page, '/admin/seasons', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Seasons' })).toBeVisible();
    await expect(page.getByText('No season yet')).toBeVisible();
  });

  // Nothing happens at the first press: what it would do is there to be read.
  await page.getByText('Begin one…').click();
  await expect(page.getByText(/Its ladders are empty at first/)).toBeVisible();
  await accessible(page);

  // By keyboard alone: the name is typed and the form is sent. Without one it is refused, and says so.
  await page.locator('#begin-name').focus();
  await sends(page, () => page.keyboard.press('Enter'));
  await expect(page.locator('#begin-name-error')).toHaveText('This may not be empty.');
  await visit(page, '/admin/seasons');
  await page.getByText('Begin one…').click();
  await page.locator('#begin-name').focus();
  await page.keyboard.type('Autumn');
  await sends(page, () => page.keyboard.press('Enter'));
  await visit(page, '/admin/seasons');
  await expect(page.getByRole('row', { name: /Autumn.*Runs.*0/ })).toBeVisible();

  // Another one says what ends with it.
  await page.getByText('Begin one…').click();
  await expect(page.getByText(/Autumn ends: its ladders, in which 0 players stand/).first()).toBeVisible();
  await page.locator('#begin-name').fill('Winter');
  await sends(page, () => page.getByRole('button', { name: 'Begin it now' }).click());
  await wideAndNarrow(page, '/admin/seasons', async () => {
    await expect(page.getByRole('row', { name: /Winter.*Runs/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /Runs/ })).toHaveCount(1);
  });
  await page.getByText('End it…').click();
  await sends(page, () => page.getByRole('button', { name: 'End it now' }).click());
  await visit(page, '/admin/seasons');
  await expect(page.getByRole('row', { name: /Runs/ })).toHaveCount(0);

  // Players choose among them in the ladder, and the way there leaves the admin area.
  await page.getByRole('link', { name: 'Autumn' }).click();
  await page.waitForURL((address) => address.pathname === '/lobby/ladder' && address.searchParams.has('season'));
  await expect(page.locator('#ladder-season option:checked')).toHaveText('Autumn');
  await visit(page, '/admin/audit?act=season.');
  await expect(page.getByText('season.ended').first()).toBeVisible();
});
