// The site as an app on a phone: it can be installed, and it has something to say without a network.
import { expect, story, visit } from '../support/story';

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
