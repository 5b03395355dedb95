// What admins do, with script and without: the lists, the filters and the forms are plain ones.
import { Hub, accessible, expect, hydrated, sends, story, visit } from '../support/story';
import { finishSetup } from '../support/people';

story('an admin finds an account, renames it, and reads that in the audit log', async ({ browser }, info) => {
  const hub = await Hub.start();
  try {
    const context = await browser.newContext({
      baseURL: hub.url,
      viewport: info.project.use.viewport,
      javaScriptEnabled: info.project.use.javaScriptEnabled ?? true,
    });
    const page = await context.newPage();
    await finishSetup(page, await hub.setupPath(), 'Freya', 'The Hall');
    await visit(page, '/admin/users?q=frey');
    await page.getByRole('link', { name: 'Freya', exact: true }).last().click();
    await expect(page.getByRole('heading', { name: 'What you can do' })).toBeVisible();
    await hydrated(page);
    await page.locator('summary').filter({ hasText: 'Rename' }).click();
    await page.locator('#rename-name').fill('Freya the Wise');
    await page.locator('#rename-reason').fill('won a bet');
    await sends(page, () => page.getByRole('button', { name: 'Rename' }).click());
    await visit(page, '/admin/audit?act=user.renamed');
    await expect(page.locator('.table')).toContainText('user.renamed');
    await page.locator('.table summary').first().click();
    await expect(page.locator('.table')).toContainText('won a bet');
    await page.getByLabel('Act, such as user.locked or user.').fill('no.such.act');
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(page.getByText('No entries')).toBeVisible();
    await accessible(page);
    await context.close();
  } finally {
    await hub.stop();
  }
});
