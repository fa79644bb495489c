import type { BrowserContextOptions } from 'playwright-core';
import type { Person } from '../src/person';
import { take } from '../src/picture';
import type { Screen } from '../src/screens';
import { demo, noPacket, walkApp, walkConsole } from '../src/walk';

const wanted = process.env.ONLY ?? '';

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['zh-CN', 'en-GB'] as const).flatMap((locale) => [
    { name: `phone-${colorScheme}-${locale.slice(0, 2)}`, options: { ...phone, colorScheme, locale } },
    { name: `desk-${colorScheme}-${locale.slice(0, 2)}`, options: { ...desk, colorScheme, locale } },
  ]),
);

for (const look of looks.filter(({ name }) => !process.env.LOOK || name === process.env.LOOK)) {
  demo(look.name, { timeout: 300_000 }, async ({ stage }) => {
    const stranger = await stage.newcomer('nobody', 'Nobody', look.options);
    for (const path of ['sign-in', 'sign-up'].filter((path) => path.includes(wanted))) {
      await stranger.goto(`/${path}`);
      await stranger.on('sign-submit').waitFor();
      await take(stranger, `${path}.${look.name}`);
    }
    const show = async (person: Person, { name }: Screen) => {
      await take(person, `${name}.${look.name}`);
      if (name !== 'packet-seal') return;
      await person.on('packet-seal').click();
      await person.on('packet-mine').waitFor();
      await take(person, `packet-opened.${look.name}`);
    };
    await walkApp(stage, look.options, show, wanted);
  });

  demo(`console ${look.name}`, { timeout: 300_000 }, async ({ stage }) => {
    stage.allow(noPacket);
    const olga = await stage.operator('olga', look.options);
    await olga.goto('/');
    await olga.on('operator-sign-in').waitFor();
    await take(olga, `console-sign-in.${look.name}`);
    await olga.signIn();
    await walkConsole(stage, olga, (_, name) => take(olga, `console-${name}.${look.name}`), wanted);
  });
}
