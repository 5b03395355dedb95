// An order of players, from its founding to its end: every form works with script and without.
import { accessible, expect, fitsItsWindow, listen, sends, story, visit, withoutScript } from '../support/story';
import { freshName, signUp } from '../support/people';

story('an order is founded, joined, led by another, and ended', async ({ page, browser, complaints }) => {
  // Two people, a dozen pages, each audited.
  story.slow();
  const [olga, bert, name] = [freshName('Olga'), freshName('Bert'), freshName('Order of Trow')];
  await signUp(page, olga);
  await visit(page, '/lobby/orders/new');
  await page.locator('#name').fill(name);
  await page.locator('#motto').fill('Older than the mountains');
  await page.locator('#description').fill('We play on Sundays.');
  await page.locator('#division').selectOption('saltire');
  await page.locator('#second').selectOption('silver');
  await accessible(page);
  await sends(page, () => page.getByRole('button', { name: 'Found it' }).click());
  await page.waitForURL(/\/lobby\/orders\/\d+$/);
  const order = new URL(page.url()).pathname;
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('1 of 50 members')).toBeVisible();
  await accessible(page);
  await fitsItsWindow(page);

  // The same name again is another's, and what was typed stays.
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const other = await context.newPage();
  await signUp(other, bert);
  await visit(other, '/lobby/orders/new');
  complaints.expect(/422/);
  await other.locator('#name').fill(name);
  await sends(other, () => other.getByRole('button', { name: 'Found it' }).click());
  await expect(other.locator('#name-error')).not.toBeEmpty();
  await expect(other.locator('#name')).toHaveValue(name);

  // Bert finds it and asks; Olga lets him in.
  await visit(other, '/lobby/orders');
  await other.locator('#q').fill(name);
  await other.getByRole('button', { name: 'Search' }).click();
  await other.waitForURL(/q=/);
  await visit(other, order);
  await sends(other, () => other.getByRole('button', { name: 'Ask to join' }).click());
  await expect(other.getByText('You have asked to join.')).toBeVisible();
  await visit(page, order);
  await accessible(page);
  await sends(page, () => page.getByRole('button', { name: 'Let in' }).click());
  await expect(page.getByText('2 of 50 members')).toBeVisible();

  // He leads it from then on, and Olga leaves.
  await page.getByText('Hand on…').click();
  await sends(page, () => page.getByRole('button', { name: 'Make them the leader' }).click());
  await visit(page, order);
  await page.getByText('Leave the order…').click();
  await sends(page, () => page.getByRole('button', { name: 'Leave', exact: true }).click());
  await page.waitForURL(/\/lobby\/orders$/);
  await visit(other, '/lobby/orders');
  await expect(other.getByText('You belong to')).toBeVisible();
  await accessible(other);
  await fitsItsWindow(other);

  // He changes what it is, and ends it.
  await visit(other, `${order}/change`);
  await other.locator('#motto').fill('Younger than yesterday');
  await accessible(other);
  await fitsItsWindow(other);
  await sends(other, () => other.getByRole('button', { name: 'Save' }).click());
  await other.waitForURL(new RegExp(`${order}$`));
  await expect(other.getByText('Younger than yesterday')).toBeVisible();
  await visit(other, `${order}/change`);
  await other.getByText('Dissolve the order…').click();
  await sends(other, () => other.getByRole('button', { name: 'Dissolve it' }).click());
  await other.waitForURL(/\/lobby\/orders$/);
  await context.close();
});
