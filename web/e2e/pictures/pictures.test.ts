import { mkdirSync } from 'node:fs';
import type { BrowserContextOptions } from 'playwright-core';
import { enterDemo, screens, show } from '../src/demo';
import { journey } from '../src/journey';
import type { Person } from '../src/person';

const out = process.env.OUT ?? new URL('out', import.meta.url).pathname;
const wanted = process.env.ONLY ?? '';
mkdirSync(out, { recursive: true });

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['zh-CN', 'en-GB'] as const).flatMap((locale) => [
    { name: `phone-${colorScheme}-${locale.slice(0, 2)}`, options: { ...phone, colorScheme, locale } },
    { name: `desk-${colorScheme}-${locale.slice(0, 2)}`, options: { ...desk, colorScheme, locale } },
  ]),
);

const picture = journey.override({ command: 'demo' });

/** Waits until everything that moves has come to rest. */
async function take({ page }: Person, name: string): Promise<void> {
  await page.evaluate(async () => {
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  await page.screenshot({ path: `${out}/${name}.png` });
}

for (const look of looks.filter(({ name }) => !process.env.LOOK || name === process.env.LOOK)) {
  picture(look.name, { timeout: 180_000 }, async ({ stage }) => {
    const mei = await stage.newcomer('mei', 'Mei', look.options);
    for (const path of ['sign-in', 'sign-up']) {
      await mei.goto(`/${path}`);
      await mei.on('sign-submit').waitFor();
      await take(mei, `${path}.${look.name}`);
    }
    for (const screen of screens(await enterDemo(mei)).filter(({ name }) => name.includes(wanted))) {
      await show(mei, screen);
      await take(mei, `${screen.name}.${look.name}`);
      if (screen.name !== 'packet-seal') continue;
      await mei.on('packet-seal').click();
      await mei.on('packet-mine').waitFor();
      await take(mei, `packet-opened.${look.name}`);
    }
  });
}
