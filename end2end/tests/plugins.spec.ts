// Plugins through the real doors: approved by the operator, switched on in one organization, used there and nowhere else; with script and without.
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser, type Page } from '@playwright/test';

import { Complaints, accessible, expect, fitsItsWindow, hydrated, listen, story, visit, withoutScript } from '../support/story';
import { Hub } from '../support/hub';
import { finishSetup, signUp } from '../support/people';

/** A hub with the example's package in its folder of plugins, and two organizations of its owner's. */
async function withPoll(
  browser: Browser,
  complaints: Complaints,
  tell: (hub: Hub, owner: Page, another: () => Promise<Page>) => Promise<void>,
): Promise<void> {
  const packages = process.env.GUILDHALL_PLUGINS;
  if (!packages) {
    throw new Error('GUILDHALL_PLUGINS names the folder of the packed examples');
  }
  const raised = { GUILDHALL_LOG_IN__BURST: '1000', GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR: '1000' };
  const hub = await Hub.start({ env: raised });
  const another = async () => {
    const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
    listen(context, complaints);
    return context.newPage();
  };
  try {
    await mkdir(join(hub.dataDir, 'plugins'), { recursive: true });
    await copyFile(join(packages, 'poll.tar.gz'), join(hub.dataDir, 'plugins', 'poll.tar.gz'));
    const owner = await another();
    await finishSetup(owner, await hub.setupPath(), 'Olga', 'The Northern Gate');
    await begin(owner, 'The Lantern');
    await begin(owner, 'The Anvil');
    await tell(hub, owner, another);
  } finally {
    await hub.stop();
  }
}

async function begin(page: Page, name: string): Promise<void> {
  await visit(page, '/orgs/new');
  await page.locator('#name').fill(name);
  await page.getByLabel('By asking', { exact: true }).check();
  await page.getByRole('button', { name: 'Begin it' }).click();
  await page.waitForURL((url) => /^\/orgs\/(?!new)/.test(url.pathname));
  await hydrated(page);
}

/** Has the hub run the package that lies in its folder. */
async function approve(owner: Page): Promise<void> {
  await visit(owner, '/admin/plugins');
  await expect(owner.getByRole('cell', { name: 'poll 1.0.0' })).toBeVisible();
  await accessible(owner);
  await owner.getByRole('button', { name: 'Look at it' }).click();
  await owner.waitForURL(/\/admin\/plugins\/poll$/);
  await hydrated(owner);
  // Every power in a sentence, and the hash, before anything runs.
  await expect(owner.getByRole('heading', { name: 'Version 1.0.0 waits for approval' })).toBeVisible();
  await expect(owner.getByRole('checkbox', { name: 'Keep up to 8 MiB of documents per organization' })).toBeChecked();
  await expect(owner.getByText(/^[0-9a-f]{64}$/).first()).toBeVisible();
  await accessible(owner);
  await owner.getByRole('button', { name: 'Approve and run' }).click();
  await expect(owner.getByRole('heading', { name: 'waits for approval' })).toHaveCount(0);
  await expect(owner.getByText('ready', { exact: true })).toBeVisible();
}

/** With what status a page is answered. */
async function status(page: Page, path: string): Promise<number | undefined> {
  const answer = await page.goto(path);
  return answer?.status();
}

const tab = (page: Page) => page.getByRole('navigation', { name: 'Pages of this organization' }).getByRole('link', { name: 'Polls' });

story('a plugin is on in one organization and nowhere else, and its data outlives its switch', async ({ browser, complaints }) => {
  await withPoll(browser, complaints, async (hub, owner, another) => {
    complaints.expect(/404/);
    await approve(owner);

    await visit(owner, '/orgs/the-lantern/plugins');
    await accessible(owner);
    await fitsItsWindow(owner);
    await expect(tab(owner)).toHaveCount(0);
    await owner.getByRole('button', { name: 'Switch on' }).click();
    await expect(owner.getByRole('button', { name: 'Switch off' })).toBeVisible();

    // There, at once …
    await visit(owner, '/orgs/the-lantern');
    await tab(owner).click();
    await owner.waitForURL(/\/orgs\/the-lantern\/plugins\/poll$/);
    await hydrated(owner);
    await expect(owner.getByText('There are no polls yet.')).toBeVisible();
    await accessible(owner);
    await fitsItsWindow(owner);
    // … and nowhere else: what is off is told as what isn't there.
    await visit(owner, '/orgs/the-anvil');
    await expect(tab(owner)).toHaveCount(0);
    expect(await status(owner, '/orgs/the-anvil/plugins/poll')).toBe(404);
    expect(await status(owner, '/orgs/the-lantern/plugins/poll')).toBe(200);

    await visit(owner, '/orgs/the-lantern/plugins/poll/new');
    await accessible(owner);
    await owner.getByLabel('Question').fill('Where do we <b>meet</b>?');
    await owner.getByLabel('Answers, one a line').fill('The hall\nThe bridge');
    await owner.getByRole('button', { name: 'Make the poll' }).click();
    await owner.waitForURL(/\/orgs\/the-lantern\/plugins\/poll\/(?!new)[^/]+$/);
    await hydrated(owner);
    await expect(owner.getByText('Where do we <b>meet</b>?').first()).toBeVisible();
    await accessible(owner);
    const poll = new URL(owner.url()).pathname;

    // A stranger reads; whoever isn't of the organization's staff makes none.
    const vera = await another();
    await signUp(vera, 'Vera');
    await visit(vera, poll);
    await expect(vera.getByText('Where do we <b>meet</b>?').first()).toBeVisible();
    await expect(vera.getByRole('option', { name: 'The bridge' })).toHaveCount(1);
    expect(await status(vera, '/orgs/the-lantern/plugins/poll/new')).toBe(404);

    // Off: gone at once. On again: all of it is there.
    await visit(owner, '/orgs/the-lantern/plugins');
    await owner.getByRole('button', { name: 'Switch off' }).click();
    await expect(owner.getByRole('button', { name: 'Switch on' })).toBeVisible();
    expect(await status(vera, poll)).toBe(404);
    await visit(owner, '/orgs/the-lantern');
    await expect(tab(owner)).toHaveCount(0);
    await visit(owner, '/orgs/the-lantern/plugins');
    await owner.getByRole('button', { name: 'Switch on' }).click();
    await expect(owner.getByRole('button', { name: 'Switch off' })).toBeVisible();
    await visit(vera, poll);
    await expect(vera.getByText('Where do we <b>meet</b>?').first()).toBeVisible();
    await expect(vera.getByRole('option', { name: 'The bridge' })).toHaveCount(1);
  });
});

story('a form that was sent comes back with what is wrong, and is taken once', async ({ browser, complaints }) => {
  await withPoll(browser, complaints, async (_, owner) => {
    await approve(owner);
    await visit(owner, '/orgs/the-lantern/plugins');
    await owner.getByRole('button', { name: 'Switch on' }).click();
    await expect(owner.getByRole('button', { name: 'Switch off' })).toBeVisible();
    await visit(owner, '/orgs/the-lantern/plugins/poll/new');
    await owner.getByLabel('Answers, one a line').fill('Only one');
    await owner.getByRole('button', { name: 'Make the poll' }).click();
    await expect(owner.getByRole('alert')).toContainText('Something has to be corrected');
    await expect(owner.getByLabel('Answers, one a line')).toHaveValue('Only one');
    await accessible(owner);
  });
});
