// Every page of the admin area by keyboard alone: to the control by Tab, operated, its effect seen, and the focus never lost.
import { type Page } from '@playwright/test';

import { RAISED } from '../support/hub';
import { choose, enterOn, focusKept, tabTo, typeInto } from '../support/keyboard';
import { PASSWORD, finishSetup, freshName } from '../support/people';
import { Complaints, Hub, accessible, expect, hydrated, listen, settled, story, visit } from '../support/story';

/** One hub for the file: its owner's page, and people made without a browser. */
class House {
  private constructor(
    readonly hub: Hub,
    readonly page: Page,
    readonly complaints: Complaints,
  ) {}

  static async open(page: Page, hub: Hub, complaints: Complaints): Promise<House> {
    await finishSetup(page, await hub.setupPath(), 'Freya', 'The Hall');
    return new House(hub, page, complaints);
  }

  /** Somebody with an account, who sends forms and has no page. */
  async somebody(first: string): Promise<Somebody> {
    const one = new Somebody(freshName(first), this.hub.url);
    await one.sends('register', { name: one.name, password: PASSWORD });
    return one;
  }

  /** What the owner's page would send. */
  async sends(endpoint: string, form: Record<string, string>): Promise<void> {
    await visit(this.page, '/admin/system');
    const status = await this.page.evaluate(
      async ([path, body]) => (await fetch(path, { method: 'POST', body: new URLSearchParams(body) })).status,
      [`/api/${endpoint}`, new URLSearchParams(form).toString()],
    );
    expect(status, endpoint).toBe(200);
  }
}

class Somebody {
  private readonly cookies = new Map<string, string>();

  constructor(
    readonly name: string,
    private readonly url: string,
  ) {}

  async sends(endpoint: string, form: Record<string, string>): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/${endpoint}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: {
        Accept: 'application/json',
        Origin: this.url,
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split('=', 2);
      this.cookies.set(name, value);
    }
    const text = await answer.text();
    expect(answer.ok, `${endpoint}: ${answer.status} ${text}`).toBe(true);
    return text ? JSON.parse(text) : undefined;
  }
}

const told = story.extend<{ noComplaints: void }, { house: House }>({
  house: [
    async ({ browser }, use) => {
      const hub = await Hub.start({
        env: { ...RAISED, GUILDHALL_OUTBOUND__ALLOW: '127.0.0.1' },
      });
      const complaints = new Complaints();
      const context = await browser.newContext({ baseURL: hub.url, viewport: { width: 1280, height: 800 } });
      listen(context, complaints);
      const house = await House.open(await context.newPage(), hub, complaints);
      await use(house);
      await context.close();
      await hub.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  noComplaints: [
    async ({ house }, use, info) => {
      await use();
      if (info.status !== info.expectedStatus) {
        await info.attach('what the hub said', { body: house.hub.log, contentType: 'text/plain' });
      }
      expect(house.complaints.unexpected, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});

/** A word of a person, as they are called. */
function exactly(page: Page, name: string) {
  return page.getByRole('link', { name, exact: true });
}

told('the dashboard: a chart is read as a table', async ({ house: { page } }) => {
  await visit(page, '/admin');
  const chart = page.locator('figure.chart').filter({ has: page.locator('details') }).first();
  await enterOn(page, chart.locator('summary'));
  await expect(chart.getByRole('table')).toBeVisible();
  await tabTo(page, chart.locator('.table-wrap'));
  await focusKept(page);
  await accessible(page);
});

told('users: somebody is found, locked and unlocked', async ({ house }) => {
  const { page } = house;
  const olga = await house.somebody('Olga');
  await visit(page, '/admin/users');
  await typeInto(page, page.getByLabel('Name or e-mail address'), olga.name);
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await settled(page);
  await enterOn(page, exactly(page, olga.name));
  await page.waitForURL(/\/admin\/users\/\d+$/);
  await enterOn(page, page.locator('summary').filter({ hasText: /^Lock$/ }));
  await typeInto(page, page.locator('#lock-reason'), 'rude, twice');
  await page.keyboard.press('Enter');
  await expect(page.locator('dd .badge.bad')).toHaveText('locked');
  await focusKept(page);
  await enterOn(page, page.locator('summary').filter({ hasText: /^Unlock$/ }));
  await typeInto(page, page.locator('#unlock-reason'), 'she has apologised');
  await page.keyboard.press('Enter');
  await expect(page.locator('dd .badge.good')).toHaveText('open');
  await focusKept(page);
  // What is on record stands in cards, each with its empty state.
  await expect(page.getByText('Nobody has reported it.')).toBeVisible();
  await enterOn(page, page.getByRole('link', { name: 'All of them, and a new one: Moderation' }));
  await page.waitForURL(/\/admin\/moderation\/sanctions/);
});

told('roles: who has one is a way to them', async ({ house: { page } }) => {
  await visit(page, '/admin/roles');
  await enterOn(page, page.getByRole('region', { name: 'Table: Who has which role' }).getByRole('link', { name: 'Owner' }));
  await page.waitForURL(/role=owner/);
  await expect(page.getByRole('heading', { level: 3, name: 'Owner' })).toBeVisible();
  await enterOn(page, page.getByRole('region', { name: 'Table: Owner' }).getByRole('link', { name: 'Freya' }));
  await page.waitForURL(/\/admin\/users\/\d+$/);
});

told('organizations: one is suspended, and let go on', async ({ house }) => {
  const { page } = house;
  await house.sends('found_organization', { name: 'The Lantern', slug: 'lantern', visibility: 'public', joining: 'open' });
  await visit(page, '/admin/organizations');
  await choose(page, page.getByLabel('State'), 'Active');
  await enterOn(page, page.getByRole('button', { name: 'Filter' }));
  await page.waitForURL(/state=active/);
  await settled(page);
  await enterOn(page, exactly(page, 'The Lantern'));
  await enterOn(page, page.locator('summary').filter({ hasText: 'Suspend…' }));
  await typeInto(page, page.locator('#suspend-reason'), 'It sells gold.');
  await page.keyboard.press('Enter');
  await expect(page.locator('dd .badge')).toHaveText('Suspended');
  await focusKept(page);
  await enterOn(page, page.locator('summary').filter({ hasText: 'Let it go on…' }));
  await typeInto(page, page.locator('#resume-reason'), 'It sells no more gold.');
  await page.keyboard.press('Enter');
  await expect(page.locator('dd .badge')).toHaveText('Active');
  await focusKept(page);
});

told('moderation: a report is noted, claimed and decided, and the appeal answered', async ({ house }) => {
  story.slow();
  const { page } = house;
  const [olga, bert] = [await house.somebody('Olga'), await house.somebody('Bert')];
  await olga.sends('report', { target: 'person', name: bert.name, reason: 'abuse', text: 'He shouts.' });
  await visit(page, '/admin/moderation');
  await enterOn(page, page.getByRole('link', { name: new RegExp(bert.name) }));
  await page.waitForURL(/\/admin\/moderation\/\d+$/);
  await enterOn(page, page.getByRole('button', { name: /^Claim/ }));
  await expect(page.locator('dl.facts').first()).toContainText('Freya');
  await focusKept(page);
  await typeInto(page, page.locator('#note-text'), 'The second time this week.');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The second time this week.')).toBeVisible();
  await focusKept(page);
  await typeInto(page, page.locator('#decide-reason'), 'Please do not shout at people.');
  await choose(page, page.locator('#decide-duration'), '1 week');
  await enterOn(page, page.getByRole('button', { name: /^Mute/ }));
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await focusKept(page);
  await accessible(page);

  const standing = (await bert.sends('standing', {})) as { sanctions: { id: number }[] };
  await bert.sends('appeal', { sanction: String(standing.sanctions[0].id), text: 'It was my brother.' });
  await visit(page, '/admin/moderation');
  await enterOn(page, page.getByRole('link', { name: 'Appeals' }));
  await expect(page.getByText('It was my brother.')).toBeVisible();
  await typeInto(page, page.locator('#answer-text'), 'You are right, this once.');
  await enterOn(page, page.getByRole('button', { name: /^Lift it/ }));
  await expect(page.getByText('No appeals')).toBeVisible();
  await focusKept(page);
});

told('moderation: many are decided together, after a look', async ({ house }) => {
  const { page } = house;
  const [olga, carl, dora] = [await house.somebody('Olga'), await house.somebody('Carl'), await house.somebody('Dora')];
  for (const { name } of [carl, dora]) await olga.sends('report', { target: 'person', name, reason: 'spam' });
  await visit(page, '/admin/moderation');
  for (const { name } of [carl, dora]) {
    const box = page.getByRole('checkbox', { name: new RegExp(name) });
    await tabTo(page, box);
    await page.keyboard.press('Space');
    await expect(box).toBeChecked();
  }
  await enterOn(page, page.getByRole('button', { name: 'Preview' }));
  await page.waitForURL(/\/admin\/moderation\/bulk/);
  await expect(page.getByRole('row', { name: new RegExp(dora.name) })).toBeVisible();
  await enterOn(page, page.getByRole('button', { name: 'Do it' }));
  await page.waitForURL((url) => url.pathname === '/admin/moderation');
  await expect(page.getByText(carl.name)).toHaveCount(0);
});

told('moderation: somebody is warned without a report, and an address shut out', async ({ house }) => {
  const { page } = house;
  const emil = await house.somebody('Emil');
  await visit(page, '/admin/moderation/sanctions');
  await typeInto(page, page.locator('#act-name'), emil.name);
  await typeInto(page, page.locator('#act-reason'), 'Mind your words.');
  await enterOn(page, page.getByRole('button', { name: 'Do it' }));
  await expect(page.getByRole('row', { name: new RegExp(emil.name) })).toBeVisible();
  await focusKept(page);
  await enterOn(page, page.getByRole('link', { name: 'Addresses and names' }));
  await typeInto(page, page.locator('#network-network'), '203.0.113.0/24');
  await typeInto(page, page.locator('#network-reason'), 'Flooding.');
  await page.keyboard.press('Enter');
  const row = page.getByRole('row', { name: /203\.0\.113\.0\/24/ });
  await expect(row).toBeVisible();
  await focusKept(page);
  await enterOn(page, row.locator('summary', { hasText: 'Lift…' }));
  await typeInto(page, row.getByLabel('Reason'), 'They are gone.');
  await page.keyboard.press('Enter');
  await expect(row).toHaveCount(0);
  await focusKept(page);
});

told('settings: one is changed and put back', async ({ house: { page } }) => {
  await visit(page, '/admin/settings');
  await typeInto(page, page.getByLabel('Organizations one may own'), '5');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
  await focusKept(page);
  const setting = page.locator('.setting').filter({ hasText: 'organizations.per_person' });
  await enterOn(page, setting.getByRole('button', { name: 'Back to default' }));
  await expect(setting.getByText('changed from default')).toHaveCount(0);
  await focusKept(page);
  await expect(page.getByLabel('Organizations one may own')).toHaveValue('3');
});

told('the audit log: narrowed down, and fetched as a file', async ({ house }) => {
  const { page } = house;
  await house.sends('admin_set_setting', { setting: 'audit.days', value: '365' });
  await visit(page, '/admin/audit');
  await typeInto(page, page.locator('#filter-act'), 'setting.');
  await page.keyboard.press('Enter');
  await page.waitForURL(/act=setting/);
  await settled(page);
  await enterOn(page, page.getByRole('table').locator('summary').first());
  await focusKept(page);
  const link = page.locator('a[href*="format=csv"]');
  await tabTo(page, link);
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
});

told('webhooks and jobs: made, tried, sent once more; tried again and removed', async ({ house }) => {
  story.slow();
  const { page } = house;
  // The page of a job watches it, and may look once more when it is gone.
  house.complaints.expect(/404/);
  await visit(page, '/admin/webhooks');
  await typeInto(page, page.locator('#create-name'), 'Greeter');
  // Nobody listens there, so that its job has to be tried again.
  await typeInto(page, page.locator('#create-url'), 'http://127.0.0.1:9/hook');
  const box = page.getByLabel('user_registered');
  await tabTo(page, box);
  await page.keyboard.press('Space');
  await enterOn(page, page.getByRole('button', { name: 'Make it' }));
  await page.waitForURL((url) => /^\/admin\/webhooks\/\d+$/.test(url.pathname));
  const webhook = new URL(page.url()).pathname;
  await visit(page, webhook);
  await enterOn(page, page.getByRole('button', { name: 'Send a test' }));
  await page.waitForURL(/\/deliveries\/\d+$/);
  const first = page.url();
  await enterOn(page, page.getByRole('button', { name: 'Send once more' }));
  await page.waitForURL((url) => /\/deliveries\/\d+$/.test(url.pathname) && url.href !== first);

  await visit(page, '/admin/jobs?kind=webhook.deliver');
  await enterOn(page, page.getByRole('table', { name: 'Jobs', exact: true }).getByRole('link').first());
  await page.waitForURL(/\/admin\/jobs\/\d+$/);
  // Its page is loaded anew.
  const again = page.waitForEvent('load');
  await enterOn(page, page.getByRole('button', { name: 'Try now' }));
  await again;
  await hydrated(page);
  await enterOn(page, page.locator('summary').filter({ hasText: /^Remove$/ }));
  await enterOn(page, page.getByRole('button', { name: 'Remove this job' }));
  await page.waitForURL((url) => url.pathname === '/admin/jobs');
});

told('mail: a letter is tried, found and removed', async ({ house: { page, complaints } }) => {
  // Its page watches it, and may look once more when it is gone.
  complaints.expect(/404/);
  await visit(page, '/admin/mail');
  await typeInto(page, page.locator('#test-mail-email'), 'freya@example.org');
  await page.keyboard.press('Enter');
  await expect(page.locator('section.card .notice.good')).toBeVisible();
  await focusKept(page);
  await visit(page, '/admin/mail');
  await enterOn(page, page.getByRole('table').getByRole('link').first());
  await page.waitForURL(/\/admin\/mail\/\d+$/);
  await enterOn(page, page.locator('summary').filter({ hasText: /^Remove/ }));
  await enterOn(page, page.locator('details.confirm[open] button[type=submit]'));
  await page.waitForURL((url) => url.pathname === '/admin/mail');
});

told('backups: one is made, seen as it comes to be, and removed', async ({ house: { page } }) => {
  await visit(page, '/admin/backups');
  // The hub makes one by itself, too, when it has run for a minute, and refuses to make two at a time.
  await expect(async () => {
    await enterOn(page, page.getByRole('button', { name: 'Make a backup' }));
    await expect(page.getByText('Begun.')).toBeVisible({ timeout: 2_000 });
  }).toPass();
  // Without reading the page again.
  const row = page.getByRole('row', { name: /Asked for/ });
  await expect(row).toBeVisible();
  await focusKept(page);
  await tabTo(page, row.getByRole('link', { name: /^Download/ }));
  await enterOn(page, row.locator('summary'));
  await enterOn(page, row.getByRole('button', { name: 'Remove it' }));
  await expect(row).toHaveCount(0);
});

told('the system: what it is made of is unfolded', async ({ house: { page } }) => {
  await visit(page, '/admin/system');
  const licences = page.locator('details').filter({ has: page.locator('table') }).last();
  await enterOn(page, licences.locator('summary').first());
  await tabTo(page, licences.locator('.table-wrap').last());
  await focusKept(page);
});
