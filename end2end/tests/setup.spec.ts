// The first start: one owner, one name for the hub, and then the wizard is gone.
import { Hub, accessible, expect, hydrated, story } from '../support/story';
import { finishSetup } from '../support/people';

story('the owner sets the hub up by the printed link, and the link is gone', async ({ browser, complaints }, info) => {
  complaints.expect(/404/);
  const hub = await Hub.start();
  try {
    const context = await browser.newContext({
      baseURL: hub.url,
      javaScriptEnabled: info.project.use.javaScriptEnabled ?? true,
    });
    const page = await context.newPage();
    const link = await hub.setupPath();
    await page.goto(link);
    await hydrated(page);
    await accessible(page);
    await finishSetup(page, link, 'Olga', 'The Northern Gate');
    await expect(page).toHaveTitle(/The Northern Gate/);
    const gone = await page.goto(link);
    expect(gone?.status()).toBe(404);
    await context.close();
  } finally {
    await hub.stop();
  }
});

story('without the right token nobody becomes the owner', async ({ page, complaints }) => {
  complaints.expect(/4\d\d/);
  await page.goto('/setup?token=guessed');
  await hydrated(page);
  await page.locator('#name').fill('Mallory');
  await page.locator('#password').fill('a lantern over the northern gate');
  await page.getByRole('button', { name: "Make the owner's account" }).click();
  await expect(page.getByRole('alert')).toBeVisible();
});
