// What makes an account worth trusting: second factors, proved addresses, recovery, leaving.
import type { Page } from '@playwright/test';

import { codeNow } from '../support/authenticator';
import { Mailbox } from '../support/mailbox';
import { PASSWORD, freshName, logIn, logOut, signUp } from '../support/people';
import { Hub, accessible, expect, fitsItsWindow, hydrated, story, visit } from '../support/story';

const OTHER_PASSWORD = 'a bell under the southern bridge';

/** Sets an app up on the safety page and reads the recovery codes, the one time they are shown. */
async function setUpApp(page: Page): Promise<string[]> {
  await visit(page, '/account/safety');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const link = page.getByRole('link', { name: 'Open in an app on this device' });
  await expect(link).toBeVisible();
  await hydrated(page);
  await expect(page.getByRole('img', { name: 'QR code with the key' })).toBeVisible();
  await accessible(page);
  await fitsItsWindow(page);
  const form = page.locator('form').filter({ has: page.getByText('Six digits.') });
  await form.locator('input[name="code"]').fill(codeNow((await link.getAttribute('href')) ?? ''));
  await form.getByRole('button', { name: 'Confirm' }).click();
  const codes = page.locator('.notice.good li code');
  await expect(codes).toHaveCount(10);
  await accessible(page);
  return codes.allTextContents();
}

story('an app is set up, and a log-in asks for more than the password', async ({ page, complaints }) => {
  complaints.expect(/422/);
  const name = freshName('Olga');
  await signUp(page, name);
  const codes = await setUpApp(page);
  await logOut(page);

  await logIn(page, name);
  await page.waitForURL((url) => url.pathname === '/login/step');
  await hydrated(page);
  await accessible(page);
  await page.locator('#code').fill('never');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toContainText('not the code');
  await hydrated(page);
  await page.locator('#code').fill(codes[0]);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));

  await visit(page, '/account/safety');
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible();
  await visit(page, '/account/history');
  await expect(page.getByText('Wrong code')).toBeVisible();
  await accessible(page);
  await fitsItsWindow(page);
});

story('the second factor is switched off again', async ({ page }) => {
  const name = freshName('Igor');
  await signUp(page, name);
  await setUpApp(page);
  await visit(page, '/account/safety');
  await page.getByText('Switch off…').click();
  await page.getByRole('button', { name: 'Switch the second factor off' }).click();
  await expect(page.getByRole('button', { name: 'Set up an app' })).toBeVisible();
  await logOut(page);
  await logIn(page, name);
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
});

story('who proves again who they are is led back', async ({ page, complaints }) => {
  complaints.expect(/422/);
  const name = freshName('Vera');
  await signUp(page, name);
  await visit(page, '/prove?next=/account/safety');
  await accessible(page);
  await page.locator('#password').fill('certainly not it');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await hydrated(page);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => url.pathname === '/account/safety');
});

story('a device gets a name, and an account is left and kept', async ({ page }) => {
  const name = freshName('Boris');
  await signUp(page, name);
  await visit(page, '/account');
  await page.getByText('Name this device').first().click();
  await page.locator('input[name="device_name"]').first().fill('Kitchen');
  await page.getByRole('button', { name: 'Save the name' }).first().click();
  await expect(page.getByText('Kitchen').first()).toBeVisible();

  await visit(page, '/account/leave');
  await accessible(page);
  await page.getByText('Delete my account…').click();
  await page.getByRole('button', { name: 'Delete my account', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/goodbye');
  await hydrated(page);
  await logIn(page, name);
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  await visit(page, '/account');
  await expect(page.getByRole('heading', { name })).toBeVisible();
});

story('an address is proved, and a forgotten password is recovered by letter', async ({ browser }, info) => {
  const mailbox = await Mailbox.open();
  const hub = await Hub.start({ env: { ...mailbox.env, GUILDHALL_LOG_IN__BURST: '1000' } });
  try {
    const context = await browser.newContext({
      ...info.project.use,
      baseURL: hub.url,
      javaScriptEnabled: info.project.use.javaScriptEnabled ?? true,
    });
    const page = await context.newPage();
    await visit(page, '/register');
    await page.locator('#name').fill('Olga');
    await page.locator('#email').fill('olga@example.org');
    await page.locator('#password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make my account' }).click();
    await page.waitForURL((url) => url.pathname !== '/register' && !url.pathname.startsWith('/api/'));

    const [verify] = await mailbox.letter('olga@example.org', /\/verify\?token=[\w-]+/);
    await visit(page, verify);
    await accessible(page);
    await page.getByRole('button', { name: 'This address is mine' }).click();
    await expect(page.getByText('The address is proved.')).toBeVisible();
    await visit(page, '/account/safety');
    await expect(page.getByText('olga@example.org, proved to be yours')).toBeVisible();
    await logOut(page);

    await visit(page, '/login');
    await page.getByRole('link', { name: 'Forgotten your password?' }).click();
    await page.waitForURL((url) => url.pathname === '/recover');
    await hydrated(page);
    await accessible(page);
    await page.locator('#email').fill('olga@example.org');
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await expect(page.getByText('a letter is on its way')).toBeVisible();
    const [recover] = await mailbox.letter('olga@example.org', /\/recover\/password\?token=[\w-]+/);
    await visit(page, recover);
    await accessible(page);
    await page.locator('#new_password').fill(OTHER_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.waitForURL((url) => url.pathname === '/account');
    await hydrated(page);
    await expect(page.getByRole('heading', { name: 'Olga' })).toBeVisible();
    await logOut(page);
    await logIn(page, 'Olga', OTHER_PASSWORD);
    await page.waitForURL((url) => !url.pathname.startsWith('/login'));
    await context.close();
  } finally {
    await hub.stop();
    await mailbox.close();
  }
});
