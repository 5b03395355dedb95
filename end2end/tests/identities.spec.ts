// Logging in with an account one has elsewhere: there and back, with script and without.
import type { Page } from '@playwright/test';

import { RAISED } from '../support/hub';
import { IdentityProvider } from '../support/identity-provider';
import { freshName, logOut, signUp } from '../support/people';
import { Hub, accessible, expect, fitsItsWindow, hydrated, listen, story as base, visit } from '../support/story';

/** A hub that lets people in by what the service says. */
const story = base.extend<{}, { club: { provider: IdentityProvider; hub: Hub } }>({
  club: [
    async ({}, use) => {
      const provider = await IdentityProvider.open();
      const folder = await provider.folder();
      const hub = await Hub.start({
        dataDir: folder.path,
        env: RAISED,
      });
      provider.register(hub.url);
      await use({ provider, hub });
      await hub.stop();
      await provider.close();
      await folder.remove();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ club }, use) => use(club.hub.url),
});

/** Presses the button, and says there who one is. The service has forgotten who it was last time. */
async function provesAs(page: Page, button: string, subject: string, say = 'It is me'): Promise<void> {
  await page.context().clearCookies({ name: /^_(session|interaction)/ });
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  await page.getByRole('textbox', { name: 'Member' }).fill(subject);
  await page.getByRole('button', { name: say }).click();
}

story('a newcomer chooses a name and comes again', async ({ page, complaints }) => {
  complaints.expect(/422/);
  const name = freshName('Olga');
  await visit(page, '/login?next=/account');
  await accessible(page);
  await fitsItsWindow(page);
  await provesAs(page, 'Continue with The Club', 'olga');
  await page.getByRole('heading', { name: 'Choose a name' }).waitFor();
  await hydrated(page);
  await expect(page.locator('#name')).toHaveValue('olga');
  await accessible(page);
  await fitsItsWindow(page);
  await page.locator('#name').fill('x');
  await page.getByRole('button', { name: 'Make my account' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await hydrated(page);
  await page.locator('#name').fill(name);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.waitForURL((url) => url.pathname === '/account');
  await hydrated(page);
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await logOut(page);

  await visit(page, '/register');
  await provesAs(page, 'Continue with The Club', 'olga');
  await page.waitForURL((url) => url.pathname === '/');
  await hydrated(page);
  await visit(page, '/account');
  await expect(page.getByRole('heading', { name })).toBeVisible();
});

story('an account elsewhere is linked and unlinked', async ({ page, complaints }) => {
  await signUp(page, freshName('Vera'));
  await visit(page, '/account/safety');
  const card = page.locator('section.card').filter({ has: page.getByRole('heading', { name: 'Accounts elsewhere' }) });
  await expect(card.getByText('You have linked none yet.')).toBeVisible();
  await provesAs(page, 'Link The Club', 'vera');
  await page.waitForURL((url) => url.pathname === '/account/safety');
  await hydrated(page);
  await expect(card.getByText('The Club · vera')).toBeVisible();
  await accessible(page);
  await fitsItsWindow(page);
  await card.locator('summary', { hasText: 'Unlink' }).click();
  await card.getByRole('button', { name: 'Unlink this account' }).click();
  await expect(card.getByText('You have linked none yet.')).toBeVisible();

  // Whoever says no over there reads so here, and finds the way back.
  complaints.expect(/403/);
  await hydrated(page);
  await provesAs(page, 'Link The Club', 'vera', "Don't tell");
  await expect(page.getByText('The other service said no, or you did.')).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.waitForURL((url) => url.pathname === '/account/safety');
});

story('what began in one browser does not end in another', async ({ page, browser, club, complaints }, info) => {
  complaints.expect(/401/);
  await visit(page, '/login');
  const asked = page.waitForRequest((request) => request.url().startsWith(`${club.provider.issuer}/auth?`));
  await page.getByRole('button', { name: 'Continue with The Club' }).click();
  const there = (await asked).url();
  const context = await browser.newContext({ ...info.project.use, baseURL: club.hub.url });
  listen(context, complaints);
  const other = await context.newPage();
  await other.goto(there);
  await other.getByRole('textbox', { name: 'Member' }).fill('mallory');
  await other.getByRole('button', { name: 'It is me' }).click();
  await expect(other.getByText('began in another browser')).toBeVisible();
  await context.close();
});
