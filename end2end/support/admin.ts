// What stories of the admin area begin with: a hub of its own, whose owner is at a page of it. `import { owned } from '../support/admin'`.
import { type Page } from '@playwright/test';

import { Hub, RAISED } from './hub';
import { finishSetup } from './people';
import { accessible, expect, fitsItsWindow, listen, story, visit, withoutScript } from './story';

/** The owner of such a hub. */
export const OWNER = 'Freya';

interface Owned {
  /** What the hub is started with, beside the usual. */
  ownEnv: Record<string, string>;
  /** The hub. Nobody else's story goes on in it. */
  own: Hub;
  /** A page on which its owner is logged in. */
  owner: Page;
}

export const owned = story.extend<Owned>({
  ownEnv: [{}, { option: true }],
  own: async ({ ownEnv }, use, info) => {
    const own = await Hub.start({ env: { ...RAISED, ...ownEnv } });
    await use(own);
    if (info.status !== info.expectedStatus) {
      await info.attach('what the hub said', { body: own.log, contentType: 'text/plain' });
    }
    await own.stop();
  },
  owner: async ({ browser, own, complaints }, use) => {
    const context = await browser.newContext({ baseURL: own.url, javaScriptEnabled: !withoutScript() });
    listen(context, complaints);
    const page = await context.newPage();
    await finishSetup(page, await own.setupPath(), OWNER, 'The Hall');
    await use(page);
    await context.close();
    expect(complaints.unexpected, 'what the browser complained about').toEqual([]);
  },
});

/** Looks at a page on a wide screen and on a narrow one: what is asked for is there, an audit finds nothing, and nothing sticks out. */
export async function wideAndNarrow(page: Page, path: string, there: () => Promise<void> = async () => {}): Promise<void> {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await there();
    await accessible(page);
    await fitsItsWindow(page);
  }
}

/** Every address a page asks for from now on. */
export function requestsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  return asked;
}
