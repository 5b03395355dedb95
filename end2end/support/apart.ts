// What players never download: the admin area's code and texts.
import { type Page } from '@playwright/test';

/** Words that only the admin area's code or texts have: server functions of it, and sentences. */
const WORDS = [
  '/api/admin_users',
  'admin_set_setting',
  'What the doctor finds',
  'admin_room_order',
  'admin_judge',
  'admin_begin_season',
  'Result and reports side by side',
];

/** Reads along what a page downloads; asked at the end, it tells what of the admin area was in it, and what was asked for by its name. */
export function downloadsOf(page: Page): () => Promise<string[]> {
  const bodies: Promise<void>[] = [];
  const found: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (path.includes('admin')) found.push(path);
  });
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (!/\.(wasm|js|html)$|^\/[^.]*$/.test(path)) return;
    bodies.push(
      response
        .body()
        .then((body) => {
          for (const word of WORDS) {
            if (body.includes(word)) found.push(`${path}: ${word}`);
          }
        })
        .catch(() => undefined),
    );
  });
  return async () => {
    await Promise.all(bodies);
    return found;
  };
}
