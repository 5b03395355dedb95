// How people without a mouse get about: by Tab, and what has the focus can be seen.
import { type Locator, type Page, expect } from '@playwright/test';

/** No page of ours is longer by Tab. */
const MOST_STOPS = 250;

/**
 * Walks by Tab until the control has the focus, and looks whether that can be seen. From the end of the page the browser goes on at its
 * beginning.
 */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await hasFocus(control)) {
      await focusShows(page);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_STOPS} presses of Tab do not lead to ${control}; the last stop was ${await stop(page)}`);
}

/** Goes there by Tab and presses Enter. */
export async function enterOn(page: Page, control: Locator): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press('Enter');
}

/** Goes to a field by Tab and types. What was in it is replaced. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

/** Goes to a list of choices by Tab and chooses with the arrows. */
export async function choose(page: Page, list: Locator, called: string): Promise<void> {
  await tabTo(page, list);
  await page.keyboard.press('Home');
  const options = await list.locator('option').count();
  for (let at = 0; at < options; at += 1) {
    if ((await list.locator('option:checked').textContent())?.trim() === called) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${called} is none of the choices of ${list}`);
}

/**
 * Whether whoever walks by keyboard is still somewhere: what had the focus may have gone, but not the focus with it. What has come above
 * it may have pushed it out of sight, until the next press.
 */
export async function focusKept(page: Page): Promise<void> {
  await expect.poll(() => stop(page), { message: 'the focus went with what had it' }).not.toBe('BODY');
}

/** What has the focus is within the window, nothing lies over it, and it is marked (WCAG 2.4.7, 2.4.11). */
export async function focusShows(page: Page): Promise<void> {
  const look = (): string[] => {
    const element = document.activeElement as HTMLElement;
    const name = element.outerHTML.slice(0, 120);
    const box = element.getBoundingClientRect();
    const top = Math.max(box.top, 0);
    const bottom = Math.min(box.bottom, window.innerHeight);
    if (bottom <= top || box.right <= 0 || box.left >= window.innerWidth) return [`is not in the window: ${name}`];
    const middle = document.elementFromPoint(
      (Math.max(box.left, 0) + Math.min(box.right, window.innerWidth)) / 2,
      (top + bottom) / 2,
    );
    const over = middle && !element.contains(middle) && !middle.contains(element) && !(element as HTMLInputElement).labels?.[0]?.contains(middle);
    if (over) return [`lies under ${middle.outerHTML.slice(0, 80)}: ${name}`];
    const style = getComputedStyle(element);
    const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    return marked ? [] : [`is not marked: ${name}`];
  };
  // Scrolling to it may take a moment.
  await expect.poll(() => page.evaluate(look), { message: 'what has the focus' }).toEqual([]);
}

async function hasFocus(control: Locator): Promise<boolean> {
  return control.evaluate((element) => element === document.activeElement);
}

async function stop(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element && element !== document.body ? element.outerHTML.slice(0, 120) : 'BODY';
  });
}
