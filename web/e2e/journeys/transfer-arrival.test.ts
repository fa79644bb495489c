import { expect } from 'vitest';
import { journey } from '../src/journey';
import { sendTransfer, stateOf, twoFriends } from '../src/transfers';

const short = journey.override({
  settings: {
    'settings.transfer_short_ms': 3000,
    'settings.transfer_long_ms': 600_000,
    'settings.transfer_accept_ms': 4000,
  },
});

short('a transfer that is on its way arrives, is returned, or goes back when nobody accepts it', async ({ stage }) => {
  const { mei, chen } = await twoFriends(stage);
  await sendTransfer(mei, '10', 'short');
  await expect.poll(() => stateOf(chen)).toBe('pending');
  await expect.poll(() => chen.transferCard().textContent()).toContain('Pending, arrives');
  await expect.poll(() => stateOf(chen), { timeout: 15_000 }).toBe('toAccept');
  // Nobody accepts it.
  await expect.poll(() => stateOf(mei), { timeout: 15_000 }).toBe('expired');
  await expect.poll(() => mei.api.balance()).toBe(10_000);

  await sendTransfer(mei, '20', 'long');
  await expect.poll(() => chen.page.getByTestId('transfer-card').count()).toBe(2);
  // The sender's statement says so, too.
  const device = await mei.context.newPage();
  await device.goto(`${stage.server.url}/wallet`);
  await device.getByTestId('movement').first().getByText('Pending, arrives').waitFor();
  await device.close();
  await chen.transferCard().click();
  await chen.on('transfer-return').click();
  await chen.on('confirm-yes').click();
  await expect.poll(() => stateOf(mei)).toBe('returned');
  await expect.poll(() => mei.api.balance()).toBe(10_000);
  expect((await mei.api.statement()).map(({ amount }) => amount)).toEqual([2_000, -2_000, 1_000, -1_000, 10_000]);
});
