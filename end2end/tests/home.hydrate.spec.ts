import { expect, story, visit } from '../support/story';

story('the page wakes, and its modules come from the folder of this very build', async ({ page, hub }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await visit(page, '/');
  const build = (await (await fetch(`${hub.url}/build.txt`)).text()).trim();
  const modules = asked.filter((path) => path.endsWith('.wasm'));
  expect(modules).toContain(`/pkg/${build}/guildhall_bg.wasm`);
});
