// What an organization leaves to a plugin, what a plugin keeps on its way out and in, and its routes on the page of the API; with script and
// without.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { approve, begin, toggle, withPlugins } from '../support/plugins';
import { accessible, expect, fitsItsWindow, sends, story, visit, withoutScript } from '../support/story';

story('an organization takes powers away, and says who may and how much is kept', async ({ browser, complaints }) => {
  await withPlugins(browser, complaints, { examples: ['guild-war'] }, async ({ owner }) => {
    const path = await begin(owner, 'The Lantern');
    await approve(owner, 'guild_war');
    await toggle(owner, `${path}/plugins`, true);
    await owner.getByRole('link', { name: 'Settings and limits' }).click();
    await owner.waitForURL(/\?plugin=guild_war$/);
    const here = `${path}/plugins?plugin=guild_war`;
    await visit(owner, here);
    await expect(owner.getByText('Documents here: 0 B of 16 MiB.')).toBeVisible();
    await accessible(owner);
    await fitsItsWindow(owner);

    await owner.getByLabel('Documents, in MiB').fill('4');
    await owner.getByLabel('Requests a minute, by everybody together').fill('600');
    await owner.getByRole('checkbox', { name: 'Organisers' }).uncheck();
    await sends(owner, () => owner.getByRole('button', { name: 'Save limits' }).click());
    await visit(owner, here);
    await expect(owner.getByText('Documents here: 0 B of 4 MiB.')).toBeVisible();
    await expect(owner.getByLabel('Requests a minute, by everybody together')).toHaveValue('600');
    await expect(owner.getByRole('checkbox', { name: 'Organisers' })).not.toBeChecked();
    await expect(owner.getByRole('checkbox', { name: 'Moderators' })).toBeChecked();

    // Without its store it can't keep a war.
    await owner.getByRole('checkbox', { name: 'Keep up to 16 MiB of documents per organization' }).uncheck();
    await sends(owner, () => owner.getByRole('button', { name: 'Save limits' }).click());
    await visit(owner, here);
    await expect(owner.getByText('(not granted)')).toBeVisible();
    await owner.getByRole('checkbox', { name: 'Keep up to 16 MiB of documents per organization' }).check();
    await sends(owner, () => owner.getByRole('button', { name: 'Save limits' }).click());
    await visit(owner, here);
    await expect(owner.getByText('(not granted)')).toHaveCount(0);
  });
});

story('what a plugin keeps is downloaded and brought back, and its routes are on the page of the API', async ({ browser, complaints }) => {
  await withPlugins(browser, complaints, { examples: ['guild-war'] }, async ({ hub, owner, another }) => {
    const path = await begin(owner, 'The Lantern');
    await approve(owner, 'guild_war');
    await toggle(owner, `${path}/plugins`, true);
    await visit(owner, `${path}/plugins/guild_war/declare`);
    await owner.getByLabel('One guild').fill('Wolves');
    await owner.getByLabel('The other').fill('Ravens');
    await owner.getByRole('button', { name: 'Declare the war' }).click();
    await owner.waitForURL((url) => /\/guild_war\/(?!declare)[^/]+$/.test(url.pathname));

    await visit(owner, '/admin/plugins/guild_war');
    await accessible(owner);
    const coming = owner.waitForEvent('download');
    await owner.getByRole('link', { name: 'Download what it keeps' }).click();
    const file = await readFile(await (await coming).path(), 'utf8');
    expect(file).toContain('"plugin":"guild_war"');
    expect(file).toContain('Wolves');

    // The same with another name in it comes back in its place.
    const changed = join(hub.dataDir, 'changed.jsonl');
    await writeFile(changed, file.replaceAll('Wolves', 'Foxes'));
    await visit(owner, '/admin/plugins');
    await owner.getByLabel('File with its data').setInputFiles(changed);
    await owner.getByRole('button', { name: 'Take it in' }).click();
    await owner.waitForURL((url) => url.pathname === '/admin/plugins/guild_war');
    await visit(owner, `${path}/plugins/guild_war`);
    await expect(owner.getByRole('heading', { name: 'Foxes against Ravens' })).toBeVisible();

    // Strangers find the organization's document by its address; members are offered it.
    const guest = await another();
    await guest.goto('/api/docs');
    await expect(guest.getByRole('heading', { name: 'plugin guild_war' })).toHaveCount(0);
    await guest.getByLabel('An organization, by the last part of its address').fill('the-lantern');
    await guest.getByRole('button', { name: 'Show its document' }).click();
    await guest.waitForURL(/\/api\/docs\?organization=the-lantern$/);
    await expect(guest.getByRole('heading', { name: 'plugin guild_war' })).toBeVisible();
    await expect(guest.getByRole('link', { name: 'The Lantern' })).toHaveAttribute('aria-current', 'page');
    await accessible(guest);
    await fitsItsWindow(guest);
    await owner.goto('/api/docs');
    await owner.getByRole('link', { name: 'The Lantern' }).click();
    const wars = owner.locator('article', { hasText: '/api/plugins/guild_war/orgs/the-lantern/wars' }).first();
    await expect(wars).toBeVisible();
    if (!withoutScript()) {
      await wars.getByText('Try it').click();
      await wars.getByRole('button', { name: 'Send' }).click();
      await expect(wars.getByRole('status')).toContainText('Foxes');
    }
  });
});
