// Disputed results in the admin area: each report beside the result, and what is said of it; with script and without, wide and narrow.
import { owned, wideAndNarrow } from '../support/admin';
import { playerOf } from '../support/players';
import { accessible, comesTo, expect, sends, story, visit } from '../support/story';

owned('a disputed result is overturned, voided and confirmed, and the ladder follows', async ({
  owner: page,
  own: hub,
  browser,
  complaints,
}) => {
  story.slow();
  await wideAndNarrow(page, '/admin/disputes', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Disputed results' })).toBeVisible();
    await expect(page.getByText('Nothing disputed')).toBeVisible();
  });
  const host = await playerOf(browser, hub, 'Olga', complaints);
  const other = await playerOf(browser, hub, 'Bert', complaints);
  await host.duels(other, 'Duel', false);
  const ladder = '/lobby/ladder?class=unranked';
  await comesTo(page, ladder, page.getByRole('row', { name: /^1\. Olga/ }));

  await comesTo(page, '/admin/disputes', page.getByRole('row', { name: /^Duel.*Olga 2.*Waits/ }));
  await expect(page.getByText('1 waits to be judged')).toBeVisible();
  await page.getByRole('link', { name: 'Duel' }).click();
  await page.waitForURL((address) => /^\/admin\/disputes\/\d+$/.test(address.pathname));
  const path = new URL(page.url()).pathname;
  await wideAndNarrow(page, path, async () => {
    const beside = page.getByRole('table', { name: 'Result and reports side by side' });
    await expect(beside.getByRole('row', { name: /^Olga 1\. won 1\. won 2\. lost differs$/ })).toBeVisible();
    await expect(page.getByText('Says that these won: Bert')).toBeVisible();
  });

  // By keyboard alone: the report is opened, the reason is typed, and the form is sent.
  const report = page.getByRole('article', { name: /Bert/ });
  await report.getByText('Make it the result…').focus();
  await page.keyboard.press('Enter');
  await accessible(page);
  await report.getByLabel('Reason').focus();
  await page.keyboard.type('The film shows it');
  await sends(page, () => page.keyboard.press('Enter'));
  await visit(page, path);
  await expect(page.getByText('Overturned')).toBeVisible();
  await expect(page.getByRole('note')).toContainText('The film shows it');
  await comesTo(page, ladder, page.getByRole('row', { name: /^1\. Bert/ }));

  await visit(page, path);
  await page.getByText('Void…').click();
  await sends(page, () => page.getByRole('button', { name: 'Void it' }).click());
  await comesTo(page, ladder, page.getByText('Nobody stands here yet'));
  await visit(page, path.replace('/admin/disputes', '/lobby/games'));
  await expect(page.getByText('The moderators have voided this game')).toBeVisible();
  await accessible(page);

  await visit(page, '/admin/disputes?show=judged');
  await expect(page.getByRole('row', { name: /^Duel.*Void/ })).toBeVisible();
  await visit(page, path);
  await page.getByText('Confirm…').click();
  await sends(page, () => page.getByRole('button', { name: 'Confirm it' }).click());
  await comesTo(page, ladder, page.getByRole('row', { name: /^1\. Bert/ }));
  await visit(page, '/admin/audit?act=result.judged');
  await expect(page.getByText('result.judged').first()).toBeVisible();
  await Promise.all([host.leave(), other.leave()]);
});
