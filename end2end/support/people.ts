// What people do on the site, in their words: sign up, log in, make a game password.
import { type Page, expect } from '@playwright/test';

import { hydrated, visit } from './story';

/** No rule objects to it. */
export const PASSWORD = 'a lantern over the northern gate';

let people = 0;

/** A name nobody else in this run has, nor one that looks the same: numbers of digits from 2 to 9, which look like no letter. */
export function freshName(first: string): string {
  people += 1;
  const number = people.toString(8).replace(/\d/g, (digit) => String(Number(digit) + 2));
  return `${first} ${process.pid.toString(36)}${number}`;
}

export async function fillIn(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await page.getByRole('textbox', { name: label }).or(page.getByLabel(label, { exact: true })).first().fill(value);
  }
}

/** Makes an account; ends on the page that the hub leads to. */
export async function signUp(page: Page, name: string, password = PASSWORD): Promise<void> {
  await visit(page, '/register');
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.waitForURL((url) => url.pathname !== '/register' && !url.pathname.startsWith('/api/'));
  await hydrated(page);
}

export async function logIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await visit(page, '/login');
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).last().click();
}

/** The link or button may stand in the row of a wide page or in the menu of a narrow one. */
export async function openMenu(page: Page): Promise<void> {
  const menu = page.locator('details.menu.folded > summary');
  if (await menu.isVisible()) await menu.click();
}

export async function logOut(page: Page): Promise<void> {
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).locator('visible=true').first().click();
  // The address may be the same as before; who is logged out is offered to log in.
  await page.locator('a[href="/login"]').first().waitFor({ state: 'attached' });
  await hydrated(page);
}

/** Makes a game password on the account page and reads it, the one time it is shown. */
export async function makeGamePassword(page: Page): Promise<string> {
  await visit(page, '/account');
  await page.getByRole('button', { name: /Make a (game password|new one)/ }).click();
  const shown = page.locator('.notice.good').locator('code, output, input').first();
  await expect(shown).toBeVisible();
  return ((await shown.inputValue().catch(() => null)) ?? (await shown.textContent()) ?? '').trim();
}

/** Goes through the wizard from the printed link. */
export async function finishSetup(page: Page, link: string, owner: string, site: string): Promise<void> {
  await visit(page, link);
  await page.locator('#name').fill(owner);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: "Make the owner's account" }).click();
  await page.locator('#site_name').waitFor();
  await hydrated(page);
  await page.locator('#site_name').fill(site);
  await page.getByRole('button', { name: 'Open the doors' }).click();
  await page.waitForURL((url) => url.searchParams.has('welcome'));
  await hydrated(page);
}
