// Passkeys, with the browser's own virtual device. They belong to a domain, so this hub is reached as "localhost".
import type { CDPSession, Page } from '@playwright/test';

import { RAISED } from '../support/hub';
import { PASSWORD, freshName, logOut, signUp } from '../support/people';
import { Hub, accessible, expect, listen, story, visit } from '../support/story';

/** A device that holds keys and has just verified its owner. */
async function device(page: Page): Promise<{ session: CDPSession; id: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
}

story.describe('passkeys', () => {
  let hub: Hub;
  let url: string;

  story.beforeAll(async () => {
    // The port has to be known before the hub says where it is; these are none that systems give out by themselves.
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    url = `http://localhost:${port}`;
    hub = await Hub.start({ port, env: { ...RAISED, GUILDHALL_PUBLIC_URL: url } });
  });

  story.afterAll(async () => hub.stop());

  story('one is added, logs in by itself, and is removed', async ({ browser, complaints }) => {
    const context = await browser.newContext({ baseURL: url });
    listen(context, complaints);
    const page = await context.newPage();
    const { session, id } = await device(page);
    const name = freshName('Olga');
    await signUp(page, name);

    await visit(page, '/account/safety');
    const card = page.getByRole('region', { name: 'Passkeys' }).or(page.locator('section[aria-labelledby="passkeys"]'));
    await card.getByLabel('Its name').fill('My phone');
    await card.getByRole('button', { name: 'Add a passkey' }).click();
    await expect(card.getByText('My phone')).toBeVisible();
    const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId: id });
    expect(credentials).toHaveLength(1);
    expect(credentials[0].isResidentCredential).toBe(true);
    await accessible(page);

    await logOut(page);
    await visit(page, '/login?next=/account');
    await accessible(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL((address) => address.pathname === '/account');
    await expect(page.getByRole('heading', { name })).toBeVisible();

    await visit(page, '/account/safety');
    await card.getByText('Remove', { exact: true }).click();
    await card.getByRole('button', { name: 'Remove this passkey' }).click();
    await expect(card.getByText('You have no passkey yet.')).toBeVisible();
    await context.close();
  });

  story('one is asked for after the password', async ({ browser, complaints }) => {
    const context = await browser.newContext({ baseURL: url });
    listen(context, complaints);
    const page = await context.newPage();
    await device(page);
    const name = freshName('Ivan');
    await signUp(page, name);
    await visit(page, '/account/safety');
    const card = page.locator('section[aria-labelledby="passkeys"]');
    await card.getByLabel('Its name').fill('The blue stick');
    await card.getByRole('button', { name: 'Add a passkey' }).click();
    await card.getByRole('button', { name: 'Ask for a passkey, too' }).click();
    await expect(card.getByText('Whoever logs in with your password must also use a passkey')).toBeVisible();

    await logOut(page);
    await visit(page, '/login?next=/account');
    await page.locator('#name').fill(name);
    await page.locator('#password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).last().click();
    await page.waitForURL((address) => address.pathname === '/login/step');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL((address) => address.pathname === '/account');
    await context.close();
  });

  story('a device without one for this hub is told so, and the password still works', async ({ browser, complaints }) => {
    const context = await browser.newContext({ baseURL: url });
    listen(context, complaints);
    const page = await context.newPage();
    await device(page);
    await visit(page, '/login');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'No passkey was used.' })).toBeVisible();
    await context.close();
  });
});
