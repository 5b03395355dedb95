// What admins do, with script and without: the lists, the filters and the forms are plain ones.
import { owned } from '../support/admin';
import { accessible, expect, hydrated, sends, visit } from '../support/story';

owned('an admin finds an account, renames it, and reads that in the audit log', async ({ owner: page }) => {
  await visit(page, '/admin/users?q=frey');
  await page.getByRole('link', { name: 'Freya', exact: true }).last().click();
  await expect(page.getByRole('heading', { name: 'What you can do' })).toBeVisible();
  await hydrated(page);
  await page.locator('summary').filter({ hasText: 'Rename' }).click();
  await page.locator('#rename-name').fill('Freya the Wise');
  await page.locator('#rename-reason').fill('won a bet');
  await sends(page, () => page.getByRole('button', { name: 'Rename' }).click());
  await visit(page, '/admin/audit?act=user.renamed');
  await expect(page.locator('.table')).toContainText('user.renamed');
  await page.locator('.table summary').first().click();
  await expect(page.locator('.table')).toContainText('won a bet');
  await page.getByLabel('Act, such as user.locked or user.').fill('no.such.act');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByText('No entries')).toBeVisible();
  await accessible(page);
});
