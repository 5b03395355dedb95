// Hubs with the example plugins: their packages, as files, in the data folder, and approved by the operator through the pages.
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser, type Page } from '@playwright/test';

import { Hub, RAISED } from './hub';
import { finishSetup } from './people';
import { type Complaints, accessible, expect, hydrated, listen, sends, story, visit, withoutScript } from './story';

/** What the hub says of itself there, and who is at hand. */
export interface Place {
  hub: Hub;
  /** Whoever runs the hub. */
  owner: Page;
  /** A page of somebody else, whom nobody knows. */
  another: () => Promise<Page>;
}

export interface Options {
  /** The examples' folders. */
  examples: string[];
  /** Settings, as `GUILDHALL_…` variables. */
  env?: Record<string, string>;
  /** A data folder with a configuration in it; it is left alone. */
  dataDir?: string;
}

/** Tells a story on a hub where these examples lie; none is approved. */
export async function withPlugins(
  browser: Browser,
  complaints: Complaints,
  { examples, env, dataDir }: Options,
  tell: (place: Place) => Promise<void>,
): Promise<void> {
  // Guests are compiled when they are approved, beside two browsers and two hubs.
  story.slow();
  const hub = await Hub.start({ env: { ...RAISED, ...env }, dataDir });
  const another = async () => {
    const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
    listen(context, complaints);
    return context.newPage();
  };
  try {
    await lay(hub, examples);
    const owner = await another();
    await finishSetup(owner, await hub.setupPath(), 'Olga', 'The Northern Gate');
    await tell({ hub, owner, another });
  } finally {
    await hub.stop();
  }
}

/** Lays the packages into the folder where the hub looks for them. */
async function lay(hub: Hub, examples: string[]): Promise<void> {
  const packages = process.env.GUILDHALL_PLUGINS;
  if (!packages) throw new Error('GUILDHALL_PLUGINS names the folder of the packed examples');
  const folder = join(hub.dataDir, 'plugins');
  await mkdir(folder, { recursive: true });
  for (const example of examples) {
    await copyFile(join(packages, `${example}.tar.gz`), join(folder, `${example}.tar.gz`));
  }
}

/** Begins an organization of the owner's; gives back its address. */
export async function begin(page: Page, name: string, joining = 'By asking'): Promise<string> {
  await visit(page, '/orgs/new');
  await page.locator('#name').fill(name);
  await page.getByLabel(joining, { exact: true }).check();
  await page.getByRole('button', { name: 'Begin it' }).click();
  await page.waitForURL((url) => /^\/orgs\/(?!new)/.test(url.pathname));
  await hydrated(page);
  return new URL(page.url()).pathname;
}

/** Has the hub run a package that lies in its folder: looked at first, then approved with everything it asks for. */
export async function approve(owner: Page, id: string, ...sentences: string[]): Promise<void> {
  await visit(owner, '/admin/plugins');
  await expect(owner.getByRole('cell', { name: `${id} 1.0.0` })).toBeVisible();
  await accessible(owner);
  await owner.getByRole('row').filter({ hasText: `${id} 1.0.0` }).getByRole('button', { name: 'Look at it' }).click();
  await owner.waitForURL((url) => url.pathname === `/admin/plugins/${id}`);
  await hydrated(owner);
  // Every power in a sentence, and the hash, before anything runs.
  await expect(owner.getByRole('heading', { name: 'Version 1.0.0 waits for approval' })).toBeVisible();
  for (const sentence of sentences) {
    await expect(owner.getByRole('checkbox', { name: sentence })).toBeChecked();
  }
  await expect(owner.getByText(/^[0-9a-f]{64}$/).first()).toBeVisible();
  await accessible(owner);
  await owner.getByRole('button', { name: 'Approve and run' }).click();
  await expect(owner.getByRole('heading', { name: 'waits for approval' })).toHaveCount(0);
  await expect(owner.getByText('ready', { exact: true })).toBeVisible();
}

/** Switches the one plugin of the page on or off: an organization's page of plugins, or the plugin's own in the registry. */
export async function toggle(owner: Page, path: string, on: boolean): Promise<void> {
  const [now, then] = on ? ['Switch on', 'Switch off'] : ['Switch off', 'Switch on'];
  await visit(owner, path);
  await owner.getByRole('button', { name: now }).click();
  await expect(owner.getByRole('button', { name: then })).toBeVisible();
}

/** Keeps the settings that were filled in, and reads them anew. */
export async function saveSettings(owner: Page): Promise<void> {
  const here = new URL(owner.url());
  await sends(owner, () => owner.getByRole('button', { name: 'Save settings' }).click());
  await visit(owner, `${here.pathname}${here.search}`);
}

/** The organization's own page of a plugin, as a link among its others. */
export function tab(page: Page, name: string) {
  return page.getByRole('navigation', { name: 'Pages of this organization' }).getByRole('link', { name });
}

/** Has the hub do a plugin's task now, from the list of what is done at its time; waits until it has gone well. */
export async function runTask(owner: Page, task: string): Promise<void> {
  await visit(owner, '/admin/schedules');
  await owner.getByRole('link', { name: task, exact: true }).click();
  await owner.waitForURL((url) => /^\/admin\/schedules\/\d+$/.test(url.pathname));
  const path = new URL(owner.url()).pathname;
  // Read anew: where a link has led, the list may still be on its way when it is counted.
  await visit(owner, path);
  const done = owner.getByRole('row', { name: /Done.*By hand/ });
  const before = await done.count();
  await owner.getByRole('button', { name: 'Run now' }).click();
  await expect(async () => {
    await visit(owner, path);
    await expect(done).toHaveCount(before + 1, { timeout: 1_000 });
  }).toPass();
}
