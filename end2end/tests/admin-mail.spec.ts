// The mail outbox in the admin area: with script and without, wide and narrow, by keyboard.
import { finishSetup, freshName } from '../support/people';
import { Hub, accessible, comesTo, expect, fitsItsWindow, listen, sends, story, visit, withoutScript } from '../support/story';

story('whoever runs the hub tries mail and reads how it went', async ({ browser, complaints }) => {
  const hub = await Hub.start();
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const page = await context.newPage();
  await finishSetup(page, await hub.setupPath(), freshName('Freya'), 'The Hall');

  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, '/admin/mail');
    await expect(page.getByRole('heading', { level: 1, name: 'Mail' })).toBeVisible();
    await expect(page.getByText('No mail server is configured')).toBeVisible();
    await accessible(page);
    await fitsItsWindow(page);
  }

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
  await context.close();
  await hub.stop();
});
