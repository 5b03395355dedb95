// The example `name_filter`, as people meet it: at the door of registration, and on its page in the admin area; with script and without.
import { approve, toggle, withPlugins } from '../support/plugins';
import { PASSWORD, signUp } from '../support/people';
import { accessible, expect, fitsItsWindow, story, visit, withoutScript } from '../support/story';

story('a name with an unwanted word is refused, however it is spelled, until the filter is off', async ({ browser, complaints }) => {
  complaints.expect(/422/);
  await withPlugins(browser, complaints, { examples: ['name-filter'] }, async ({ owner, another }) => {
    await approve(owner, 'name_filter');
    await toggle(owner, '/admin/plugins/name_filter', true);

    const guest = await another();
    await visit(guest, '/register');
    await guest.locator('#name').fill('The 4dm1n');
    await guest.locator('#password').fill(PASSWORD);
    await guest.getByRole('button', { name: 'Make my account' }).click();
    const alert = guest.getByRole('alert');
    await expect(alert.getByRole('link', { name: 'Name' })).toBeVisible();
    // The plugin's own words; without script, where an address carries the refusal, the hub's.
    await expect(alert).toContainText(withoutScript() ? 'A rule of this hub' : 'That name holds a word');
    await expect(guest.locator('#name')).toHaveValue('The 4dm1n');
    await accessible(guest);
    await signUp(guest, 'Adelheid');

    // Whoever runs the hub tries a name, and reads which word it is.
    await visit(owner, '/admin/plugins/name_filter');
    await expect(owner.getByText('refused a name for the word')).toBeVisible();
    await accessible(owner);
    await fitsItsWindow(owner);

    // A word more: what is set is asked with from then on.
    await owner.getByLabel('Words no name may hold').fill('admin\nlantern');
    await owner.getByRole('button', { name: 'Save settings' }).click();
    await expect(owner.getByLabel('Words no name may hold')).toHaveValue('admin\nlantern');
    const other = await another();
    await visit(other, '/register');
    await other.locator('#name').fill('L.a.n.t.e.r.n');
    await other.locator('#password').fill(PASSWORD);
    await other.getByRole('button', { name: 'Make my account' }).click();
    await expect(other.getByRole('alert').getByRole('link', { name: 'Name' })).toBeVisible();

    await toggle(owner, '/admin/plugins/name_filter', false);
    await signUp(other, 'Lantern');
  });
});
