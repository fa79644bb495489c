import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('a message written while the network is cut is neither lost nor doubled', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  const line = await mei.holdLine();
  await mei.signIn();
  await chen.signIn();
  await mei.openChat(chat);
  await chen.openChat(chat);
  await mei.say('one');
  await chen.sees('one');

  stage.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await line.cut();
  await mei.say('two');
  await mei.say('three');
  await mei.seesDelivery('two', 'sending');
  await mei.on('connection').waitFor();
  await line.mend();
  await mei.seesDelivery('three', 'read');
  expect(await mei.history()).toEqual(['one', 'two', 'three']);
  expect(await chen.history()).toEqual(['one', 'two', 'three']);
});

journey('the server has a message but its answer is lost: the repeat changes nothing', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  const line = await mei.holdLine();
  await mei.signIn();
  await mei.openChat(chat);
  await chen.signIn();
  await chen.openChat(chat);

  // Everything passes to the server, but nothing comes back.
  line.deaf = true;
  await mei.say('heard, but unanswered');
  await chen.sees('heard, but unanswered');
  await mei.seesDelivery('heard, but unanswered', 'sending');
  // Three heartbeats without an answer: the client hangs up, comes back and repeats.
  await expect.poll(() => mei.on('connection').isVisible(), { timeout: 20_000 }).toBe(true);
  line.deaf = false;
  await mei.seesDelivery('heard, but unanswered', 'read');
  expect(await chen.history()).toEqual(['heard, but unanswered']);
  expect(await mei.history()).toEqual(['heard, but unanswered']);
  expect(await mei.api.texts(chat)).toEqual(['heard, but unanswered']);
});

journey('what cannot be sent for too long fails, is kept over a reload, and goes out by hand', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  const line = await mei.holdLine();
  await mei.signIn();
  await mei.openChat(chat);
  await mei.page.clock.install();
  stage.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await line.cut();
  await mei.say('stubborn');
  await mei.say('patient');
  await mei.page.clock.runFor(90_000);
  await mei.seesDelivery('stubborn', 'failed');
  await mei.seesDelivery('patient', 'failed');

  await line.mend();
  await mei.page.clock.resume();
  await mei.page.reload();
  await mei.seesDelivery('stubborn', 'failed');
  // A retry goes to the bottom.
  await mei.own('stubborn').getByRole('button', { name: /again/i }).click();
  await mei.seesDelivery('stubborn', 'sent');
  expect((await mei.history()).toSorted()).toEqual(['patient', 'stubborn']);
  expect(await mei.api.texts(chat)).toEqual(['stubborn']);
});
