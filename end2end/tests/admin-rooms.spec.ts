// The lobby's rooms, in the admin area: with script and without, wide and narrow.
import { owned, wideAndNarrow } from '../support/admin';
import { ClassicClient } from '../support/classic';
import { accessible, comesTo, expect, sends, visit } from '../support/story';

owned('whoever runs the hub opens a room, sets it up, moves it and closes it', async ({ owner: page, complaints }) => {
  complaints.expect(/422/);
  await wideAndNarrow(page, '/admin/rooms', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Rooms' })).toBeVisible();
    await expect(page.getByRole('row', { name: /Arrival.*Unranked.*32/ })).toBeVisible();
  });

  // Wrong first: what was typed stays, and what is wrong is said beside its field.
  await page.locator('#open-banner').selectOption('6');
  await page.locator('#open-kind').selectOption('ranked');
  await page.locator('#open-capacity').fill('0');
  await page.locator('#open-country').fill('Atlantis');
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.locator('#open-country-error')).not.toBeEmpty();
  await expect(page.locator('#open-capacity-error')).not.toBeEmpty();
  await expect(page.locator('#open-banner')).toHaveValue('6');
  await expect(page.locator('#open-kind')).toHaveValue('ranked');
  await accessible(page);

  await page.locator('#open-capacity').fill('16');
  await page.locator('#open-country').fill('');
  await page.locator('#open-caste_least').selectOption('3');
  await sends(page, () => page.getByRole('button', { name: 'Open it' }).click());
  await page.waitForURL((address) => /^\/admin\/rooms\/\d+$/.test(address.pathname));
  const path = new URL(page.url()).pathname;
  await wideAndNarrow(page, path, async () => {
    await expect(page.getByText('Tyr').first()).toBeVisible();
  });
  await page.locator('#change-name').fill('The Duel');
  await page.locator('#greeting').fill('Welcome.\nPlay fair.');
  await page.getByRole('checkbox', { name: 'Plugins may speak and keep order here' }).check();
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await visit(page, path);
  await expect(page.getByRole('checkbox', { name: 'Plugins may speak and keep order here' })).toBeChecked();
  await page.locator('#place-position').fill('1');
  await sends(page, () => page.getByRole('button', { name: 'Move it' }).click());

  await visit(page, '/admin/rooms');
  await expect(page.getByRole('row', { name: /^1 The Duel Tyr Ranked 16/ })).toBeVisible();
  await visit(page, '/live');
  await expect(page.getByText('The Duel').first()).toBeVisible();

  await visit(page, path);
  await page.getByText('Close this room').click();
  await page.locator('#close-reason').fill('Nobody duels');
  await sends(page, () => page.getByRole('button', { name: 'Close it now' }).click());
  await visit(page, '/admin/rooms');
  await expect(page.getByText('The Duel')).toHaveCount(0);
  await visit(page, '/admin/audit');
  await expect(page.getByText('room.closed').first()).toBeVisible();
});

owned('who is in a room is seen, gagged, sent out and let in again', async ({ owner: page, own: hub, complaints }) => {
  complaints.expect(/422/);
  const guest = await ClassicClient.enter('myth2', hub, 'Wanderer', '');
  await visit(page, '/admin/rooms');
  await page.getByRole('link', { name: 'Arrival' }).click();
  await page.getByRole('link', { name: 'Who is in it, and order' }).click();
  await page.waitForURL((address) => address.pathname.endsWith('/order'));
  const path = new URL(page.url()).pathname;
  const row = page.getByRole('row', { name: /Wanderer/ });
  await comesTo(page, path, row.first());
  await wideAndNarrow(page, path, async () => {
    await expect(page.getByRole('heading', { name: 'Who is in it now' })).toBeVisible();
    await expect(row.first()).toContainText('Myth II');
  });

  // A time that is none is refused beside its field; by keyboard, from the summary to the press.
  await row.first().getByText('Do something…').focus();
  await page.keyboard.press('Enter');
  const form = row.first().locator('form');
  await form.getByLabel('What').selectOption('gag');
  await form.getByLabel('For how many minutes').fill('30');
  await form.getByLabel('Reason').fill('Floods the room');
  await accessible(page);
  await form.getByLabel('Reason').focus();
  await sends(page, () => page.keyboard.press('Enter'));
  await visit(page, path);
  const held = page.getByRole('table', { name: 'Gagged and barred here' }).getByRole('row', { name: /Wanderer/ });
  await expect(held).toContainText('Floods the room');
  await expect(held).toContainText('Freya');
  guest.say('am I heard?');
  await guest.hears(/^\* You are gagged/);

  // The same in the list of all rooms, from where it is lifted.
  await wideAndNarrow(page, '/admin/rooms/restraints', async () => {
    await expect(page.getByRole('row', { name: /Arrival.*Wanderer.*Gag/ })).toBeVisible();
  });
  await page.getByText('Lift…').click();
  await sends(page, () => page.getByRole('button', { name: 'Lift it' }).click());
  await visit(page, '/admin/rooms/restraints');
  await expect(page.getByText('Nobody is held.').first()).toBeVisible();

  // A word, and slow mode.
  await visit(page, path);
  await page.locator('#mute-word').fill('zounds*');
  await sends(page, () => page.getByRole('button', { name: 'Mute it' }).click());
  await visit(page, path);
  await expect(page.getByRole('row', { name: /zounds\*.*only here/ })).toBeVisible();
  await sends(page, () => page.getByRole('button', { name: 'Let it be said' }).click());
  await visit(page, path);
  await expect(page.getByText('No word is muted.')).toBeVisible();
  await page.locator('#slow-slow_secs').fill('9999');
  await sends(page, () => page.locator('#slow-slow_secs').press('Enter'));
  await expect(page.locator('#slow-slow_secs-error')).not.toBeEmpty();
  await page.locator('#slow-slow_secs').fill('5');
  await sends(page, () => page.locator('#slow-slow_secs').press('Enter'));

  await visit(page, path);
  await row.first().getByText('Do something…').click();
  await row.first().locator('form').getByLabel('What').selectOption('kick');
  await sends(page, () => row.first().locator('form').getByRole('button', { name: 'Do it' }).click());
  await guest.hears(/closed the connection/);
  await expect(async () => {
    await visit(page, path);
    await expect(page.getByText('Nobody is in it.')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await visit(page, '/admin/audit?act=room.');
  for (const act of ['room.gagged', 'room.released', 'room.word_muted', 'room.slowed', 'room.kicked']) {
    await expect(page.getByText(act).first()).toBeVisible();
  }
});
