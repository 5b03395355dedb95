// A film that a classic client streams is listed on the site, and fetched as the file the game reads.
import { readFile } from 'node:fs/promises';
import { wideAndNarrow } from '../support/admin';
import { ClassicClient } from '../support/classic';
import { finishSetup, freshName } from '../support/people';
import { Hub, accessible, expect, fitsItsWindow, listen, sends, story, visit, withoutScript } from '../support/story';

const RAISED = { GUILDHALL_LOG_IN__BURST: '1000', GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR: '1000' };

story('a film from a classic client is listed and downloaded', async ({ browser, complaints }) => {
  const hub = await Hub.start({ env: RAISED });
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript(), acceptDownloads: true });
  listen(context, complaints);
  const page = await context.newPage();
  await finishSetup(page, await hub.setupPath(), freshName('Freya'), 'The Hall');

  // The room takes films from now on.
  await visit(page, '/admin/rooms');
  await page.getByRole('link', { name: 'Arrival' }).click();
  await page.waitForURL(/\/admin\/rooms\/\d+$/);
  await visit(page, new URL(page.url()).pathname);
  await page.locator('#change-films').selectOption('welcome');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());

  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, '/lobby/films');
    await expect(page.getByText('No films')).toBeVisible();
    await accessible(page);
    await fitsItsWindow(page);
  }

  const host = await ClassicClient.enter('myth2', hub, 'Director', '');
  const other = await ClassicClient.enter('myth2', hub, 'Actor', '');
  host.films('The Siege');
  await host.duels(other, 'The Siege', true);

  await page.setViewportSize({ width: 1280, height: 800 });
  const download = page.getByRole('link', { name: /^Film \(/ });
  await expect(async () => {
    await visit(page, '/lobby/films');
    await expect(download).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, '/lobby/films?q=siege');
    await expect(page.getByRole('row', { name: /The Siege.*Proving Grounds.*Director, Actor/ })).toBeVisible();
    await accessible(page);
    await fitsItsWindow(page);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  const [file] = await Promise.all([page.waitForEvent('download'), download.click()]);
  expect(file.suggestedFilename()).toMatch(/^\d{4}_\d\d_\d\d__\d\d_\d\d_\d\d_\d+\.m2rec$/);
  const bytes = await readFile(await file.path());
  expect(bytes.subarray(36, 40).toString('latin1')).toBe('reco');
  expect(bytes.subarray(60, 64).toString('latin1')).toBe('mth2');
  expect(bytes.readInt32BE(72)).toBe(18_000);

  // From the game to the film's own page, and back.
  await visit(page, '/lobby/games?q=siege');
  await page.getByRole('link', { name: 'The Siege' }).click();
  await expect(download).toBeVisible();
  await page.getByRole('link', { name: 'About the film' }).click();
  await page.waitForURL(/\/lobby\/films\/\d+$/);
  const film = new URL(page.url()).pathname;
  await wideAndNarrow(page, film, async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Film of The Siege' })).toBeVisible();
    await expect(page.getByText('Proving Grounds')).toBeVisible();
    await expect(page.getByRole('row', { name: 'Director won' })).toBeVisible();
    await expect(page.getByRole('row', { name: 'Actor lost' })).toBeVisible();
    await expect(page.getByText(file.suggestedFilename())).toBeVisible();
    await expect(page.getByRole('listitem').filter({ hasText: 'Saved Films' })).toBeVisible();
  });
  const [again] = await Promise.all([page.waitForEvent('download'), download.click()]);
  expect(again.suggestedFilename()).toBe(file.suggestedFilename());
  await page.getByRole('link', { name: 'The game and its result' }).click();
  await page.waitForURL((address) => address.pathname === film.replace('films', 'games'));
  await visit(page, '/lobby/films?q=siege');
  await page.getByRole('link', { name: 'The Siege' }).click();
  await page.waitForURL((address) => address.pathname === film);

  complaints.expect(/404/);
  await wideAndNarrow(page, '/lobby/films/999999', async () => {
    await expect(page.getByRole('alert')).toBeVisible();
  });
  await visit(page, '/lobby/films?q=soulblighter');
  await expect(page.getByText('No films')).toBeVisible();
  await host.leave();
  await other.leave();
  await context.close();
  await hub.stop();
});
