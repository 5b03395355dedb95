// The example `poll`, as people use it: asked by form, voted on, counted, closed; with script and without.
import { approve, begin, toggle, withPlugins } from '../support/plugins';
import { signUp } from '../support/people';
import { accessible, expect, fitsItsWindow, hydrated, sends, story, visit } from '../support/story';

story('a poll is made, voted on once by each, and closed', async ({ browser, complaints }) => {
  complaints.expect(/409/);
  await withPlugins(browser, complaints, { examples: ['poll'] }, async ({ owner, another }) => {
    await begin(owner, 'The Lantern');
    await approve(owner, 'poll');
    await toggle(owner, '/orgs/the-lantern/plugins', true);
    await visit(owner, '/orgs/the-lantern/plugins/poll/new');
    await owner.getByLabel('Question').fill('When do we meet?');
    await owner.getByLabel('Answers, one a line').fill('On Friday\nOn Saturday');
    await owner.getByRole('button', { name: 'Make the poll' }).click();
    await owner.waitForURL(/\/plugins\/poll\/(?!new)[^/]+$/);
    await hydrated(owner);
    const poll = new URL(owner.url()).pathname;

    // How others voted is told to those who have.
    await expect(owner.getByText('0 have voted.')).toBeVisible();
    await owner.getByLabel('Your answer').selectOption('On Saturday');
    await owner.getByRole('button', { name: 'Vote', exact: true }).click();
    await expect(owner.getByText('Your vote is counted.')).toBeVisible();
    await expect(owner.getByRole('row', { name: 'On Saturday 1' }).first()).toBeVisible();
    await accessible(owner);
    await fitsItsWindow(owner);
    // Another answer takes the place of the one before.
    await visit(owner, poll);
    await owner.getByLabel('Your answer').selectOption('On Friday');
    await owner.getByRole('button', { name: 'Change my vote' }).click();
    await expect(owner.getByRole('row', { name: 'On Friday 1' }).first()).toBeVisible();
    await expect(owner.getByRole('row', { name: 'On Saturday 0' }).first()).toBeVisible();

    const vera = await another();
    await signUp(vera, 'Vera');
    await visit(vera, poll);
    await expect(vera.getByText('1 have voted.')).toBeVisible();
    // Her form stands open while the poll is closed.
    await vera.getByLabel('Your answer').selectOption('On Friday');
    await visit(owner, poll);
    await owner.getByText('Close this poll').click();
    await owner.getByRole('button', { name: 'Close it' }).click();
    await expect(owner.getByText('The poll is closed.')).toBeVisible();
    await sends(vera, () => vera.getByRole('button', { name: 'Vote', exact: true }).click());
    await visit(vera, poll);
    await expect(vera.getByRole('row', { name: 'On Friday 1' }).first()).toBeVisible();
    await expect(vera.getByRole('button', { name: 'Vote', exact: true })).toHaveCount(0);
    await visit(owner, '/orgs/the-lantern/plugins/poll');
    await expect(owner.getByRole('row', { name: /When do we meet\?.*closed/ })).toBeVisible();
  });
});

story('a form that was sent comes back with what is wrong, and is taken once', async ({ browser, complaints }) => {
  await withPlugins(browser, complaints, { examples: ['poll'] }, async ({ owner }) => {
    await begin(owner, 'The Lantern');
    await approve(owner, 'poll');
    await toggle(owner, '/orgs/the-lantern/plugins', true);
    await visit(owner, '/orgs/the-lantern/plugins/poll/new');
    await owner.getByLabel('Answers, one a line').fill('Only one');
    await owner.getByRole('button', { name: 'Make the poll' }).click();
    await expect(owner.getByRole('alert')).toContainText('Something has to be corrected');
    await expect(owner.getByLabel('Answers, one a line')).toHaveValue('Only one');
    await accessible(owner);
  });
});
