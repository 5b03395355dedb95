// Somebody who has lost a second factor, and what is linked to their account, in the hands of those who run the hub: wide and narrow, with
// script by keyboard alone, and without.
import type { Locator, Page } from '@playwright/test';

import { RAISED } from '../support/hub';
import { codeNow } from '../support/authenticator';
import { IdentityProvider } from '../support/identity-provider';
import { enterOn, focusKept, typeInto } from '../support/keyboard';
import { finishSetup, freshName, logIn, signUp } from '../support/people';
import { Hub, accessible, expect, fitsItsWindow, hydrated, listen, sends, story, visit, withoutScript } from '../support/story';

/** Audits the page as it is at both widths, and leaves it wide. */
async function standsNarrowAndWide(page: Page): Promise<void> {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await accessible(page);
    await fitsItsWindow(page);
  }
}

/** By keyboard alone where there is a script to look where the focus is. */
async function press(page: Page, control: Locator): Promise<void> {
  await (withoutScript() ? control.click() : enterOn(page, control));
}

async function say(page: Page, field: Locator, text: string): Promise<void> {
  await (withoutScript() ? field.fill(text) : typeInto(page, field, text));
}

/** Sets an app up, as its owner. */
async function setUpApp(page: Page): Promise<void> {
  await visit(page, '/account/safety');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const link = page.getByRole('link', { name: 'Open in an app on this device' });
  await expect(link).toBeVisible();
  await hydrated(page);
  const form = page.locator('form').filter({ has: page.getByText('Six digits.') });
  await form.locator('input[name="code"]').fill(codeNow((await link.getAttribute('href')) ?? ''));
  await form.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.locator('.notice.good li code')).toHaveCount(10);
}

/** Links the account that somebody has at the service. */
async function link(page: Page, subject: string): Promise<void> {
  await visit(page, '/account/safety');
  await page.getByRole('button', { name: 'Link The Club' }).click();
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  await page.getByRole('textbox', { name: 'Member' }).fill(subject);
  await page.getByRole('button', { name: 'It is me' }).click();
  await page.waitForURL((url) => url.pathname === '/account/safety');
  await hydrated(page);
  await expect(page.getByText(`The Club · ${subject}`)).toBeVisible();
}

story('whoever has lost a second factor is helped, and an account elsewhere unlinked', async ({ browser, complaints }) => {
  story.slow();
  complaints.expect(/401/);
  const provider = await IdentityProvider.open();
  const folder = await provider.folder();
  const hub = await Hub.start({
    dataDir: folder.path,
    env: RAISED,
  });
  provider.register(hub.url);
  const opens = async (): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: hub.url,
      viewport: { width: 1280, height: 800 },
      javaScriptEnabled: !withoutScript(),
    });
    listen(context, complaints);
    return context.newPage();
  };
  const [owner, vera] = [await opens(), await opens()];
  await finishSetup(owner, await hub.setupPath(), 'Freya', 'The Hall');
  const name = freshName('Vera');
  await signUp(vera, name);
  await link(vera, 'vera');
  await setUpApp(vera);

  await visit(owner, '/admin/users');
  await say(owner, owner.getByLabel('Name or e-mail address'), name);
  await owner.keyboard.press('Enter');
  await owner.waitForURL(/q=/);
  await hydrated(owner);
  // Whoever presses while the list is still the one before presses on what goes away.
  await expect(owner.getByRole('row')).toHaveCount(2);
  await press(owner, owner.getByRole('link', { name, exact: true }));
  await owner.waitForURL(/\/admin\/users\/\d+$/);
  const path = new URL(owner.url()).pathname;
  await hydrated(owner);

  // The identity first: her password is another way in, so it may go.
  const card = owner.locator('section').filter({ has: owner.getByRole('heading', { name: 'Accounts at other services' }) });
  await expect(card.getByRole('row', { name: /club.*vera/i })).toBeVisible();
  await standsNarrowAndWide(owner);
  await press(owner, card.locator('summary').filter({ hasText: 'Unlink…' }));
  await standsNarrowAndWide(owner);
  await say(owner, card.getByLabel('Reason'), 'she has left the club');
  await sends(owner, () => owner.keyboard.press('Enter'));
  await expect(card.getByText('Nothing is linked.')).toBeVisible();
  if (!withoutScript()) {
    await expect(card.getByText('Unlinked.')).toBeVisible();
    await focusKept(owner);
  }
  await standsNarrowAndWide(owner);

  await visit(owner, path);
  const deed = owner.locator('.deed').filter({ has: owner.locator('summary').filter({ hasText: 'Clear second factor' }) });
  await press(owner, deed.locator('summary'));
  await expect(deed.getByText('make sure that it is they')).toBeVisible();
  await standsNarrowAndWide(owner);
  await say(owner, deed.getByLabel('Reason'), 'seen at the club, with her passport');
  await sends(owner, () => owner.keyboard.press('Enter'));
  await expect(owner.locator('.table').last()).toContainText('user.second_factor_cleared');
  if (!withoutScript()) await focusKept(owner);
  await expect(owner.getByText('Not logged in anywhere.')).toBeVisible();
  await standsNarrowAndWide(owner);

  // All her logins have ended; her password alone lets her in again, and nothing is linked or set up.
  await visit(vera, '/account');
  await vera.waitForURL((url) => url.pathname === '/login');
  await logIn(vera, name);
  await vera.waitForURL((url) => !['/login', '/login/step'].includes(url.pathname) && !url.pathname.startsWith('/api/'));
  await visit(vera, '/account/safety');
  await expect(vera.getByText('You have linked none yet.')).toBeVisible();
  await expect(vera.getByRole('button', { name: 'Set up an app' })).toBeVisible();
  for (const page of [owner, vera]) await page.context().close();
  await hub.stop();
  await provider.close();
  await folder.remove();
});
