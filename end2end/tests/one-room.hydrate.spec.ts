// The whole line: set up, sign up, a game password, a classic client of each dialect, and every open page sees it.
import { ClassicClient } from '../support/classic';
import { Hub, expect, hydrated, listen, story } from '../support/story';
import { finishSetup, freshName, makeGamePassword, signUp } from '../support/people';

/** How soon an open page has to show what happened. */
const AT_ONCE = { timeout: 1_000 };

story('two eras talk in one room, and a page that only watches sees them', async ({ browser, complaints }) => {
  const hub = await Hub.start();
  try {
    const owner = await browser.newContext({ baseURL: hub.url });
    listen(owner, complaints);
    await finishSetup(await owner.newPage(), await hub.setupPath(), 'Olga', 'The Northern Gate');

    const player = await browser.newContext({ baseURL: hub.url });
    listen(player, complaints);
    const page = await player.newPage();
    const name = freshName('Alric');
    await signUp(page, name);
    const password = await makeGamePassword(page);
    expect(password).toMatch(/^[!-~]{8,15}$/);

    const watcher = await browser.newContext({ baseURL: hub.url });
    listen(watcher, complaints);
    const live = await watcher.newPage();
    await live.goto('/live');
    await hydrated(live);
    await expect(live.getByText(/Live · updated/)).toBeVisible();
    const room = live.getByRole('region', { name: 'Arrival' });

    const myth = await ClassicClient.enter('myth2', hub, name, password);
    await expect(room.getByRole('listitem').filter({ hasText: name }).filter({ hasText: 'Myth II' })).toBeVisible(AT_ONCE);
    myth.say('the gate is open');
    await expect(room.getByText('the gate is open')).toBeVisible(AT_ONCE);
    myth.host('Ghols at the Bridge');
    await expect(room.getByText('Ghols at the Bridge')).toBeVisible(AT_ONCE);
    await myth.leave();
    await expect(room.getByText('Ghols at the Bridge')).toBeHidden(AT_ONCE);

    const aleph = await ClassicClient.enter('aleph-one', hub, name, password);
    await expect(room.getByRole('listitem').filter({ hasText: name }).filter({ hasText: 'Aleph One' })).toBeVisible(AT_ONCE);
    const guest = await ClassicClient.enter('myth2', hub, 'Wanderer', '');
    aleph.say('from another ship');
    await guest.hears(/from another ship/);
    guest.say('well met');
    await aleph.hears(/well met/);
    await expect(room.getByText('well met')).toBeVisible(AT_ONCE);
    aleph.host('Thunderdome');
    await expect(room.getByText('Thunderdome')).toBeVisible(AT_ONCE);
    await Promise.all([aleph.leave(), guest.leave()]);
    await expect(room.getByText('Nobody here yet.')).toBeVisible(AT_ONCE);

    await Promise.all([owner.close(), player.close(), watcher.close()]);
  } finally {
    await hub.stop();
  }
});

story('a page that loses the hub says so, and finds it again', async ({ browser, complaints }) => {
  complaints.expect(/ERR_CONNECTION_REFUSED|WebSocket|ERR_FAILED|Failed to load/);
  const first = await Hub.start();
  const context = await browser.newContext({ baseURL: first.url });
  listen(context, complaints);
  const page = await context.newPage();
  await page.goto('/live');
  await hydrated(page);
  await expect(page.getByText(/Live · updated/)).toBeVisible();
  const port = Number(new URL(first.url).port);
  await first.stop();
  await expect(page.getByText('The connection is lost.')).toBeVisible();
  const second = await Hub.start({ port });
  try {
    await expect(page.getByText('The connection is lost.')).toBeHidden();
    await expect(page.getByText(/Live · updated/)).toBeVisible();
    await context.close();
  } finally {
    await second.stop();
  }
});
