// A package comes in by the registry's own page: chosen as a file, looked at, and thrown away again; with script and without.
import { join } from 'node:path';

import { withPlugins } from '../support/plugins';
import { accessible, expect, fitsItsWindow, hydrated, story, visit } from '../support/story';

story('a package is uploaded on the page, and what is no package is told so', async ({ browser, complaints }) => {
  await withPlugins(browser, complaints, { examples: [] }, async ({ owner }) => {
    await visit(owner, '/admin/plugins');
    await accessible(owner);
    await fitsItsWindow(owner);
    // The operator has named no source: there is no form for an address.
    await expect(owner.getByRole('heading', { name: 'From an address' })).toHaveCount(0);

    const rubbish = { name: 'poll.tar.gz', mimeType: 'application/gzip', buffer: Buffer.from('rubbish') };
    await owner.getByLabel('Package', { exact: true }).setInputFiles(rubbish);
    await owner.getByRole('button', { name: 'Upload it and look at it' }).click();
    await expect(owner.locator('.notice.bad')).toBeVisible();
    await hydrated(owner);

    await owner.getByLabel('Package', { exact: true }).setInputFiles(join(process.env.GUILDHALL_PLUGINS ?? '', 'poll.tar.gz'));
    await owner.getByRole('button', { name: 'Upload it and look at it' }).click();
    await owner.waitForURL((url) => url.pathname === '/admin/plugins/poll');
    await hydrated(owner);
    await expect(owner.getByRole('heading', { name: 'Version 1.0.0 waits for approval' })).toBeVisible();
    await owner.getByRole('button', { name: 'Throw it away' }).click();
    await owner.waitForURL((url) => url.pathname === '/admin/plugins');
    await expect(owner.getByText('No plugins yet.')).toBeVisible();
  });
});
