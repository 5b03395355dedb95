// The lobby's rooms, in the admin area: with script and without, wide and narrow.
import { finishSetup, freshName } from '../support/people';
import { Hub, accessible, expect, fitsItsWindow, listen, sends, story, visit, withoutScript } from '../support/story';

const RAISED = { GUILDHALL_LOG_IN__BURST: '1000', GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR: '1000' };

story('whoever runs the hub opens a room, sets it up, moves it and closes it', async ({ browser, complaints }) => {
  complaints.expect(/422/);
  const hub = await Hub.start({ env: RAISED });
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const page = await context.newPage();
  await finishSetup(page, await hub.setupPath(), freshName('Freya'), 'The Hall');

  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, '/admin/rooms');
    await expect(page.getByRole('heading', { level: 1, name: 'Rooms' })).toBeVisible();
    await expect(page.getByRole('row', { name: /Arrival.*Unranked.*32/ })).toBeVisible();
    await accessible(page);
    await fitsItsWindow(page);
  }
  await page.setViewportSize({ width: 1280, height: 800 });

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
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, path);
    await expect(page.getByText('Tyr').first()).toBeVisible();
    await accessible(page);
    await fitsItsWindow(page);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('#change-name').fill('The Duel');
  await page.locator('#greeting').fill('Welcome.\nPlay fair.');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await visit(page, path);
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
  await context.close();
  await hub.stop();
});
