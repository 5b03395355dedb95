// Every page, in every theme, narrow and wide: nothing an audit finds, nothing wider than the window.
import { accessible, expect, fitsItsWindow, story, visit } from '../support/story';
import { freshName, signUp } from '../support/people';

const OPEN = [
  '/',
  '/live',
  '/lobby/rooms/1',
  '/lobby/ladder',
  '/lobby/games',
  '/lobby/films',
  '/lobby/orders',
  '/orgs',
  '/login',
  '/register',
  '/recover',
  '/metaclient/settings',
  '/barred',
  '/offline',
];
const OWN = [
  '/people',
  '/friends',
  '/account/profile',
  '/account/privacy',
  '/account/standing',
  '/account/data',
  '/account/safety',
  '/account/history',
  '/account/tokens',
  '/account/leave',
  '/orgs/new',
  '/lobby/orders/new',
];
const WIDTHS = [320, 1280];
const THEMES = ['light', 'dark', 'contrast'];

for (const width of WIDTHS) {
  for (const theme of THEMES) {
    story(`every page at ${width} px in ${theme}`, async ({ page, context, hub, complaints }) => {
      // One page after the other, each with an audit: as many as there are.
      story.slow();
      complaints.expect(/404/);
      await page.setViewportSize({ width, height: 800 });
      await context.addCookies([{ name: 'theme', value: theme, url: hub.url }]);
      for (const path of [...OPEN, '/nowhere', '/setup?token=x']) {
        await visit(page, path);
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await accessible(page);
        await fitsItsWindow(page);
      }
      await signUp(page, freshName('Anna'));
      await visit(page, '/account');
      await expect(page.getByRole('heading', { name: 'Game password' })).toBeVisible();
      await accessible(page);
      await fitsItsWindow(page);
      for (const path of OWN) {
        await visit(page, path);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await accessible(page);
        await fitsItsWindow(page);
      }
    });
  }
}

story('each scoped class of a page has its rules in the sheet', async ({ page, hub }) => {
  const missing: string[] = [];
  for (const path of OPEN) {
    const html = await (await fetch(hub.url + path)).text();
    const sheets = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((found) => found[1]);
    const css = (await Promise.all(sheets.map(async (href) => (await fetch(hub.url + href)).text()))).join('\n');
    for (const name of new Set(html.match(/\bl-[0-9-]{5,7}\b/g) ?? [])) {
      if (!css.includes(`.${name}`)) missing.push(`${path}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  await visit(page, '/');
});

story('the account page and the wizard are no part of the first download', async ({ page, hub }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await visit(page, '/');
  const html = await (await fetch(hub.url)).text();
  expect(html).not.toMatch(/chunk_|pack_/);
  const modules = asked.filter((path) => path.endsWith('.wasm')).map((path) => path.split('/').at(-1));
  expect(modules[0]).toBe('guildhall_bg.wasm');
  // Once it is awake, what follows the hub comes after, with what that shares with other areas; and no area.
  expect(modules.filter((name) => name?.startsWith('split_') && name !== 'split_follow_the_hub.wasm')).toEqual([]);
});

story('an area comes in a few files, and none of them is the admin area\'s', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await visit(page, '/lobby/games');
  const modules = asked.filter((path) => path.endsWith('.wasm')).map((path) => path.split('/').at(-1));
  expect(modules.filter((name) => name?.startsWith('split_load_')).length).toBe(1);
  expect(modules.length, modules.join(', ')).toBeLessThan(24);
  expect(modules.filter((name) => name?.includes('admin'))).toEqual([]);
});
