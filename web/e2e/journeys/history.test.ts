import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('a long history loads above without moving what is being read', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  const written = Array.from({ length: 150 }, (_, i) => `${i + 1}: ${'word '.repeat((i * 7) % 30)}end`);
  for (const text of written) await chen.api.say(chat, text);
  await mei.signIn();
  await mei.openChat(chat);
  await mei.sees(written.at(-1) ?? '');

  // Up by hand to where older messages are fetched, looking at one message all the while.
  const scroller = mei.page.getByTestId('messages');
  const moved = await scroller.evaluate(async (box) => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    let worst = 0;
    let loads = 0;
    for (let step = 0; step < 400 && box.scrollTop > 0; step++) {
      box.dispatchEvent(new WheelEvent('wheel', { deltaY: -120 }));
      box.scrollBy(0, -120);
      await painted();
      const rows = [...box.querySelectorAll<HTMLElement>('[data-message]')];
      const middle = box.getBoundingClientRect().top + box.clientHeight / 2;
      const anchor = rows.find((row) => row.getBoundingClientRect().bottom > middle);
      if (!anchor) continue;
      const key = anchor.dataset.message;
      const before = anchor.getBoundingClientRect().top;
      const height = box.scrollHeight;
      await painted();
      await painted();
      const after = box.querySelector<HTMLElement>(`[data-message="${key}"]`)?.getBoundingClientRect().top;
      if (after !== undefined) worst = Math.max(worst, Math.abs(after - before));
      if (box.scrollHeight - height > 800) loads++;
    }
    return { worst, loads };
  });
  expect(moved.worst).toBeLessThan(4);
  expect(await mei.history()).toEqual(written);
});

journey('the app opens without a network, and shows what was there', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await chen.api.say(chat, 'remember me');
  await mei.signIn();
  await mei.openChat(chat);
  await mei.sees('remember me');
  await mei.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  // The second visit is the first that the worker carries, and keeps.
  await mei.page.reload();
  await mei.sees('remember me');
  await mei.page.waitForFunction(async () => {
    const kept = await (await caches.open((await caches.keys())[0] ?? '')).keys();
    const scripts = [...document.querySelectorAll('script[src]')].map((one) => (one as HTMLScriptElement).src);
    return scripts.every((script) => kept.some(({ url }) => url === script));
  });

  stage.allow(/ERR_INTERNET_DISCONNECTED/, /ERR_CONNECTION_REFUSED/, /ERR_FAILED/, /WebSocket connection/);
  await stage.killServer();
  await mei.page.reload();
  await mei.sees('remember me');
  await mei.say('written in a tunnel');
  await mei.seesDelivery('written in a tunnel', 'sending');
  await stage.server.run();
  await mei.seesDelivery('written in a tunnel', 'sent');
  expect(await chen.api.texts(chat)).toEqual(['remember me', 'written in a tunnel']);
});
