// What a stranger's scanner thinks of the site, behind the TLS proxy it is meant to stand behind.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { Hub } from '../support/hub';
import { TlsFront } from '../support/tls';

const HOST = 'localhost';
/** The least that will do: full marks, and credit for what goes beyond them. */
const LEAST = 120;

test('the MDN HTTP Observatory gives full marks and more', async ({}, info) => {
  test.skip(info.project.name !== 'script', 'the scanner is no browser: once is enough');
  test.skip(Number(process.versions.node.split('.')[0]) < 20, 'the scanner needs Node 20');
  let hub: Hub | undefined;
  const front = await TlsFront.before(HOST, () => Number(new URL(hub?.url ?? '').port));
  try {
    const publicUrl = `https://${HOST}:${front.httpsPort}`;
    hub = await Hub.start({ env: { GUILDHALL_PUBLIC_URL: publicUrl, GUILDHALL_TRUSTED_PROXIES: '127.0.0.1/32' } });
    const trusted = info.outputPath('front.pem');
    await writeFile(trusted, front.certificate);
    const scan = promisify(execFile)(
      process.execPath,
      ['observatory/scan.mjs', HOST, String(front.httpPort), String(front.httpsPort)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted } },
    );
    const found = JSON.parse((await scan).stdout);
    expect(found.score, JSON.stringify(found, null, 2)).toBeGreaterThanOrEqual(LEAST);
  } finally {
    await hub?.stop();
    await front.stop();
  }
});
