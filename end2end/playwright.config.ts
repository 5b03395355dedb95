// How the stories are told: the same ones with the script on, with it off, and on a telephone.
//
// A story whose name ends in `.hydrate.spec.ts` needs the script. Every other one must succeed without it, for every
// read and every form of the site does.
import { defineConfig, devices } from '@playwright/test';

const ci = Boolean(process.env.CI);
const needsScript = /\.hydrate\.spec\.ts$/;
/** These set their windows themselves, narrow and wide. */
const setsItsWindows = /(admin[\w.-]*|every-page\.hydrate)\.spec\.ts$/;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  // Each worker starts a hub of its own, and the stories of one file share it in their order.
  fullyParallel: false,
  workers: 2,
  forbidOnly: ci,
  // A story that passes only the second time has a fault all the same: the tally names it, and what went wrong the first time. It is
  // to be mended, and holds up nobody whose change has nothing to do with it.
  retries: ci ? 1 : 0,
  // Bounds for a story that hangs, not for a machine that is busy: two browsers and two hubs may share two cores.
  timeout: 120_000,
  expect: { timeout: 20_000, toPass: { timeout: 60_000 } },
  reporter: [['list'], ['json']],
  use: {
    // So that what hangs is named, and not only the story it hangs in.
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    // What was done, asked and answered, and a picture of the end. A picture of each step besides takes a third longer, in every
    // story that succeeds: `--trace=retain-on-failure` asks for them.
    trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      // The distribution's browser; the build tool finds or installs it.
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        // Everything a browser asks the world for by itself.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'script', use: { viewport: { width: 1280, height: 800 } } },
    {
      name: 'no-script',
      use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
      testIgnore: needsScript,
    },
    {
      name: 'phone',
      use: { ...devices['Pixel 7'], viewport: { width: 360, height: 740 } },
      testIgnore: setsItsWindows,
    },
  ],
});
