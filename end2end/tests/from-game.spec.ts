// From a game into the account: the page that Aleph One's client opens, with script and without.
import type { APIRequestContext, APIResponse } from '@playwright/test';

import { freshName } from '../support/people';
import { accessible, expect, fitsItsWindow, hydrated, sends, story, visit } from '../support/story';

/** As somebody chooses it in the game, which takes fifteen characters. */
const GAME_PASSWORD = 'Vrlq&Wopk=7';

/** Sends a form as the game does: no cookie, and nothing a browser would say. */
async function post(request: APIRequestContext, path: string, fields: Record<string, string>): Promise<APIResponse> {
  const data = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return request.post(path, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, data: data.join('&') });
}

/** Makes an account in the game, and gives back what its button for the settings opens: whatever the hub has answered, in hexadecimal. */
async function comesFromTheGame(request: APIRequestContext, name: string): Promise<string> {
  const made = await post(request, '/metaclient/signup', { email: '', password: GAME_PASSWORD, username: name });
  expect(await made.text()).toBe('OK');
  const answer = await post(request, '/metaclient/login', { password: GAME_PASSWORD, salt: '', username: name });
  return `/metaclient/settings?token=${(await answer.body()).toString('hex').toUpperCase()}`;
}

story('the button in the game leads into the account, once', async ({ page, request }) => {
  const name = freshName('Olga');
  const address = await comesFromTheGame(request, name);
  const seen = async (text: string) => {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await visit(page, address);
      await expect(page.getByText(text)).toBeVisible();
      await accessible(page);
      await fitsItsWindow(page);
    }
  };
  await seen(`You come from your game as ${name}.`);
  // By the keyboard alone, as it comes from a game.
  const button = page.getByRole('button', { name: 'Go to my account' });
  await button.focus();
  await sends(page, () => page.keyboard.press('Enter'));
  await page.waitForURL((url) => url.pathname === '/account');
  await hydrated(page);
  await expect(page.getByRole('heading', { name })).toBeVisible();

  await seen('What your game brought has been used');
  await expect(page.getByRole('main').getByRole('link', { name: 'Log in' })).toHaveAttribute('href', '/login');
  await expect(button).toHaveCount(0);
});
