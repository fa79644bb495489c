import { expect } from 'vitest';
import { journey } from '../src/journey';

const poor = journey.override({
  settings: {
    'settings.new_send_day_max': 5_000,
    'settings.new_withdraw_max': 1_000,
    'settings.new_top_up_day_max': 60_000,
  },
});

poor('limits are said before they are met, and hold where they are', async ({ stage }) => {
  const [mei, chen] = [await stage.person('Mei'), await stage.person('Chen')];
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(50_000);
  await mei.signIn();
  await mei.goto('/wallet');
  await mei.on('top-up').click();
  await mei.on('top-up-amount').fill('100.01');
  await expect.poll(() => mei.on('top-up-note').textContent()).toContain('100.00');
  expect(await mei.on('top-up-submit').isDisabled()).toBe(true);
  await mei.page.keyboard.press('Escape');
  await mei.on('withdraw').click();
  await mei.on('withdraw-amount').fill('10.01');
  await expect.poll(() => mei.on('withdraw-note').textContent()).toContain('10.00');
  await mei.page.keyboard.press('Escape');

  await mei.goto(`/c/${chat}`);
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('30');
  await mei.on('packet-submit').click();
  await mei.card().waitFor();
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('20.01');
  await mei.on('packet-submit').click();
  // What is left today is said with the refusal.
  await mei.page.getByRole('alert').getByText('20.00').waitFor();
  expect(await mei.api.balance()).toBe(47_000);
  await mei.on('packet-amount').fill('20');
  await mei.on('packet-submit').click();
  await expect.poll(() => mei.page.getByTestId('packet-card').count()).toBe(2);

  await mei.goto('/wallet');
  await mei.on('limits-link').click();
  await expect.poll(() => mei.on('limit-send').getAttribute('data-left')).toBe('0');
});
