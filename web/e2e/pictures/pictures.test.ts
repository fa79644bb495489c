import type { BrowserContextOptions } from 'playwright-core';
import { enterDemo, screens, show } from '../src/demo';
import { journey } from '../src/journey';
import { take } from '../src/picture';

const wanted = process.env.ONLY ?? '';

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['zh-CN', 'en-GB'] as const).flatMap((locale) => [
    { name: `phone-${colorScheme}-${locale.slice(0, 2)}`, options: { ...phone, colorScheme, locale } },
    { name: `desk-${colorScheme}-${locale.slice(0, 2)}`, options: { ...desk, colorScheme, locale } },
  ]),
);

const picture = journey.override({ command: 'demo' });

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
