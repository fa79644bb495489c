import { expect } from 'vitest';
import { journey } from '../src/journey';

const short = journey.override({ settings: { 'settings.packet_life_ms': 4000 } });

short('what nobody opens in time goes back to the sender, to the fen', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(5000);
  await mei.signIn();
  await mei.openChat(chat);
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('20');
  await mei.on('packet-submit').click();
  await mei.card().waitFor();
  expect(await mei.api.balance()).toBe(3000);

  await expect.poll(() => mei.card().getAttribute('data-state'), { timeout: 20_000 }).toBe('expired');
  await expect.poll(() => mei.api.balance()).toBe(5000);
  expect((await mei.api.statement()).map(({ amount }) => amount)).toEqual([2000, -2000, 5000]);

  // Who comes after that is told so, and gets nothing.
  await chen.signIn();
  await chen.openChat(chat);
  await expect.poll(() => chen.card().getAttribute('data-state')).toBe('expired');
  await chen.card().click();
  await expect.poll(() => chen.on('open-packet').getAttribute('data-step')).toBe('late');
  await chen.closeOverlay();
  expect(await chen.api.balance()).toBe(0);

  await mei.card().click();
  await mei.on('packet-details').getByText('20.00').first().waitFor();
  expect(await mei.balance()).toBe(5000);
});

short('a group packet that two of three opened returns the rest', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const nora = await stage.person('Nora');
  await mei.api.befriend(chen.api);
  await mei.api.befriend(nora.api);
  await mei.api.topUp(5000);
  const group = await mei.api.group('Rest', [chen.api, nora.api]);
  for (const person of [mei, chen]) {
    await person.signIn();
    await person.openChat(group);
  }
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('30');
  await mei.on('packet-count').fill('3');
  await mei.on('packet-submit').click();
  await chen.card().waitFor();
  const share = await chen.openPacket();
  await chen.closeOverlay();
  await expect.poll(() => mei.api.balance(), { timeout: 20_000 }).toBe(5000 - share);
  expect(await chen.api.balance()).toBe(share);
  await stage.killServer();
  await stage.server.check();
});
