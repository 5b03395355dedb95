// Accounts: every form works with script and without.
import { accessible, expect, sends, story, visit, withoutScript } from '../support/story';
import { PASSWORD, freshName, logIn, logOut, openMenu, signUp } from '../support/people';

story('somebody signs up, logs out, and logs in again', async ({ page }) => {
  const name = freshName('Olga');
  await signUp(page, name);
  await visit(page, '/account');
  await expect(page.getByRole('heading', { name })).toBeVisible();

  await logOut(page);
  await openMenu(page);
  await expect(page.getByRole('link', { name: 'Log in' }).locator('visible=true').first()).toBeVisible();

  await logIn(page, name);
  await page.waitForURL((url) => url.pathname !== '/login');
  await visit(page, '/account');
  await expect(page.getByRole('heading', { name })).toBeVisible();
});

story('a form with every field wrong names every field, and keeps what was typed', async ({ page, complaints }) => {
  complaints.expect(/422/);
  await visit(page, '/register');
  await page.locator('#name').fill('!');
  await page.locator('#email').fill('nowhere');
  await page.locator('#password').fill('short');
  await page.getByRole('button', { name: 'Make my account' }).click();
  const summary = page.getByRole('alert');
  for (const field of ['Name', 'E-mail', 'Password']) {
    await expect(summary.getByRole('link', { name: field })).toBeVisible();
  }
  await expect(page.locator('#email')).toHaveValue('nowhere');
  await expect(page.locator('#email')).toHaveAttribute('aria-invalid', 'true');
  await accessible(page);
});

story('a wrong password is told, and nothing about the account', async ({ page, complaints }) => {
  complaints.expect(/401/);
  const name = freshName('Igor');
  await signUp(page, name);
  await logOut(page);
  await logIn(page, name, 'certainly not it');
  await expect(page.getByRole('alert')).toContainText('Name or password is wrong.');
});

story('who is not logged in is asked to, and brought back', async ({ page }) => {
  const name = freshName('Vera');
  await signUp(page, name);
  await logOut(page);
  await visit(page, '/account');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).last().click();
  await expect(page).toHaveURL(/\/account/);
});

story('a password is changed, and the old one is no good any more', async ({ page, complaints }) => {
  complaints.expect(/401/);
  const name = freshName('Boris');
  await signUp(page, name);
  await visit(page, '/account');
  await page.locator('#current_password').fill(PASSWORD);
  await page.locator('#new_password').fill('another lantern, another gate');
  await page.getByRole('button', { name: 'Change password' }).click();
  // With script the page says so; without, the form comes back empty.
  const told = page.getByText('Your password is changed.');
  if (withoutScript()) await expect(page.locator('#new_password')).toHaveValue('');
  else await expect(told).toBeVisible();
  await logOut(page);
  await logIn(page, name);
  await expect(page.getByRole('alert')).toBeVisible();
  await logIn(page, name, 'another lantern, another gate');
  await page.waitForURL((url) => url.pathname !== '/login');
});

story('the language and the theme are switched, and stay', async ({ page }) => {
  await visit(page, '/');
  await page.locator('summary[aria-label="Appearance and language"]').click();
  // The page changes at once; the choice is kept when the hub has answered.
  await sends(page, () => page.getByRole('button', { name: 'High contrast' }).click());
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await visit(page, '/live');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast');

  await page.locator('summary[aria-label="Appearance and language"]').click();
  await page.getByRole('button', { name: /Português/ }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await visit(page, '/login');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Entrar');
});
