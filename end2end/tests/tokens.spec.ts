// Tokens of the API: made for a program, shown once, revoked.
import { PASSWORD, finishSetup, freshName, signUp } from '../support/people';
import { Hub, accessible, expect, fitsItsWindow, hydrated, story, visit } from '../support/story';

/** What the API answers a program with that token. */
async function answer(hub: Hub, token: string): Promise<number> {
  return (await fetch(`${hub.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
}

story('a token is made for a program, shown once, and revoked', async ({ page, hub, complaints }) => {
  complaints.expect(/422/);
  await signUp(page, freshName('Olga'));
  await visit(page, '/account');
  await page.getByRole('link', { name: 'API tokens' }).click();
  await page.waitForURL((url) => url.pathname === '/account/tokens');
  await hydrated(page);
  await expect(page.getByText('You have no token')).toBeVisible();
  await expect(page.getByRole('link', { name: 'What programs can do' })).toHaveAttribute('href', '/api/docs');
  await accessible(page);
  await fitsItsWindow(page);

  // Nothing is ticked beforehand, and nothing ticked is nothing granted.
  const form = page.locator('form').filter({ has: page.locator('#name') });
  expect(await form.locator('input[type="checkbox"]:checked').count()).toBe(0);
  await form.locator('#name').fill('Match bot');
  await form.locator('#days').selectOption('30');
  await form.getByRole('button', { name: 'Make the token' }).click();
  await expect(page.locator('#grants-error')).not.toBeEmpty();
  await hydrated(page);
  await accessible(page);

  await form.locator('#name').fill('Match bot');
  await form.locator('#days').selectOption('30');
  await form.getByLabel('See your account').check();
  await form.getByRole('button', { name: 'Make the token' }).click();
  const shown = page.getByLabel('The new token');
  await expect(shown).toHaveText(/^gh_[\w-]{43}$/);
  const token = (await shown.textContent()) ?? '';
  expect(await answer(hub, token)).toBe(200);
  await expect(page.locator('li').filter({ hasText: 'Match bot' })).toContainText(`gh_…${token.slice(-4)}`);
  await accessible(page);
  await fitsItsWindow(page);

  await visit(page, '/account/tokens');
  await expect(page.getByText('Match bot')).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);

  const row = page.locator('li').filter({ hasText: 'Match bot' });
  await row.getByText('Revoke…').click();
  await row.getByRole('button', { name: 'Revoke it' }).click();
  await expect(page.getByText('You have no token')).toBeVisible();
  expect(await answer(hub, token)).toBe(401);
});

story('those who run the hub take somebody’s token away', async ({ browser }, info) => {
  const hub = await Hub.start({ env: { GUILDHALL_LOG_IN__BURST: '1000' } });
  try {
    const options = {
      baseURL: hub.url,
      viewport: info.project.use.viewport,
      javaScriptEnabled: info.project.use.javaScriptEnabled ?? true,
    };
    const owner = await (await browser.newContext(options)).newPage();
    await finishSetup(owner, await hub.setupPath(), 'Freya', 'The Hall');
    const member = await (await browser.newContext(options)).newPage();
    await signUp(member, 'Olga');
    await visit(member, '/account/tokens');
    await member.locator('#name').fill('Match bot');
    await member.getByLabel('See your account').check();
    await member.getByRole('button', { name: 'Make the token' }).click();
    const token = (await member.getByLabel('The new token').textContent()) ?? '';
    expect(await answer(hub, token)).toBe(200);

    await visit(owner, '/admin/users?q=Olga');
    await owner.getByRole('link', { name: 'Olga', exact: true }).last().click();
    await owner.waitForURL((url) => /\/admin\/users\/\d+/.test(url.pathname));
    await hydrated(owner);
    const row = owner.getByRole('row').filter({ hasText: 'Match bot' });
    await expect(row).toContainText('account:read');
    await expect(owner.getByText(token)).toHaveCount(0);
    await accessible(owner);
    await row.getByText('Revoke…').click();
    await row.getByRole('button', { name: 'Revoke it' }).click();
    await expect(owner.getByText('No token, and no program logged in.')).toBeVisible();
    expect(await answer(hub, token)).toBe(401);
  } finally {
    await hub.stop();
  }
});

story('an old login proves itself before it makes a token', async ({ page }) => {
  await signUp(page, freshName('Igor'));
  await visit(page, '/prove?next=/account/tokens');
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => url.pathname === '/account/tokens');
  await hydrated(page);
  await expect(page.getByRole('heading', { name: 'Make a token' })).toBeVisible();
});
