// A plugin's switch: on in one organization its pages, routes, commands and tasks are there and nowhere else, at once; off they are gone, and
// what it kept is not. With script and without.
import { type Page } from '@playwright/test';

import { Discord } from '../support/discord';
import { type Place, approve, begin, runTask, tab, toggle, withPlugins } from '../support/plugins';
import { logIn, signUp } from '../support/people';
import { accessible, expect, fitsItsWindow, hydrated, sends, story, visit } from '../support/story';

const LANTERN = '2200000000000000001';
const ANVIL = '2200000000000000002';
const OLGA = '6600000000000000001';

async function status(page: Page, path: string): Promise<number | undefined> {
  return (await visit(page, path))?.status();
}

/** What a program is answered that nobody gave a token. */
async function route({ hub }: Place, org: string): Promise<number> {
  return (await fetch(`${hub.url}/api/plugins/server_status/orgs/${org}/badge`)).status;
}

/** Whose task stands in the list of what is done at its time. */
async function tasks(owner: Page): Promise<string[]> {
  await visit(owner, '/admin/schedules');
  const found = owner.getByRole('link', { name: 'server_status:task/look', exact: true });
  const paths = await found.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  const places: string[] = [];
  for (const path of paths) {
    await visit(owner, path);
    places.push((await owner.locator('dl.facts a[href^="/admin/organizations/"]').getAttribute('href')) ?? '');
  }
  return places;
}

story('a plugin is on in one organization and nowhere else, and its data outlives its switch', async ({ browser, complaints }) => {
  await withPlugins(browser, complaints, { examples: ['poll'] }, async ({ owner, another }) => {
    complaints.expect(/404/);
    await begin(owner, 'The Lantern');
    await begin(owner, 'The Anvil');
    await approve(owner, 'poll', 'Keep up to 8 MiB of documents per organization');

    await visit(owner, '/orgs/the-lantern/plugins');
    await accessible(owner);
    await fitsItsWindow(owner);
    await expect(tab(owner, 'Polls')).toHaveCount(0);
    await toggle(owner, '/orgs/the-lantern/plugins', true);

    // There, at once …
    await visit(owner, '/orgs/the-lantern');
    await tab(owner, 'Polls').click();
    await owner.waitForURL(/\/orgs\/the-lantern\/plugins\/poll$/);
    await hydrated(owner);
    await expect(owner.getByText('There are no polls yet.')).toBeVisible();
    await accessible(owner);
    await fitsItsWindow(owner);
    // … and nowhere else: what is off is told as what isn't there.
    await visit(owner, '/orgs/the-anvil');
    await expect(tab(owner, 'Polls')).toHaveCount(0);
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
    await toggle(owner, '/orgs/the-lantern/plugins', false);
    expect(await status(vera, poll)).toBe(404);
    await visit(owner, '/orgs/the-lantern');
    await expect(tab(owner, 'Polls')).toHaveCount(0);
    await toggle(owner, '/orgs/the-lantern/plugins', true);
    await visit(vera, poll);
    await expect(vera.getByText('Where do we <b>meet</b>?').first()).toBeVisible();
    await expect(vera.getByRole('option', { name: 'The bridge' })).toHaveCount(1);
  });
});

/** Two organizations of Olga's, each with a server at Discord. */
async function linkServers({ hub, owner }: Place, discord: Discord): Promise<void> {
  discord.servers.set(LANTERN, 'The Lantern').set(ANVIL, 'The Anvil');
  await visit(owner, '/admin/discord');
  await owner.getByLabel('Application ID').fill(discord.application);
  await owner.getByLabel('Public key').fill(discord.publicKey);
  await owner.getByLabel('Bot token').fill(discord.token);
  await sends(owner, () => owner.getByRole('button', { name: 'Save' }).click());
  await visit(owner, '/account/safety');
  discord.comes = OLGA;
  await owner.getByRole('button', { name: 'Link Discord' }).click();
  await expect(owner.getByText('Discord · there')).toBeVisible();
  for (const [server, org] of [[LANTERN, 'the-lantern'], [ANVIL, 'the-anvil']]) {
    await visit(owner, `/orgs/${org}/discord`);
    await owner.getByRole('button', { name: 'Make a code' }).click();
    const typed = (await owner.getByText(/^\/connect code:/).first().textContent()) ?? '';
    const code = typed.slice(typed.indexOf(':') + 1).trim();
    // Nobody gives one command twice within a few seconds.
    await expect.poll(() => discord.says(hub, server, OLGA, 'connect', { code }), { intervals: [1_000] }).toContain('is linked');
  }
}

story('its pages, its route, its command and its task come and go with the switch, there alone', async ({ browser, complaints }) => {
  complaints.expect(/404/);
  const discord = await Discord.open();
  const folder = await discord.folder();
  await withPlugins(browser, complaints, { examples: ['server-status'], dataDir: folder.path }, async (place) => {
    const { hub, owner } = place;
    await begin(owner, 'The Lantern');
    await begin(owner, 'The Anvil');
    await linkServers(place, discord);
    await approve(owner, 'server_status', 'Contact https://api.mcsrvstat.us/3/*');

    const everywhere = { 'the-lantern': LANTERN, 'the-anvil': ANVIL };
    const isOnlyIn = async (there: string | undefined) => {
      for (const [org, server] of Object.entries(everywhere)) {
        const [page, program] = org === there ? [200, 200] : [404, 404];
        expect(await status(owner, `/orgs/${org}/plugins/server_status`), `the page of ${org}`).toBe(page);
        expect(await route(place, org), `the route of ${org}`).toBe(program);
        const said = await discord.says(hub, server, OLGA, 'server');
        expect(said, `the command in ${org}`).toContain(org === there ? 'Nobody has looked yet.' : 'no command');
        await visit(owner, `/orgs/${org}`);
        await expect(tab(owner, 'Server')).toHaveCount(org === there ? 1 : 0);
      }
      expect(await tasks(owner)).toHaveLength(there ? 1 : 0);
    };
    await isOnlyIn(undefined);
    await toggle(owner, '/orgs/the-lantern/plugins', true);
    await isOnlyIn('the-lantern');
    await toggle(owner, '/orgs/the-lantern/plugins', false);
    await isOnlyIn(undefined);
    await toggle(owner, '/orgs/the-anvil/plugins', true);
    await isOnlyIn('the-anvil');
    await runTask(owner, 'server_status:task/look');
  }).finally(async () => {
    await discord.close();
    await folder.remove();
  });
});

story('a switch is for those who may, and says so by its absence', async ({ browser, complaints }) => {
  complaints.expect(/403|404/);
  await withPlugins(browser, complaints, { examples: ['poll'] }, async ({ owner, another }) => {
    const path = await begin(owner, 'The Lantern', 'Open to everybody');
    await approve(owner, 'poll');
    const vera = await another();
    await signUp(vera, 'Vera');
    await visit(vera, path);
    await sends(vera, () => vera.getByRole('button', { name: 'Join', exact: true }).click());
    expect(await status(vera, `${path}/plugins`)).toBe(403);
    // The admin area's modules are not for everybody: its refusal is a page that doesn't wake.
    expect((await vera.goto('/admin/plugins'))?.status()).toBe(403);
    const guest = await another();
    expect(await status(guest, `${path}/plugins/poll`)).toBe(404);
    await logIn(guest, 'Vera');
    await guest.waitForURL((url) => url.pathname !== '/login' && !url.pathname.startsWith('/api/'));
    expect((await guest.goto('/admin/plugins/poll'))?.status()).toBe(403);
  });
});
