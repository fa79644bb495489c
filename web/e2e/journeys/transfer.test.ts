import { expect } from 'vitest';
import { journey, type Stage } from '../src/journey';
import type { Person } from '../src/person';

const short = journey.override({
  settings: {
    'settings.transfer_short_ms': 3000,
    'settings.transfer_long_ms': 600_000,
    'settings.transfer_accept_ms': 4000,
  },
});

/** Two friends with their conversation open, 100.00 in the first one's wallet. */
async function two(stage: Stage) {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(10_000);
  for (const person of [mei, chen]) {
    await person.signIn();
    await person.openChat(chat);
  }
  return { mei, chen, chat };
}

async function send(mei: Person, amount: string, arrival: 'at-once' | 'short' | 'long', note = ''): Promise<void> {
  await mei.on('send-transfer').click();
  await mei.on('transfer-amount').fill(amount);
  await mei.on('transfer-note').fill(note);
  await mei.on(`transfer-arrival-${arrival}`).check();
  await mei.on('transfer-submit').click();
  await mei.transferCard().waitFor();
}

const state = (person: Person) => person.transferCard().getAttribute('data-state');

journey('a transfer at once is accepted, and can still be given back', async ({ stage }) => {
  const { mei, chen } = await two(stage);
  await send(mei, '28.80', 'at-once', 'For the tea');
  expect(await mei.api.balance()).toBe(7_120);
  await expect.poll(() => state(chen)).toBe('toAccept');
  expect(await chen.transferCard().textContent()).toContain('For the tea');
  await chen.transferCard().click();
  await chen.on('transfer-accept').click();
  await expect.poll(() => chen.api.balance()).toBe(2_880);
  await expect.poll(() => state(mei)).toBe('accepted');

  await chen.on('transfer-return').click();
  await chen.on('confirm-yes').click();
  await expect.poll(() => state(mei)).toBe('givenBack');
  await expect.poll(() => mei.api.balance()).toBe(10_000);
  expect(await chen.api.balance()).toBe(0);

  // Both find it among their transfers.
  await mei.goto('/wallet/transfers');
  expect(await mei.on('transfer-row').textContent()).toContain('28.80');
  await stage.killServer();
  await stage.server.check();
});

short('a transfer that is on its way arrives, is returned, or goes back when nobody accepts it', async ({ stage }) => {
  const { mei, chen } = await two(stage);
  await send(mei, '10', 'short');
  await expect.poll(() => state(chen)).toBe('pending');
  expect(await chen.transferCard().textContent()).toContain('Pending, arrives');
  await expect.poll(() => state(chen), { timeout: 15_000 }).toBe('toAccept');
  // Nobody accepts it.
  await expect.poll(() => state(mei), { timeout: 15_000 }).toBe('expired');
  await expect.poll(() => mei.api.balance()).toBe(10_000);

  await send(mei, '20', 'long');
  await expect.poll(() => chen.page.getByTestId('transfer-card').count()).toBe(2);
  await chen.transferCard().click();
  await chen.on('transfer-return').click();
  await chen.on('confirm-yes').click();
  await expect.poll(() => state(mei)).toBe('returned');
  await expect.poll(() => mei.api.balance()).toBe(10_000);
  expect((await mei.api.statement()).map(({ amount }) => amount)).toEqual([2_000, -2_000, 1_000, -1_000, 10_000]);
});
