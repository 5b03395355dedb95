// The mail outbox in the admin area: with script and without, wide and narrow, by keyboard.
import { owned, wideAndNarrow } from '../support/admin';
import { accessible, comesTo, expect, fitsItsWindow, sends } from '../support/story';

owned('whoever runs the hub tries mail and reads how it went', async ({ owner: page }) => {
  await wideAndNarrow(page, '/admin/mail', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Mail' })).toBeVisible();
    await expect(page.getByText('No mail server is configured')).toBeVisible();
  });

  // By keyboard alone: into the field, its text, and the form is sent.
  await page.locator('#test-mail-email').focus();
  await page.keyboard.type('olga@example.org');
  await sends(page, () => page.keyboard.press('Enter'));
  await comesTo(page, '/admin/mail?state=unsent', page.getByRole('row', { name: /A test.*olga@example\.org/ }));

  await page.getByRole('link', { name: 'A test' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'One mail' })).toBeVisible();
  await expect(page.getByText('The Hall can send mail to this mailbox.')).toBeVisible();
  await accessible(page);
  await fitsItsWindow(page);
  await page.getByText('Remove', { exact: true }).click();
  await page.getByRole('button', { name: 'Remove this mail' }).click();
  await page.waitForURL((address) => address.pathname === '/admin/mail');
  await expect(page.getByText('No mails')).toBeVisible();
});
