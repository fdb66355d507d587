import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';

// The system's Chromium: it decodes H.264 and AAC, which Playwright's own build does not.
const chromium = [process.env.MATINEE_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path)
);

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  // Videos are transcoded while the tests run; two at a time would only make each other late.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // Taking the README's pictures is no test, and what takes long runs by `make journey`.
  grepInvert: [...(process.env.MATINEE_TEST_SCREENSHOTS ? [] : [/@screenshots/]), ...(process.env.MATINEE_TEST_LONG ? [] : [/@long/])],
  forbidOnly: !!process.env.CI,
  retries: 0,
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    channel: undefined,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--autoplay-policy=no-user-gesture-required',
        '--disable-dev-shm-usage',
        // Containers and CI run as root, where Chromium's own sandbox cannot.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
      ]
    }
  }
});
