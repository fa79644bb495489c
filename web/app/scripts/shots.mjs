// Pictures of every screen over the stories' world, in both sizes, themes and languages.
// usage: node scripts/shots.mjs OUT_DIR [name filter]   (needs a Chromium: CHROMIUM=/path, default /usr/bin/chromium)
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const [out = 'shots', filter = ''] = process.argv.slice(2);
mkdirSync(out, { recursive: true });

const click = (testId) => async (page) => page.getByTestId(testId).first().click();
const tapOpen = async (page) => page.locator('[data-packet="502"]').click();

/** name, address, what to do before the picture */
const screens = [
  ['sign-in', '/sign-in'],
  ['sign-up', '/sign-up'],
  ['chats', '/'],
  ['group', '/c/10'],
  ['direct', '/c/11'],
  ['group-details', '/c/10/details'],
  ['person-details', '/c/11/details'],
  ['menu', '/c/11', async (page) => page.getByTestId('message').nth(1).click({ button: 'right' })],
  [
    'packet-send-group',
    '/c/10',
    async (page) => {
      await click('send-packet')(page);
      await page.getByTestId('packet-amount').fill('66.6');
    },
  ],
  [
    'packet-send-over',
    '/c/11',
    async (page) => {
      await click('send-packet')(page);
      await page.getByTestId('packet-amount').fill('520');
    },
  ],
  [
    'packet-send-named',
    '/c/10',
    async (page) => {
      await click('send-packet')(page);
      await page.getByTestId('packet-kind-named').click();
    },
  ],
  ['packet-seal', '/c/10', tapOpen],
  [
    'packet-opened',
    '/c/10',
    async (page) => {
      await tapOpen(page);
      await page.waitForTimeout(700);
      await page.getByTestId('packet-seal').click();
      await page.waitForTimeout(1250);
    },
  ],
  [
    'packet-gone',
    '/c/10',
    async (page) => {
      await page.evaluate(() => {
        window.story.onOpen = () => Promise.reject(window.story.refusal(281));
      });
      await tapOpen(page);
      await page.waitForTimeout(700);
      await page.getByTestId('packet-seal').click();
      await page.waitForTimeout(900);
    },
  ],
  ['packet-details', '/c/10/p/501', click('verify-draw')],
  ['packet-details-open', '/c/10/p/502'],
  ['contacts', '/contacts'],
  [
    'add-friend',
    '/contacts/add',
    async (page) => {
      await page.getByTestId('find-name').fill('zed');
      await page.getByTestId('find-submit').click();
    },
  ],
  ['person', '/contacts/2'],
  ['new-group', '/group/new'],
  ['discover', '/discover'],
  ['fairness', '/discover/fairness'],
  ['wallet', '/wallet'],
  ['top-up', '/wallet', click('top-up')],
  ['me', '/me'],
  ['profile', '/me/profile'],
  ['devices', '/me/devices'],
].filter(([name]) => name.includes(filter));

const looks = [
  { size: 'phone', theme: 'light', language: 'zh' },
  { size: 'phone', theme: 'dark', language: 'en' },
  { size: 'desk', theme: 'light', language: 'en' },
  { size: 'desk', theme: 'dark', language: 'zh' },
].filter((look) => !process.env.LOOK || process.env.LOOK === `${look.size}-${look.theme}-${look.language}`);

const server = await createServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  mode: 'stories',
  logLevel: 'error',
  server: { port: 5199, host: '127.0.0.1' },
});
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
let troubles = 0;
for (const look of looks) {
  const context = await browser.newContext({
    viewport: look.size === 'phone' ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    deviceScaleFactor: Number(process.env.SCALE ?? 1),
    hasTouch: look.size === 'phone',
    isMobile: look.size === 'phone',
  });
  await context.addInitScript(({ theme, language }) => {
    localStorage.setItem('laisee.theme', theme);
    localStorage.setItem('laisee.language', language);
  }, look);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    troubles += 1;
    console.error(message.text());
  });
  page.on('pageerror', (error) => {
    troubles += 1;
    console.error(error.stack);
  });
  for (const [name, path, act] of screens) {
    await page.goto(`http://127.0.0.1:5199${path}`);
    await page.locator('#app > *').first().waitFor();
    await page.waitForTimeout(350);
    try {
      await act?.(page);
    } catch (error) {
      troubles += 1;
      console.error(name, error.message.split('\n')[0]);
    }
    await page.waitForTimeout(450);
    await page.screenshot({ path: `${out}/${name}.${look.size}-${look.theme}-${look.language}.png` });
  }
  await context.close();
}
await browser.close();
await server.close();
process.exit(troubles ? 1 : 0);
