import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('what was written while somebody was away arrives once and in order', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.signIn();
  await chen.signIn();
  await chen.openChat(chat);
  await mei.openChat(chat);
  await mei.say('before');
  await chen.sees('before');

  stage.allow(/ERR_INTERNET_DISCONNECTED/);
  await chen.context.setOffline(true);
  await chen.page.close();
  const written = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`);
  for (const text of written.slice(0, 10)) await mei.say(text);
  await mei.seesDelivery('line 10', 'sent');
  for (const text of written.slice(10)) await mei.api.say(chat, text);

  // The browser is opened again: everything is there.
  const again = await stage.sameAs(chen);
  await again.signIn();
  await expect.poll(() => again.unread(chat)).toBe(30);
  // It opens where he left off, and shows from where on all is new.
  await again.openChat(chat);
  await again.on('new-messages').waitFor();
  await again.on('jump-to-latest').click();
  await again.sees('line 30');
  await expect.poll(() => again.unread(chat)).toBe(0);
  expect(await again.history()).toEqual(['before', ...written]);
});
