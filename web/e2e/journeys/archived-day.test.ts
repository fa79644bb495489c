import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('what lies in the archive can be looked at as on its first day', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(10_000);
  const packet = await mei.api.sendPacket(chat, 888);
  await chen.api.open(packet);
  await expect.poll(() => chen.api.balance()).toBe(888);
  await mei.api.say(chat, 'For your tea');

  // The day is over and sealed, and nothing is left of the tables that were derived from it.
  await stage.server.halt();
  stage.server.backdate('2001-01-01');
  await stage.server.run();
  await mei.api.topUp(1_000);
  await stage.server.halt();
  expect(await stage.server.archive()).toMatch(/day 2001-01-01: \d+ facts .* seal [0-9a-f]+/);
  stage.server.dropViews();
  await stage.server.run();

  // Somebody at a new device finds all of it: the words, the packet and its draw, the statement.
  await chen.signIn();
  await chen.openChat(chat);
  await chen.sees('For your tea');
  await chen.card(packet).click();
  expect(await chen.on('details-mine').getAttribute('data-fen')).toBe('888');
  await expect.poll(() => chen.on('claims').getByRole('listitem').count()).toBe(1);
  await chen.on('verify-draw').click();
  expect(await chen.on('verify-result').getAttribute('data-fair')).toBe('true');
  await mei.signIn();
  await mei.goto('/wallet');
  await expect.poll(() => mei.page.getByTestId('movement').count()).toBe(3);
  expect(await mei.on('balance').getAttribute('data-fen')).toBe('10112');
  await mei.page.getByTestId('movement').nth(1).click();
  await expect.poll(() => mei.on('packet-details').textContent()).toContain('8.88');

  await stage.killServer();
  expect(await stage.server.check()).toContain('sealed');
});
