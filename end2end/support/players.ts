// People who play: an account, its game password, and a classic client that is in the lobby with it.
import { type Browser } from '@playwright/test';

import { ClassicClient } from './classic';
import { type Hub } from './hub';
import { makeGamePassword, signUp } from './people';
import { type Complaints, listen, withoutScript } from './story';

/** Makes an account of that name and logs its classic client on. */
export async function playerOf(browser: Browser, hub: Hub, name: string, complaints: Complaints): Promise<ClassicClient> {
  const context = await browser.newContext({ baseURL: hub.url, javaScriptEnabled: !withoutScript() });
  listen(context, complaints);
  const page = await context.newPage();
  await signUp(page, name);
  const password = await makeGamePassword(page);
  await context.close();
  return ClassicClient.enter('myth2', hub, name, password);
}
