import { expect } from 'vitest';
import { demoPassword, enterDemo, furnish } from '../src/demo';
import { take } from '../src/picture';
import { demo } from '../src/walk';

/** The three pictures that the README shows; they are kept in docs/images. */
demo('for the README', async ({ stage }) => {
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
  const mei = await stage.newcomer('mei', 'Mei', { viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const money = await furnish(stage, 'otto');
  const places = await enterDemo(mei, money);
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
  await enterDemo(hand, money);
  await hand.goto(`/c/${places.family}`);
  await hand.card().waitFor();
  await expect.poll(() => hand.page.locator('[data-delivery="read"]').count()).toBeGreaterThan(0);
  await take(hand, 'conversation');
  const night = await stage.newcomer('mei', 'Mei', { ...phone, locale: 'zh-CN', colorScheme: 'dark' });
  await enterDemo(night, money);
  await night.goto(`/c/${places.family}`);
  await night.card().click();
  await night.on('packet-seal').waitFor();
  await take(night, 'red-packet');
});
