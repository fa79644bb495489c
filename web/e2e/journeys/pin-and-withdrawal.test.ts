import { expect } from 'vitest';
import { journey } from '../src/journey';
import { password } from '../src/person';

const quick = journey.override({ settings: { 'settings.pin_tries': 3, 'settings.pin_lockout_ms': 3000 } });

quick('money goes out by PIN alone; wrong ones lock, and nothing typed is lost', async ({ stage }) => {
  const mei = await stage.person('Mei');
  await mei.api.topUp(50_000);
  await mei.signIn();
  await mei.goto('/wallet');
  await mei.on('withdraw').click();
  await mei.on('withdraw-amount').fill('120.50');
  await mei.on('withdraw-destination').fill('Bank of Somewhere 1234');
  await mei.on('withdraw-submit').click();

  // There is no PIN yet: it is set on the way, with the password.
  await mei.on('pin-password').fill(password);
  await mei.on('pin-next').click();
  await mei.on('pin-new').pressSequentially('246810');
  await mei.on('pin-again').pressSequentially('246810');

  for (const left of [2, 1]) {
    await mei.on('pin').pressSequentially('111112');
    await expect.poll(() => mei.on('pin-note').textContent()).toContain(`${left} ${left === 1 ? 'try' : 'tries'} left`);
  }
  await mei.on('pin').pressSequentially('111112');
  await expect.poll(() => mei.on('pin-note').textContent()).toContain('Too many wrong tries');
  expect(await mei.on('pin').isDisabled()).toBe(true);
  expect(await mei.api.balance()).toBe(50_000);

  // The lockout counts down to its end; then the right one pays what was typed at the beginning.
  await expect.poll(() => mei.on('pin').isDisabled(), { timeout: 10_000 }).toBe(false);
  await mei.on('pin').pressSequentially('246810');
  await expect.poll(() => mei.on('balance').getAttribute('data-fen')).toBe('37950');
  await mei.goto('/wallet/orders');
  await expect
    .poll(() => mei.page.locator('[data-testid="order"][data-state="succeeded"]').first().textContent())
    .toContain('Bank of Somewhere 1234');

  // Changed with the one there is.
  await mei.goto('/wallet');
  await mei.on('pin-link').click();
  await mei.on('pin-old').pressSequentially('246810');
  await mei.on('pin-new').pressSequentially('135792');
  await mei.on('pin-again').pressSequentially('135792');
  await mei.page.getByTestId('pin-flow').waitFor({ state: 'detached' });
  expect((await mei.api.statement()).map(({ amount }) => amount)).toEqual([-12_050, 50_000]);
  await stage.killServer();
  await stage.server.check();
});

journey('who forgot the PIN sets a new one on the way, and pays what was typed', async ({ stage }) => {
  const mei = await stage.person('Mei');
  await mei.api.topUp(50_000);
  await mei.api.setPin('246810', password);
  await mei.signIn();
  await mei.goto('/wallet');
  await mei.on('withdraw').click();
  await mei.on('withdraw-amount').fill('20');
  await mei.on('withdraw-destination').fill('Bank of Somewhere 1234');
  await mei.on('withdraw-submit').click();
  await mei.on('pin-forgot').click();
  // The field for the password has the focus.
  await mei.on('pin-password').waitFor();
  await mei.page.keyboard.type('wrong horse');
  await mei.on('pin-next').click();
  await mei.on('pin-new').pressSequentially('135792');
  await mei.on('pin-again').pressSequentially('135792');
  // Only now it is known that the password was wrong; it alone is asked for again.
  await mei.page.getByText('tries left').first().waitFor();
  await mei.on('pin-password').fill(password);
  await mei.on('pin-next').click();
  await mei.on('pin').pressSequentially('135792');
  await expect.poll(() => mei.api.balance()).toBe(48_000);
});

journey('a packet above the limit asks for the PIN, one below does not', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const nora = await stage.person('Nora');
  await mei.api.befriend(chen.api);
  await mei.api.befriend(nora.api);
  await mei.api.topUp(100_000);
  await mei.api.setPin('246810', password);
  const group = await mei.api.group('Large', [chen.api, nora.api]);
  await mei.signIn();
  await mei.openChat(group);
  const send = async (amount: string) => {
    await mei.on('send-packet').click();
    await mei.on('packet-amount').fill(amount);
    await mei.on('packet-count').fill('3');
    await mei.on('packet-submit').click();
  };
  await send('8.88');
  await mei.card().waitFor();
  expect(await mei.api.balance()).toBe(99_112);
  await send('300');
  await mei.on('pin').pressSequentially('246810');
  await expect.poll(() => mei.page.getByTestId('packet-card').count()).toBe(2);
  expect(await mei.api.balance()).toBe(69_112);
});
