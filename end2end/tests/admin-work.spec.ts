// Webhooks and jobs in the admin area: with script and without, wide and narrow, by keyboard.
import { owned, wideAndNarrow } from '../support/admin';
import { freshName, signUp } from '../support/people';
import { accessible, comesTo, expect, hydrated, listen, visit, withoutScript } from '../support/story';
import { Receiver, isSigned } from '../support/receiver';

owned.use({ ownEnv: { GUILDHALL_OUTBOUND__ALLOW: '127.0.0.1' } });

owned('whoever runs the hub has another program told, and reads how it went', async ({ owner: page, own: hub, browser, complaints }) => {
  const receiver = await Receiver.open();

  await wideAndNarrow(page, '/admin/webhooks', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Webhooks' })).toBeVisible();
    await expect(page.getByText('No webhooks')).toBeVisible();
  });

  // By keyboard alone: the name, the address, a box, and the form is sent.
  await page.locator('#create-name').focus();
  await page.keyboard.type('Greeter');
  await page.keyboard.press('Tab');
  await page.keyboard.type(receiver.url);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByLabel('user_registered')).toBeChecked();
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => /^\/admin\/webhooks\/\d+$/.test(address.pathname));
  const path = new URL(page.url()).pathname;
  const secret = (await page.getByText(/^whsec_[0-9a-f]{64}$/).textContent())?.trim() ?? '';
  expect(secret).toMatch(/^whsec_/);
  await accessible(page);

  // Shown once.
  await visit(page, path);
  await expect(page.getByText(/whsec_/)).toHaveCount(0);

  const newcomer = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(newcomer, complaints);
  await signUp(await newcomer.newPage(), freshName('Olga'));
  const told = await receiver.delivery('user_registered');
  expect(isSigned(told, secret), told.signature).toBe(true);
  expect(JSON.parse(told.body).data.name).toMatch(/^Olga/);

  await comesTo(page, path, page.getByRole('row', { name: /user_registered.*Delivered.*200/ }));
  await page.getByRole('row', { name: /user_registered/ }).getByRole('link').click();
  await expect(page.getByText('thank you')).toBeVisible();
  await accessible(page);
  const first = page.url();
  await page.getByRole('button', { name: 'Send once more' }).click();
  await page.waitForURL((address) => /\/deliveries\/\d+$/.test(address.pathname) && address.href !== first);
  await hydrated(page);
  await expect.poll(() => receiver.taken.length).toBe(2);
  expect(receiver.taken[1].body).toBe(told.body);

  await wideAndNarrow(page, '/admin/jobs?state=done', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    await expect(page.getByRole('row', { name: /webhook\.deliver.*Done/ })).toHaveCount(2);
  });
  await page.getByRole('table', { name: 'Jobs' }).getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'One job' })).toBeVisible();
  await accessible(page);
  // Its page watches it, and may look once more when it is gone.
  complaints.expect(/404/);
  await page.getByText('Remove', { exact: true }).click();
  await page.getByRole('button', { name: 'Remove this job' }).click();
  await page.waitForURL((address) => address.pathname === '/admin/jobs');

  await visit(page, path);
  await page.getByText('Remove', { exact: true }).click();
  await page.getByRole('button', { name: 'Remove this webhook' }).click();
  await page.waitForURL((address) => address.pathname === '/admin/webhooks');
  await expect(page.getByText('No webhooks')).toBeVisible();
  await newcomer.close();
  await receiver.close();
});
