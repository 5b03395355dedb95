// Discord in the admin area: with script and without, wide and narrow. No token is entered: the hub would knock at Discord with it.
import { finishSetup, freshName } from '../support/people';
import { Hub, accessible, comesTo, expect, fitsItsWindow, listen, sends, story, visit, withoutScript } from '../support/story';

story('whoever runs the hub sets Discord up', async ({ browser, complaints }) => {
  complaints.expect(/422/);
  const hub = await Hub.start();
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const page = await context.newPage();
  await finishSetup(page, await hub.setupPath(), freshName('Freya'), 'The Hall');
  await visit(page, '/admin/discord');
  await expect(page.getByRole('heading', { level: 1, name: 'Discord' })).toBeVisible();
  await expect(page.getByText('People can’t link their Discord accounts here yet')).toBeVisible();

  await page.getByLabel('Application ID').fill('lantern');
  await page.getByLabel('Public key').fill('d75a');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await expect(page.getByLabel('Application ID')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Public key')).toHaveValue('d75a');

  await page.getByLabel('Application ID').fill('1101234567890123456');
  await page.getByLabel('Public key').fill('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  await sends(page, () => page.getByRole('button', { name: 'Save' }).click());
  await comesTo(page, '/admin/discord', page.getByText('No token yet'));
  await expect(page.getByText('/hooks/discord')).toBeVisible();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, '/admin/discord');
    await accessible(page);
    await fitsItsWindow(page);
  }
  await context.close();
  await hub.stop();
});
