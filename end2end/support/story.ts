// What every story begins with: `import { expect, story } from '../support/story';`
//
// A story gets a page whose addresses are relative to a fresh hub. Anything the browser complains about, a console
// error, an exception or a request that fails, fails the story at its end.
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, type Locator, type Page, type Request, type Response, expect, test } from '@playwright/test';

import { Hub, RAISED } from './hub';

export { expect, Hub };

/** What the browser complained about, and what a story expects it to complain about. */
export class Complaints {
  private readonly heard: string[] = [];
  private readonly expected: RegExp[] = [];

  /** A story about a failure names the complaint it is about. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  hear(text: string): void {
    this.heard.push(text);
  }

  get unexpected(): string[] {
    return this.heard.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }
}

/** Playwright puts resources into the page to take its pictures, and our policy refuses them, as it should. */
const PLAYWRIGHTS_OWN = /Refused to .* because it violates .* 'data:/;

/** What the loader of a page's code says when the page is left before the code is there. Had the code really failed to come,
 * the request or its answer would complain, too. */
const LEFT_EARLY = /Response body loading was aborted|Failed to fetch\s+at [^\n]*__wasm_split/;

/** Listens to every page of a context, those opened later included. */
export function listen(context: BrowserContext, complaints: Complaints): void {
  context.on('console', (message) => {
    if (message.type() === 'error' && ![PLAYWRIGHTS_OWN, LEFT_EARLY].some((own) => own.test(message.text()))) {
      complaints.hear(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => complaints.hear(`exception: ${error.error()}`));
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'failed';
    // A page that is left takes its unfinished requests with it.
    if (why === 'net::ERR_ABORTED') return;
    // With the script off, Chromium refuses the modules a page preloads, and calls that a policy.
    if (why === 'csp' && withoutScript()) return;
    complaints.hear(`request: ${request.method()} ${request.url()}: ${why}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) {
      complaints.hear(`answer: ${response.status()} to ${response.request().method()} ${response.url()}`);
    }
  });
}

interface StoryFixtures {
  complaints: Complaints;
}
interface WorkerFixtures {
  /** One hub for each worker. A story that changes the whole hub starts its own with `Hub.start`. */
  hub: Hub;
}

export const story = test.extend<StoryFixtures, WorkerFixtures>({
  hub: [
    async ({}, use) => {
      const hub = await Hub.start({ env: RAISED });
      await use(hub);
      await hub.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ hub }, use) => use(hub.url),
  complaints: async ({}, use) => use(new Complaints()),
  context: async ({ context, complaints, hub }, use, info) => {
    listen(context, complaints);
    await use(context);
    if (info.status !== info.expectedStatus) {
      await info.attach('what the hub said', { body: hub.log, contentType: 'text/plain' });
    }
    expect(complaints.unexpected, 'what the browser complained about').toEqual([]);
  },
});

/** True in the project that tells the stories without script. */
export function withoutScript(): boolean {
  return story.info().project.use.javaScriptEnabled === false;
}

/** Waits until the page has woken: a click before that may be lost. Without script there is nothing to wait for. */
export async function hydrated(page: Page): Promise<void> {
  if (!withoutScript()) {
    await page.waitForFunction(() =>
      [document.documentElement, document.body].some((element) => element.hasAttribute('data-hydrated')),
    );
  }
}

/** What a page has asked for and has not been answered: documents, and what its script fetches. */
const askedFor = new WeakMap<Page, Set<Request>>();

function asked(page: Page): Set<Request> {
  const known = askedFor.get(page);
  if (known) return known;
  const requests = new Set<Request>();
  // Asked now: a page may still hear something when its story is over.
  const script = !withoutScript();
  let before: Request[] = [];
  askedFor.set(page, requests);
  page.on('request', (request) => {
    if (request.isNavigationRequest()) before = [...requests];
    // Without script, of what a page preloads nobody says how it ended.
    if (request.isNavigationRequest() || (script && ['fetch', 'xhr'].includes(request.resourceType()))) requests.add(request);
  });
  // A form is answered with the first word: a script need not read on, and then nobody says that it ended.
  page.on('response', (response) => {
    if (response.request().method() !== 'GET') requests.delete(response.request());
  });
  page.on('requestfinished', (request) => requests.delete(request));
  page.on('requestfailed', (request) => requests.delete(request));
  // What the document before this one asked for concerns nobody any more.
  page.on('domcontentloaded', () => before.forEach((request) => requests.delete(request)));
  return requests;
}

/** Waits until nothing is under way that was done on a page: a form that is sent, its answer, and where that leads. */
export async function settled(page: Page): Promise<void> {
  const requests = asked(page);
  do {
    const waiting = () => [...requests].map((request) => `${request.method()} ${request.url()}`);
    await expect.poll(waiting, { message: `what ${page.url()} still waits for`, intervals: [10] }).toEqual([]);
    // What the answer sets off begins within a frame, and may be another document: then this one's frame does not come. Nor does it
    // on a page that the browser does not paint: so a timer ends the wait, too.
    if (!withoutScript() && page.url() !== 'about:blank') {
      const frame = () =>
        new Promise((done) => {
          requestAnimationFrame(() => setTimeout(done));
          setTimeout(done, 1_000);
        });
      await page.evaluate(frame).catch(() => undefined);
    }
  } while (requests.size > 0);
}

/**
 * Opens a page of the hub and waits until it has woken. Whoever leaves a page at once takes its form along, or is led elsewhere by
 * the answer: what was done on the page before is waited for.
 */
export async function visit(page: Page, path: string): Promise<Response | null> {
  await settled(page);
  for (;;) {
    try {
      const answer = await page.goto(path);
      await hydrated(page);
      return answer;
    } catch (error) {
      // The code of the page that an answer leads to may be there, and the page not yet.
      if (!/interrupted by another navigation/.test(String(error))) throw error;
    }
  }
}

/** Does what sends a form, and waits for the hub's answer and where it leads. */
export async function sends(page: Page, act: () => Promise<void>): Promise<void> {
  asked(page);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  // Without script the answer is a page, or leads to one, and nothing is under way for a moment between the two.
  const arrived = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame()).catch(() => null);
  await act();
  const answer = await answered;
  if (answer.request().isNavigationRequest() && !answer.headers()['content-disposition']) await arrived;
  await settled(page);
  await page.waitForLoadState();
}

/** Visits a page until something is on it that somebody else puts there: a worker, a clock. */
export async function comesTo(page: Page, path: string, thing: Locator): Promise<void> {
  await expect(async () => {
    await visit(page, path);
    await expect(thing).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

/** Audits the page as it is now. The audit is itself a script, so the project without script leaves it out. */
export async function accessible(page: Page): Promise<void> {
  if (withoutScript()) return;
  // Without frames of other origins nothing needs the page that the audit would open beside this one, which takes the foreground.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join('\n  ')}`);
  expect(told, 'what an accessibility audit found').toEqual([]);
}

/** Neither the page nor anything on it may be wider than the window. What sticks out is named. */
export async function fitsItsWindow(page: Page): Promise<void> {
  if (withoutScript()) return;
  const tooWide = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const out = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth);
    const said = out.map((e) => `${Math.round(e.getBoundingClientRect().right)} px: ${e.outerHTML.slice(0, 160)}`);
    return [`${location.pathname} takes ${root.scrollWidth} of ${root.clientWidth} px`, ...said.slice(-8)];
  });
  expect(tooWide, 'what is wider than the window').toEqual([]);
}
