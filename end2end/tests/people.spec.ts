// People to one another, and to those who keep order: every form works with script and without.
import { ClassicClient } from '../support/classic';
import {
  Hub,
  accessible,
  comesTo,
  expect,
  fitsItsWindow,
  hydrated,
  listen,
  sends,
  settled,
  story,
  visit,
  withoutScript,
} from '../support/story';
import { finishSetup, freshName, makeGamePassword, signUp } from '../support/people';

story('somebody writes a page, and others find and befriend them', async ({ page, browser, complaints }) => {
  const [olga, bert] = [freshName('Olga'), freshName('Bert')];
  await signUp(page, olga);
  await visit(page, '/account/profile');
  await page.locator('#about').fill('I play on Sundays.');
  await page.locator('#facts').fill('Plays: Myth II');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await visit(page, `/people/${encodeURIComponent(olga)}`);
  await expect(page.getByText('I play on Sundays.')).toBeVisible();
  await accessible(page);

  const context = await browser.newContext({ baseURL: new URL(page.url()).origin, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const other = await context.newPage();
  await signUp(other, bert);
  await visit(other, '/people');
  await other.locator('#q').fill(olga);
  await other.getByRole('button', { name: 'Search' }).click();
  await other.waitForURL(/q=/);
  await settled(other);
  await hydrated(other);
  await other.getByRole('link', { name: olga }).click();
  await expect(other.getByRole('heading', { level: 1, name: olga })).toBeVisible();
  await hydrated(other);
  await sends(other, () => other.getByRole('button', { name: 'Ask to be friends' }).click());
  await visit(other, '/friends');
  await expect(other.getByRole('heading', { name: 'You have asked' })).toBeVisible();
  await accessible(other);

  await visit(page, '/friends');
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Friends' })).toBeVisible();
  await context.close();
});

story('what a game writes stands on the page, and comes off', async ({ page, hub }) => {
  const name = freshName('Runa');
  await signUp(page, name);
  const game = await ClassicClient.enter('myth2', hub, name, await makeGamePassword(page));
  game.writes('Tyr', 'Province', 'The West', 'Charge!');
  const written = page.getByRole('heading', { name: 'Written in Myth II' });
  await comesTo(page, '/account/profile', written);
  await accessible(page);
  await fitsItsWindow(page);
  await visit(page, `/people/${encodeURIComponent(name)}`);
  await expect(page.getByText('Tyr, Province, The West')).toBeVisible();
  await expect(page.getByText('Charge!')).toBeVisible();
  await accessible(page);
  await fitsItsWindow(page);
  await visit(page, '/account/profile');
  await sends(page, () => page.getByRole('button', { name: 'Remove this' }).click());
  await expect(written).toHaveCount(0);
  await game.leave();
});

story('who may see what is a choice', async ({ page }) => {
  await signUp(page, freshName('Vera'));
  await visit(page, '/account/privacy');
  await page.locator('#profile').selectOption('nobody');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await visit(page, '/account/privacy');
  await expect(page.locator('#profile')).toHaveValue('nobody');
  await accessible(page);
});

story('a picture is taken by a plain form, and what is none is refused', async ({ page }) => {
  await signUp(page, freshName('Iris'));
  await visit(page, '/account/profile');
  const broken = { name: 'me.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') };
  await page.locator('#avatar').setInputFiles(broken);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByRole('alert')).toContainText('PNG, JPEG, WebP and GIF');
  const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const picture = { name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(dot, 'base64') };
  await page.locator('#avatar').setInputFiles(picture);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.locator('img.portrait.large')).toBeVisible();
});

story('a report reaches those who keep order, and its state the reporter', async ({ browser, complaints }) => {
  // Two people, nine pages, each audited wide and narrow.
  story.slow();
  const hub = await Hub.start();
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const freya = await context.newPage();
  await finishSetup(freya, await hub.setupPath(), freshName('Freya'), 'The Hall');
  const people = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(people, complaints);
  const olga = await people.newPage();
  const bert = freshName('Bert');
  await signUp(olga, bert);
  await people.clearCookies();
  await signUp(olga, freshName('Olga'));

  await visit(olga, `/people/${encodeURIComponent(bert)}`);
  await olga.getByRole('link', { name: 'Report this person' }).click();
  await olga.waitForURL((address) => address.pathname === '/report');
  await hydrated(olga);
  await olga.getByLabel('Insults, threats or hate').check();
  await olga.locator('#text').fill('He shouts.');
  await accessible(olga);
  await olga.getByRole('button', { name: 'Send report' }).click();
  await expect(olga.getByText('Your report was sent')).toBeVisible();
  await expect(olga.getByText('Waiting')).toBeVisible();

  for (const width of [1280, 320]) {
    await freya.setViewportSize({ width, height: 800 });
    await visit(freya, '/admin/moderation');
    await expect(freya.getByRole('link', { name: new RegExp(bert) })).toBeVisible();
    await accessible(freya);
  }
  await freya.getByRole('link', { name: new RegExp(bert) }).click();
  await expect(freya.getByText('He shouts.')).toBeVisible();
  await accessible(freya);
  // By keyboard alone: the reason, then the decision.
  await freya.locator('#decide-reason').focus();
  await freya.keyboard.type('Be kind.');
  await freya.getByRole('button', { name: /^Warning/ }).focus();
  await freya.keyboard.press('Enter');
  await expect(freya.getByRole('button', { name: 'Undo' })).toBeVisible();

  await visit(olga, '/account/standing');
  await expect(olga.getByText('Something was done')).toBeVisible();
  for (const path of ['/admin/moderation/sanctions', '/admin/moderation/places', '/admin/moderation/appeals']) {
    for (const width of [1280, 320]) {
      await freya.setViewportSize({ width, height: 800 });
      await visit(freya, path);
      await expect(freya.getByRole('heading', { level: 1 })).toBeVisible();
      await accessible(freya);
    }
  }
  await people.close();
  await context.close();
  await hub.stop();
});
