// The admin area with a browser: every page audited, narrow and wide; by keyboard alone; and never a part of what players get.
import { type Page } from '@playwright/test';

import { owned } from '../support/admin';
import { downloadsOf } from '../support/apart';
import { freshName, openMenu, signUp } from '../support/people';
import { accessible, expect, fitsItsWindow, hydrated, listen, settled, story, visit } from '../support/story';

const PAGES: Record<string, string> = {
  '/admin': 'Dashboard',
  '/admin/users': 'Users',
  '/admin/roles': 'Roles',
  '/admin/organizations': 'Organizations',
  '/admin/moderation': 'Moderation',
  '/admin/settings': 'Settings',
  '/admin/audit': 'Audit log',
  '/admin/jobs': 'Jobs',
  '/admin/schedules': 'Schedules',
  '/admin/webhooks': 'Webhooks',
  '/admin/mail': 'Mail',
  '/admin/backups': 'Backups',
  '/admin/system': 'System',
  '/admin/rooms': 'Rooms',
  '/admin/disputes': 'Disputed results',
  '/admin/seasons': 'Seasons',
};

for (const width of [320, 1280]) {
  owned(`every page of the admin area at ${width} px`, async ({ owner: page }) => {
    story.slow();
    await page.setViewportSize({ width, height: 800 });
    for (const [path, title] of Object.entries(PAGES)) {
      await visit(page, path);
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      await expect(page).toHaveTitle(new RegExp(title));
      // What is read arrives before the page is audited.
      await expect(page.locator('.state .spinner')).toHaveCount(0);
      await accessible(page);
      await fitsItsWindow(page);
    }
    await visit(page, '/admin/users');
    await page.getByRole('link', { name: 'Freya', exact: true }).last().click();
    await expect(page.getByRole('heading', { name: 'Log-ins and attempts' })).toBeVisible();
    for (const deed of ['Rename', 'Change role', 'Set password']) {
      await page.locator('summary').filter({ hasText: deed }).click();
    }
    await accessible(page);
    await fitsItsWindow(page);
  });
}

owned('every section is a link in the navigation, and moving about loads no document', async ({ owner: page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await visit(page, '/admin');
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url());
  });
  const side = page.locator('nav.side');
  for (const [path, title] of Object.entries(PAGES)) {
    await side.locator(`a[href="${path}"]`).click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(side.locator('a[aria-current="page"]')).toHaveAttribute('href', path);
    await expect(page).toHaveTitle(new RegExp(title));
  }
  expect(documents).toEqual([]);
  // The way out is another document.
  await page.locator('a.brand').click();
  await page.waitForURL((url) => url.pathname === '/');
  expect(documents).toHaveLength(1);
});

owned('a setting is changed, and somebody locked, by keyboard alone', async ({ owner: page, own, browser, complaints }) => {
  story.slow();
  const context = await browser.newContext({ baseURL: own.url });
  listen(context, complaints);
  const olga = await context.newPage();
  const name = freshName('Olga');
  await signUp(olga, name);

  await visit(page, '/admin/settings');
  const field = page.getByLabel('Name of the hub');
  await field.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('The Northern Gate');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
  await expect(page.getByText('changed from default').first()).toBeVisible();
  await olga.reload();
  await expect(olga).toHaveTitle(/The Northern Gate/);

  await visit(page, '/admin/users');
  await page.getByLabel('Name or e-mail address').focus();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await settled(page);
  await page.getByRole('link', { name, exact: true }).focus();
  await page.keyboard.press('Enter');
  const lock = page.locator('summary').filter({ hasText: /^Lock$/ });
  await lock.focus();
  await page.keyboard.press('Enter');
  await page.locator('#lock-reason').focus();
  await page.keyboard.type('rude, twice');
  await page.keyboard.press('Enter');
  await expect(page.locator('dd .badge.bad')).toHaveText('locked');
  await expect(page.locator('.table').last()).toContainText('user.locked');
  complaints.expect(/401/);
  await context.close();
});

owned('what does not fit is said where it stands', async ({ owner: page, complaints }) => {
  complaints.expect(/422/);
  await visit(page, '/admin/settings');
  const field = page.getByLabel('Backups kept');
  await field.fill('0');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert')).toHaveCount(1);
  await accessible(page);
});

owned('in a guise the banner leads back', async ({ owner: page, own, browser, complaints }) => {
  const context = await browser.newContext({ baseURL: own.url });
  listen(context, complaints);
  const name = freshName('Olga');
  await signUp(await context.newPage(), name);
  await visit(page, `/admin/users?q=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.locator('summary').filter({ hasText: 'See the hub as they do' }).click();
  await page.locator('#guise-reason').fill('she says a page is empty');
  await page.getByRole('button', { name: 'See the hub as they do' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await hydrated(page);
  await expect(page.getByText(`You see the hub as ${name} does`)).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.waitForURL(/\/admin\/users\/\d+$/);
  await expect(page.getByText('You see the hub as')).toHaveCount(0);
  await context.close();
});

story('a player downloads nothing of the admin area', async ({ page, complaints }) => {
  complaints.expect(/403/);
  const downloaded = downloadsOf(page);
  await signUp(page, freshName('Anna'));
  for (const path of ['/', '/live', '/lobby/ladder', '/account', '/people', '/orgs']) {
    await visit(page, path);
    await page.waitForLoadState('networkidle');
  }
  await openMenu(page);
  await expect(page.locator('a[href^="/admin"]')).toHaveCount(0);
  const refused = await page.goto('/admin');
  expect(refused?.status()).toBe(403);
  expect(await downloaded()).toEqual(['/admin']);
});
