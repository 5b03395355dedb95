// The hub's backups in the admin area: with script and without, wide and narrow, by keyboard.
import { finishSetup, freshName } from '../support/people';
import { Hub, accessible, comesTo, expect, fitsItsWindow, listen, sends, story, visit, withoutScript } from '../support/story';

story('whoever runs the hub makes a backup, fetches and removes it', async ({ browser, complaints }) => {
  const hub = await Hub.start();
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const page = await context.newPage();
  await finishSetup(page, await hub.setupPath(), freshName('Freya'), 'The Hall');

  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, '/admin/backups');
    await expect(page.getByRole('heading', { level: 1, name: 'Backups' })).toBeVisible();
    await expect(page.getByText('No backups yet')).toBeVisible();
    await accessible(page);
    await fitsItsWindow(page);
  }
  await page.setViewportSize({ width: 1280, height: 800 });

  // By keyboard alone.
  await page.getByRole('button', { name: 'Make a backup' }).focus();
  await sends(page, () => page.keyboard.press('Enter'));
  await comesTo(page, '/admin/backups', page.getByRole('row', { name: /Asked for/ }));
  await accessible(page);

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Download guildhall-asked-/ }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^guildhall-asked-.*\.tar$/);

  // The hub makes one by itself, too, when it has run for a minute.
  const row = page.getByRole('row', { name: /Asked for/ });
  await row.getByText('Remove', { exact: true }).click();
  await row.getByRole('button', { name: 'Remove it' }).click();
  await expect(row).toHaveCount(0);
  await context.close();
  await hub.stop();
});
