// What is done at its time, in the admin area: with script and without, wide and narrow, by keyboard.
import { owned, wideAndNarrow } from '../support/admin';
import { accessible, comesTo, expect, sends, visit } from '../support/story';

owned('whoever runs the hub chooses another time, pauses it, and has it done now', async ({ owner: page, complaints }) => {
  complaints.expect(/422/);
  await wideAndNarrow(page, '/admin/schedules', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Schedules' })).toBeVisible();
    await expect(page.getByRole('row', { name: /backup.*0 3 \* \* \* UTC/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /accounts.*Every hour/ })).toBeVisible();
  });
  await page.getByRole('link', { name: 'mail', exact: true }).click();
  await page.waitForURL((address) => /^\/admin\/schedules\/\d+$/.test(address.pathname));
  const path = new URL(page.url()).pathname;
  await expect(page.getByText('Forgets old mails.')).toBeVisible();
  await expect(page.getByText('Not yet')).toBeVisible();

  // Wrong first: what was typed stays, and what is wrong is said beside its field.
  await visit(page, path);
  await page.locator('#choose-timing').selectOption('cron');
  await page.locator('#choose-cron').fill('every day');
  await page.locator('#choose-zone').fill('Middle/Earth');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#choose-cron-error')).toHaveText(/Not a cron expression/);
  await expect(page.locator('#choose-zone-error')).toHaveText(/Not a time zone/);
  await expect(page.locator('#choose-cron')).toHaveValue('every day');
  await expect(page.locator('#choose-timing')).toHaveValue('cron');
  await accessible(page);

  // By keyboard alone: from the expression to the zone, and the form is sent.
  await page.locator('#choose-cron').fill('30 4 * * 1-5');
  await page.locator('#choose-cron').focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('#choose-zone')).toBeFocused();
  await page.locator('#choose-zone').fill('');
  await page.keyboard.type('Europe/Berlin');
  await sends(page, () => page.keyboard.press('Enter'));
  await expect(page.getByText('30 4 * * 1-5').first()).toBeVisible();
  await expect(page.getByText('Every hour').first()).toBeVisible();

  await visit(page, path);
  await sends(page, () => page.getByRole('button', { name: 'Pause' }).click());
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await visit(page, path);
  await sends(page, () => page.getByRole('button', { name: 'Run now' }).click());
  await comesTo(page, path, page.getByRole('row', { name: /Done.*By hand/ }));
  await wideAndNarrow(page, path);
  await sends(page, () => page.getByRole('button', { name: 'Resume' }).click());
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await visit(page, path);
  await page.locator('#choose-timing').selectOption('own');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('As it comes', { exact: true })).toHaveCount(1); // the choice alone: it is no longer changed
});
