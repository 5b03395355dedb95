// The hub's backups in the admin area: with script and without, wide and narrow, by keyboard.
import { owned, wideAndNarrow } from '../support/admin';
import { accessible, comesTo, expect, sends } from '../support/story';

owned('whoever runs the hub makes a backup, fetches and removes it', async ({ owner: page }) => {
  await wideAndNarrow(page, '/admin/backups', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Backups' })).toBeVisible();
    await expect(page.getByText('No backups yet')).toBeVisible();
  });

  // By keyboard alone.
  await page.getByRole('button', { name: 'Make a backup' }).focus();
  await sends(page, () => page.keyboard.press('Enter'));
  await comesTo(page, '/admin/backups', page.getByRole('row', { name: /Asked for/ }));
  await accessible(page);

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Download guildhall-asked-/ }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^guildhall-asked-.*\.tar$/);

  // The hub makes one by itself, too, when it has run for a minute.
  const row = page.getByRole('row', { name: /Asked for/ });
  await row.getByText('Remove', { exact: true }).click();
  await row.getByRole('button', { name: 'Remove it' }).click();
  await expect(row).toHaveCount(0);
});
