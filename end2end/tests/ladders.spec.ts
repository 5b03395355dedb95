// Ladders, players and games for those who read them: from a result in the lobby to every page, with script and without, wide and narrow.
import { owned, wideAndNarrow } from '../support/admin';
import { downloadsOf } from '../support/apart';
import { playerOf } from '../support/players';
import { comesTo, expect, story, visit, withoutScript } from '../support/story';

owned('what was played in the lobby is read in ladders, players and games', async ({ own: hub, owner, browser, complaints }) => {
  story.slow();
  const host = await playerOf(browser, hub, 'Olga', complaints);
  const other = await playerOf(browser, hub, 'Bert', complaints);
  await host.duels(other, 'Duel', true);

  // Nobody has to be logged in to read.
  const page = await (await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() })).newPage();
  const downloaded = downloadsOf(page);
  const ladder = '/lobby/ladder?class=unranked';
  await comesTo(page, ladder, page.getByRole('row', { name: /^1\. Olga/ }));
  await wideAndNarrow(page, ladder, async () => {
    await expect(page.getByRole('row', { name: /^1\. Olga.*1 1 0 1016/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /^2\. Bert.*1 0 1 984/ })).toBeVisible();
    await expect(page.getByRole('figure').filter({ hasText: 'How many have which rating' })).toBeVisible();
  });

  // The form puts what is chosen into the address; by keyboard alone.
  await page.getByLabel('Played within').selectOption({ label: 'a month' });
  await page.getByLabel('Players in a team').selectOption({ label: '1' });
  await page.getByLabel('Find a player').focus();
  await page.keyboard.type('bert');
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.searchParams.get('around') === 'bert' && address.searchParams.get('active') === 'month');
  await expect(page.getByRole('row', { name: /Bert here/ })).toBeVisible();
  await visit(page, `${ladder}&around=Nobody`);
  await expect(page.getByText('Nobody of that name stands in this ladder')).toBeVisible();
  await visit(page, '/lobby/ladder');
  await expect(page.getByText('Nobody stands here yet')).toBeVisible();

  await wideAndNarrow(page, '/lobby/players/Olga', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Olga' })).toBeVisible();
    await expect(page.getByRole('figure').filter({ hasText: 'By map' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Duel' })).toBeVisible();
  });
  await page.locator('#against-name').fill('Bert');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL((address) => address.searchParams.get('against') === 'Bert');
  await expect(page.getByRole('row', { name: /^Bert 1 1 0 0 0$/ })).toBeVisible();
  await page.getByRole('link', { name: 'Duel' }).click();
  await page.waitForURL((address) => address.pathname.startsWith('/lobby/games/'));
  await wideAndNarrow(page, new URL(page.url()).pathname, async () => {
    await expect(page.getByRole('row', { name: /^Olga won/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /^Bert.*the same$/ })).toBeVisible();
    const damage = page.getByRole('figure').filter({ hasText: 'Damage dealt by each player' });
    await damage.getByText('As a table').click();
    await expect(damage.getByRole('row', { name: /^Olga 120 40$/ })).toBeVisible();
  });
  await visit(page, '/lobby/players/Nobody');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await downloaded()).toEqual([]);
  await page.context().close();

  // Whoever is logged in finds themselves.
  await visit(owner, ladder);
  await expect(owner.getByRole('link', { name: 'Where am I?' })).toBeVisible();
  await Promise.all([host.leave(), other.leave()]);
});
