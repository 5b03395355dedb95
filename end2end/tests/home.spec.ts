import { accessible, expect, fitsItsWindow, story, visit } from '../support/story';

story('a stranger opens the site and finds a page with a name and a heading', async ({ page }) => {
  await visit(page, '/');
  await expect(page).toHaveTitle(/\S/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await fitsItsWindow(page);
});

for (const colorScheme of ['light', 'dark'] as const) {
  story.describe(`in the ${colorScheme} theme`, () => {
    story.use({ colorScheme });

    story('the first page passes the accessibility audit', async ({ page }) => {
      await visit(page, '/');
      await accessible(page);
    });
  });
}
