// The site as an app on a phone: it can be installed, and it has something to say without a network.
import { PASSWORD, freshName, openMenu } from '../support/people';
import { expect, listen, story, visit } from '../support/story';

story('Chromium finds nothing that keeps the site from being installed', async ({ page, context }) => {
  await visit(page, '/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A window without a profile on disk can install nothing; that says nothing about the site.
  const ours = installabilityErrors.filter((error) => error.errorId !== 'in-incognito');
  expect(ours).toEqual([]);
  const manifest = await session.send('Page.getAppManifest');
  expect(manifest.errors).toEqual([]);
});

story('without a network the offline page answers, and private pages were never kept', async ({ page, context, complaints }) => {
  complaints.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket|Failed to (load|fetch)/);
  await visit(page, '/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await context.setOffline(true);
  await page.goto('/account');
  await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept.filter((path) => path.startsWith('/account') || path.startsWith('/api'))).toEqual([]);
});

story('a page whose code does not come is asked of the server, and works as it comes', async ({ browser, hub, complaints }) => {
  complaints.expect(/\.wasm|ERR_FAILED|Failed to fetch/);
  // A service worker would answer from what it has kept.
  const context = await browser.newContext({ baseURL: hub.url, serviceWorkers: 'block' });
  listen(context, complaints);
  const page = await context.newPage();
  await visit(page, '/');
  // From here on no module reaches the browser, as after an update of the hub.
  await page.route(/\/pkg\/.*\.wasm$/, (route) => route.abort());
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(new URL(request.url()).pathname);
  });
  await openMenu(page);
  await page.locator('a[href="/register"]').locator('visible=true').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign up');
  expect(documents).toEqual(['/register']);
  // Nothing wakes it, and the form does what it says.
  await page.locator('#name').fill(freshName('Olga'));
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await expect(page.getByText('Good to see you, Olga')).toBeVisible();
  await context.close();
});
