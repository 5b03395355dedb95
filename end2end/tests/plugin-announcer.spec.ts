// The example `discord_announcer`, as an organization uses it: the address it posts to is entered once and shown to nobody, and what happens
// is told there; with script and without. Discord stands on this machine here.
import { Gateway } from '../support/gateway';
import { approve, begin, saveSettings, toggle, withPlugins } from '../support/plugins';
import { signUp } from '../support/people';
import { accessible, expect, fitsItsWindow, sends, story, visit } from '../support/story';

story('whoever joins is announced, by the secret that nobody reads', async ({ browser, complaints }) => {
  const world = await Gateway.of('discord.com');
  await withPlugins(browser, complaints, { examples: ['discord-announcer'], env: world.env }, async ({ owner, another }) => {
    const path = await begin(owner, 'The Lantern', 'Open to everybody');
    const other = await begin(owner, 'The Anvil', 'Open to everybody');
    await approve(owner, 'discord_announcer', 'Contact https://discord.com/api/webhooks/*', "See members' names");
    await toggle(owner, `${path}/plugins`, true);
    await visit(owner, `${path}/plugins?plugin=discord_announcer`);
    const secret = owner.getByLabel("The webhook's address, after https://discord.com/api/webhooks/");
    await secret.fill('123/a-token-of-the-story');
    await accessible(owner);
    await fitsItsWindow(owner);
    await saveSettings(owner);
    await expect(secret).toHaveValue('');
    expect(await owner.content()).not.toContain('a-token-of-the-story');

    const vera = await another();
    await signUp(vera, 'Vera the Brave');
    for (const where of [other, path]) {
      await visit(vera, where);
      await sends(vera, () => vera.getByRole('button', { name: 'Join', exact: true }).click());
    }
    await expect.poll(() => world.asked).toEqual([
      {
        line: 'POST discord.com/api/webhooks/123/a-token-of-the-story',
        body: JSON.stringify({
          allowed_mentions: { parse: [] },
          content: '**Vera the Brave** has joined.',
          username: 'Guildhall',
        }),
      },
    ]);
    // What it wrote down, and what the pages show, holds no secret.
    await visit(owner, '/admin/plugins/discord_announcer');
    expect(await owner.content()).not.toContain('a-token-of-the-story');
  }).finally(() => world.close());
});
