// Organizations: begun, found, joined, run, handed on and closed; with script and without.
import { type Browser, type Page } from '@playwright/test';

import { Complaints, accessible, expect, fitsItsWindow, hydrated, listen, settled, story, visit, withoutScript } from '../support/story';
import { Hub, RAISED } from '../support/hub';
import { finishSetup, freshName, signUp } from '../support/people';

/** A hub whose owner has set it up; who runs it begins organizations at once. */
async function withOwner(
  browser: Browser,
  complaints: Complaints,
  tell: (hub: Hub, owner: Page, another: () => Promise<Page>) => Promise<void>,
): Promise<void> {
  const hub = await Hub.start({ env: RAISED });
  const another = async () => {
    const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
    listen(context, complaints);
    return context.newPage();
  };
  try {
    const owner = await another();
    await finishSetup(owner, await hub.setupPath(), 'Olga', 'The Northern Gate');
    await tell(hub, owner, another);
  } finally {
    await hub.stop();
  }
}

async function begin(page: Page, name: string, joining: string): Promise<void> {
  await visit(page, '/orgs');
  await page.getByRole('link', { name: 'Begin an organization' }).click();
  await page.waitForURL(/\/orgs\/new$/);
  await hydrated(page);
  await page.locator('#name').fill(name);
  await page.locator('#description').fill('We keep the lantern lit.\n\nEvery night.');
  await page.getByLabel(joining, { exact: true }).check();
  await page.getByRole('button', { name: 'Begin it' }).click();
  await page.waitForURL((url) => /^\/orgs\/(?!new)/.test(url.pathname));
  await hydrated(page);
}

story('an organization is begun, found, asked to let in, and lets in', async ({ browser, complaints }) => {
  await withOwner(browser, complaints, async (_, owner, another) => {
    await begin(owner, 'The Lantern', 'By asking');
    await expect(owner.getByRole('heading', { level: 1 })).toHaveText('The Lantern');
    await accessible(owner);

    const vera = await another();
    await signUp(vera, 'Vera');
    await visit(vera, '/orgs');
    await vera.locator('#q').fill('lant');
    await vera.getByRole('button', { name: 'Find' }).click();
    await vera.waitForURL(/q=lant/);
    await settled(vera);
    await hydrated(vera);
    await vera.getByRole('link', { name: 'The Lantern' }).click();
    await vera.waitForURL(/\/orgs\/the-lantern$/);
    await hydrated(vera);
    await vera.locator('#message').fill('I bring oil.');
    await vera.getByRole('button', { name: 'Ask to join' }).click();
    await expect(vera.getByText('You asked to join.')).toBeVisible();

    await visit(owner, '/orgs/the-lantern/admissions');
    await expect(owner.getByText('I bring oil.')).toBeVisible();
    await accessible(owner);
    await owner.getByRole('button', { name: 'Let in' }).click();
    await expect(owner.getByText('Nobody at the moment.')).toBeVisible();
    await visit(vera, '/orgs/the-lantern/members');
    await expect(vera.getByRole('main').getByRole('listitem').filter({ hasText: 'Vera' })).toContainText('Member');
  });
});

story('a link leads in once, and a role is given', async ({ browser, complaints }) => {
  complaints.expect(/409|403/);
  await withOwner(browser, complaints, async (_, owner, another) => {
    await begin(owner, 'The Lantern', 'By invitation');
    await visit(owner, '/orgs/the-lantern/admissions');
    await owner.locator('#uses').fill('1');
    await owner.getByRole('button', { name: 'Make a link' }).click();
    const shown = owner.locator('.notice.good').locator('code, output, input').first();
    await expect(shown).toBeVisible();
    const link = ((await shown.inputValue().catch(() => null)) ?? (await shown.textContent()) ?? '').trim();
    const path = link.slice(link.indexOf('/orgs/join'));

    const vera = await another();
    await visit(vera, path);
    await expect(vera.getByRole('heading', { name: 'The Lantern' })).toBeVisible();
    await accessible(vera);
    await signUp(vera, 'Vera');
    await visit(vera, path);
    await vera.getByRole('button', { name: 'Come in' }).click();
    await vera.waitForURL(/\/orgs\/the-lantern$/);
    await hydrated(vera);
    await expect(vera.locator('#you').locator('..')).toContainText('Member');

    const late = await another();
    await signUp(late, 'Late');
    await visit(late, path);
    await expect(late.getByRole('alert')).toContainText('does not hold any more');

    await visit(owner, '/orgs/the-lantern/members');
    const row = owner.getByRole('main').getByRole('listitem').filter({ hasText: 'Vera' });
    await row.getByRole('combobox').selectOption('moderator');
    await row.getByRole('button', { name: 'Give this role' }).click();
    await expect(owner.getByRole('main').getByRole('listitem').filter({ hasText: 'Vera' }).locator('.badge')).toHaveText('Moderator');
    await accessible(owner);
    await visit(vera, '/orgs/the-lantern');
    await expect(vera.getByRole('link', { name: 'Invitations' })).toBeVisible();
  });
});

story('policies, settings, and the end', async ({ browser, complaints }) => {
  await withOwner(browser, complaints, async (_, owner) => {
    await begin(owner, 'The Lantern', 'Open to everybody');
    await visit(owner, '/orgs/the-lantern/policies');
    const invite = owner.getByRole('group', { name: 'Invite people by name or by link' });
    await invite.getByLabel('Member', { exact: true }).check();
    await owner.getByRole('button', { name: 'Save' }).click();
    if (!withoutScript()) await expect(owner.getByText('Saved.')).toBeVisible();
    await visit(owner, '/orgs/the-lantern/policies');
    await expect(invite.getByLabel('Member', { exact: true })).toBeChecked();
    await accessible(owner);

    await visit(owner, '/orgs/the-lantern/settings');
    await owner.locator('#slug').fill('lantern');
    await owner.getByRole('button', { name: 'Save' }).click();
    await owner.waitForURL(/\/orgs\/lantern\/settings\?saved=1/);
    await hydrated(owner);
    await accessible(owner);
    await visit(owner, '/orgs/the-lantern');
    await expect(owner).toHaveURL(/\/orgs\/lantern$/);

    await visit(owner, '/orgs/lantern/settings');
    await owner.locator('summary', { hasText: 'Close…' }).click();
    await owner.getByRole('button', { name: 'Close it' }).click();
    await owner.waitForURL(/\/orgs$/);
    await hydrated(owner);
    await visit(owner, '/orgs/lantern/settings');
    await expect(owner.getByText('This organization is closed.')).toBeVisible();
    await owner.getByRole('button', { name: 'Reopen it' }).click();
    await expect(owner.getByText('This organization is closed.')).toHaveCount(0);
    await visit(owner, '/orgs/lantern/audit');
    await expect(owner.getByText('org.reopened')).toBeVisible();
    await accessible(owner);
  });
});

story('what is asked for waits until those who run the hub grant it', async ({ browser, complaints }) => {
  complaints.expect(/404/);
  await withOwner(browser, complaints, async (_, owner, another) => {
    const vera = await another();
    await signUp(vera, 'Vera');
    await visit(vera, '/orgs/new');
    await vera.locator('#name').fill('The Lantern');
    await vera.getByRole('button', { name: 'Ask for it' }).click();
    await vera.waitForURL(/\/orgs\/the-lantern$/);
    await hydrated(vera);
    await expect(vera.getByText('has been asked for')).toBeVisible();
    const guest = await another();
    await visit(guest, '/orgs/the-lantern');
    await expect(guest.getByRole('heading', { level: 1 })).toHaveText('There is no such page');

    await visit(owner, '/admin/organizations?state=requested');
    await owner.getByRole('link', { name: 'The Lantern' }).click();
    await owner.waitForURL(/\/admin\/organizations\/\d+$/);
    await hydrated(owner);
    await accessible(owner);
    const grant = owner.locator('details', { has: owner.locator('button', { hasText: /^Grant it$/ }) });
    await grant.locator('summary').click();
    await grant.getByLabel('Reason').fill('Everybody knows her.');
    await grant.getByRole('button', { name: 'Grant it', exact: true }).click();
    await expect(owner.getByText('Active')).toBeVisible();
    await visit(guest, '/orgs/the-lantern');
    await expect(guest.getByRole('heading', { level: 1 })).toHaveText('The Lantern');
  });
});

for (const width of [320, 1280]) {
  story(`the pages of organizations at ${width} px`, async ({ browser, complaints }) => {
    await withOwner(browser, complaints, async (_, owner) => {
      await owner.setViewportSize({ width, height: 800 });
      await begin(owner, 'The Lantern of the Northern Gate', 'By asking');
      const root = '/orgs/the-lantern-of-the-northern-gate';
      const pages = ['/orgs', '/orgs/new', '', '/members', '/admissions', '/settings', '/policies', '/discord', '/audit'];
      for (const page of pages) {
        await visit(owner, page.startsWith('/orgs') ? page : root + page);
        await expect(owner.getByRole('heading', { level: 1 })).toHaveCount(1);
        await accessible(owner);
        await fitsItsWindow(owner);
      }
      for (const page of ['/admin/organizations', '/admin/organizations/1']) {
        await visit(owner, page);
        await accessible(owner);
        await fitsItsWindow(owner);
      }
    });
  });
}

story('a wrong form names its fields and keeps what was typed', async ({ browser, complaints }) => {
  complaints.expect(/422/);
  await withOwner(browser, complaints, async (_, owner) => {
    await visit(owner, '/orgs/new');
    await owner.locator('#name').fill('!');
    await owner.locator('#slug').fill('--');
    await owner.getByRole('button', { name: 'Begin it' }).click();
    const summary = owner.getByRole('alert');
    for (const field of ['Name', 'Address']) {
      await expect(summary.getByRole('link', { name: field })).toBeVisible();
    }
    await expect(owner.locator('#slug')).toHaveValue('--');
    await accessible(owner);
  });
});

story('a whole organization is begun by keyboard alone', async ({ browser, complaints }) => {
  await withOwner(browser, complaints, async (_, owner) => {
    await visit(owner, '/orgs/new');
    await owner.locator('#name').focus();
    await owner.keyboard.type('The Lantern');
    await owner.keyboard.press('Enter');
    await owner.waitForURL(/\/orgs\/the-lantern$/);
    await hydrated(owner);
    await expect(owner.getByRole('heading', { level: 1 })).toHaveText('The Lantern');
  });
});

story('no page of a player fetches the admin page of organizations', async ({ page }) => {
  await signUp(page, freshName('Anna'));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await visit(page, '/orgs');
  expect(asked.filter((path) => path.startsWith('/admin'))).toEqual([]);
});
