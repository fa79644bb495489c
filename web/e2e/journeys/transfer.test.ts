import { expect } from 'vitest';
import { journey } from '../src/journey';
import { sendTransfer, stateOf, twoFriends } from '../src/transfers';

journey('a transfer at once is accepted, and can still be given back', async ({ stage }) => {
  const { mei, chen } = await twoFriends(stage);
  await sendTransfer(mei, '28.80', 'at-once', 'For the tea');
  expect(await mei.api.balance()).toBe(7_120);
  await expect.poll(() => stateOf(chen)).toBe('toAccept');
  const device = await chen.context.newPage();
  await device.goto(`${stage.server.url}/wallet`);
  await device.getByTestId('transfers-link').getByText('1 to accept').waitFor();
  await device.close();
  await expect.poll(() => chen.transferCard().textContent()).toContain('For the tea');
  await chen.transferCard().click();
  await chen.on('transfer-accept').click();
  await expect.poll(() => chen.api.balance()).toBe(2_880);
  await expect.poll(() => stateOf(mei)).toBe('accepted');

  await chen.on('transfer-return').click();
  await chen.on('confirm-yes').click();
  await expect.poll(() => stateOf(mei)).toBe('givenBack');
  await expect.poll(() => mei.api.balance()).toBe(10_000);
  expect(await chen.api.balance()).toBe(0);

  // Both find it among their transfers.
  await mei.goto('/wallet/transfers');
  expect(await mei.on('transfer-row').textContent()).toContain('28.80');
  await stage.killServer();
  await stage.server.check();
});
