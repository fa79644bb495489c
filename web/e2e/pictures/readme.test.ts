import { expect } from 'vitest';
import { demoPassword, enterDemo } from '../src/demo';
import { journey } from '../src/journey';
import { take } from '../src/picture';

const demo = journey.override({ command: 'demo' });

/** The three pictures that the README shows; they are kept in docs/images. */
demo('for the README', async ({ stage }) => {
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
  const mei = await stage.newcomer('mei', 'Mei', { viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const places = await enterDemo(mei);
  // The family is there, and reads along.
  for (const name of ['chen', 'ah_ma', 'yuki']) {
    const other = await stage.newcomer(name, name);
    await other.signIn(demoPassword);
    await other.openChat(places.family);
  }
  await mei.goto(`/c/${places.family}/p/${places.packet}`);
  await mei.on('claims').waitFor();
  await expect.poll(() => mei.page.locator('[data-delivery="read"]').count()).toBeGreaterThan(0);
  await mei.on('verify-draw').click();
  await mei.on('verify-result').waitFor();
  await take(mei, 'desk');

  const hand = await stage.newcomer('mei', 'Mei', { ...phone, locale: 'zh-CN' });
  await enterDemo(hand);
  await hand.goto(`/c/${places.family}`);
  await hand.card().waitFor();
  await expect.poll(() => hand.page.locator('[data-delivery="read"]').count()).toBeGreaterThan(0);
  await take(hand, 'conversation');
  const night = await stage.newcomer('mei', 'Mei', { ...phone, locale: 'zh-CN', colorScheme: 'dark' });
  await enterDemo(night);
  await night.goto(`/c/${places.family}`);
  await night.card().click();
  await night.on('packet-seal').waitFor();
  await take(night, 'red-packet');
});
