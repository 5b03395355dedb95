// A browser and classic clients in one room of the lobby: they talk, and what a moderator does holds for all of them.
import { ClassicClient } from '../support/classic';
import { owned, wideAndNarrow } from '../support/admin';
import { freshName, makeGamePassword, signUp } from '../support/people';
import { type Complaints, Hub, accessible, comesTo, expect, fitsItsWindow, listen, sends, settled, story, visit, withoutScript } from '../support/story';
import type { Browser, Page } from '@playwright/test';

const ROOM = '/lobby/rooms/1';

/** Somebody new, at a page of their own. */
async function somebody(browser: Browser, hub: Hub, complaints: Complaints, name: string): Promise<{ page: Page; name: string }> {
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const page = await context.newPage();
  const fresh = freshName(name);
  await signUp(page, fresh);
  return { page, name: fresh };
}

/** Says a line on the room's page. */
async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your line').fill(text);
  await sends(page, () => page.getByRole('button', { name: 'Say it' }).click());
}

/** Waits until the page shows it: by itself where there is a script, else when it is opened anew. */
async function shows(page: Page, text: string | RegExp): Promise<void> {
  const found = page.getByText(text).first();
  if (withoutScript()) await comesTo(page, ROOM, found);
  else await expect(found).toBeVisible();
}

/** What a moderator does about somebody, from the room's page. */
async function order(page: Page, name: string, act: string, reason: string): Promise<void> {
  await comesTo(page, ROOM, page.getByRole('listitem').filter({ hasText: name }).first());
  await settled(page);
  const row = page.getByRole('region', { name: 'Players' }).getByRole('listitem').filter({ hasText: name });
  await row.locator('summary').click();
  await row.getByLabel('What to do').selectOption(act);
  if (act !== 'kick') await row.getByLabel('Minutes').fill('10');
  await row.getByLabel('Reason').fill(reason);
  await sends(page, () => row.getByRole('button', { name: 'Do it' }).click());
}

owned('a browser and classic clients hold a conversation, and a mute and a kick hold for both', async ({ browser, own: hub, owner: moderator, complaints }) => {
  // What a muted player says is refused.
  complaints.expect(/403/);
  const olga = await somebody(browser, hub, complaints, 'Olga');
  const bert = await somebody(browser, hub, complaints, 'Bert');
  const game = await ClassicClient.enter('myth2', hub, bert.name, await makeGamePassword(bert.page));
  const other = await ClassicClient.enter('aleph-one', hub, 'Wanderer', '');

  // The conversation.
  await visit(olga.page, ROOM);
  await expect(olga.page.getByRole('heading', { level: 1, name: 'Arrival' })).toBeVisible();
  await say(olga.page, 'hello from the browser');
  for (const client of [game, other]) {
    await client.hears(new RegExp(`^${olga.name} is here$`));
    await client.hears(new RegExp(`^${olga.name}: hello from the browser$`));
  }
  game.say('hello from a game');
  await shows(olga.page, 'hello from a game');
  const players = olga.page.getByRole('region', { name: 'Players' });
  await expect(players.getByRole('listitem').filter({ hasText: olga.name })).toContainText('Browser');
  await expect(players.getByRole('listitem').filter({ hasText: bert.name })).toContainText('Myth II');
  await expect(players.getByRole('listitem').filter({ hasText: 'Wanderer' })).toContainText('Aleph One');

  // To one alone.
  await olga.page.getByLabel('To', { exact: true }).selectOption({ label: bert.name });
  await say(olga.page, 'between us');
  await game.hears(new RegExp(`^${olga.name} whispers: between us$`));
  await shows(olga.page, `You whisper to ${bert.name}:`);
  await olga.page.getByLabel('To', { exact: true }).selectOption('');

  for (const width of [1280, 320]) {
    await olga.page.setViewportSize({ width, height: 800 });
    await accessible(olga.page);
    await fitsItsWindow(olga.page);
  }
  await olga.page.setViewportSize({ width: 1280, height: 800 });

  // Muted: both are told, and nobody hears either.
  for (const name of [olga.name, bert.name]) await order(moderator, name, 'mute', 'Floods the room.');
  await olga.page.getByLabel('Your line').fill('am I heard?');
  await olga.page.getByRole('button', { name: 'Say it' }).click();
  await expect(olga.page.getByText('Those who keep order here have muted you.').first()).toBeVisible();
  await expect(olga.page.getByText('You are muted: nobody in any room hears you.')).toBeVisible();
  await expect(olga.page.getByText('Reason: Floods the room.')).toBeVisible();
  await accessible(olga.page);
  game.say('and am I?');
  await game.hears(/^\* You are muted/);
  other.say('it is quiet here');
  await shows(olga.page, 'it is quiet here');
  await expect(olga.page.getByText('and am I?')).toHaveCount(0);

  // Sent out: both leave at once, and may come back.
  await order(moderator, bert.name, 'kick', 'Cool down.');
  await game.hears(/the lobby closed the connection/);
  await order(moderator, olga.name, 'kick', 'Cool down.');
  await other.hears(new RegExp(`^${olga.name} left$`));
  if (!withoutScript()) {
    await expect(olga.page.getByText('You were sent out of this room. Cool down.')).toBeVisible();
    await expect(olga.page.getByLabel('Your line')).toBeHidden();
    await olga.page.getByRole('button', { name: 'Come in' }).click();
    await expect(players.getByRole('listitem').filter({ hasText: olga.name })).toBeVisible();
    await expect(olga.page.getByLabel('Your line')).toBeVisible();
  }

  await other.leave();
  await Promise.all([olga.page.context().close(), bert.page.context().close()]);
});

story('whoever is not logged in reads along, and a room that is closed says so', async ({ page, complaints }) => {
  complaints.expect(/404/);
  await wideAndNarrow(page, ROOM, async () => {
    await expect(page.getByText('You are reading along.')).toBeVisible();
    await expect(page.getByLabel('Your line')).toHaveCount(0);
  });
  await page.getByRole('link', { name: 'Log in to talk here' }).click();
  await page.waitForURL((address) => address.pathname === '/login');
  expect((await visit(page, '/lobby/rooms/404'))?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'This room is not open' })).toBeVisible();
  await accessible(page);
});

story('a page leaves its room with its reader, and with the keyboard alone one talks in it', async ({ browser, hub, complaints }) => {
  story.skip(withoutScript(), 'without script nobody knows of an open page');
  const olga = await somebody(browser, hub, complaints, 'Olga');
  const watcher = await ClassicClient.enter('aleph-one', hub, 'Watcher', '');
  await visit(olga.page, ROOM);
  await watcher.hears(new RegExp(`^${olga.name} is here$`));
  await olga.page.getByLabel('Your line').focus();
  await olga.page.keyboard.type('typed and sent');
  await sends(olga.page, () => olga.page.keyboard.press('Enter'));
  await watcher.hears(/: typed and sent$/);
  await expect(olga.page.getByLabel('Your line')).toBeFocused();
  await expect(olga.page.getByLabel('Your line')).toHaveValue('');

  await olga.page.getByRole('link', { name: 'All rooms' }).click();
  await watcher.hears(new RegExp(`^${olga.name} left$`));
  await watcher.leave();
  await olga.page.context().close();
});
