// Discord in the admin area: with script and without, wide and narrow. No token is entered: the hub would knock at Discord with it.
import { owned, wideAndNarrow } from '../support/admin';
import { comesTo, expect, sends, visit } from '../support/story';

owned('whoever runs the hub sets Discord up', async ({ owner: page, complaints }) => {
  complaints.expect(/422/);
  await visit(page, '/admin/discord');
  await expect(page.getByRole('heading', { level: 1, name: 'Discord' })).toBeVisible();
  await expect(page.getByText('People can’t link their Discord accounts here yet')).toBeVisible();

  await page.getByLabel('Application ID').fill('lantern');
  await page.getByLabel('Public key').fill('d75a');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await expect(page.getByLabel('Application ID')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Public key')).toHaveValue('d75a');

  await page.getByLabel('Application ID').fill('1101234567890123456');
  await page.getByLabel('Public key').fill('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await comesTo(page, '/admin/discord', page.getByText('No token yet'));
  await expect(page.getByText('/hooks/discord')).toBeVisible();
  await wideAndNarrow(page, '/admin/discord');
});
