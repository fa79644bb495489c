import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('a message is sent, delivered, and read, and says so', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.signIn();
  await mei.openChat(chat);

  // Nobody is there: the server has it, no more.
  await mei.say('Are you there?');
  await mei.seesDelivery('Are you there?', 'sent');

  // He comes, and looks at his list only: delivered.
  await chen.signIn();
  await mei.seesDelivery('Are you there?', 'delivered');
  await expect.poll(() => chen.unread(chat)).toBe(1);

  // He opens the conversation: read, and nothing is unread any more.
  await chen.openChat(chat);
  await chen.sees('Are you there?');
  await mei.seesDelivery('Are you there?', 'read');
  await expect.poll(() => chen.unread(chat)).toBe(0);

  // While he looks, what comes is read at once; the same the other way round.
  await mei.say('Good');
  await mei.seesDelivery('Good', 'read');
  await chen.say('Yes, just arrived');
  await mei.sees('Yes, just arrived');
  await chen.seesDelivery('Yes, just arrived', 'read');
});
