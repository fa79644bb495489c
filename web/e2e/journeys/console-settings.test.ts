import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({ operators: { olga: 'admin' } });

crew('an operator lowers the largest share, and the app obeys at once', async ({ stage }) => {
  const [mei, olga] = await Promise.all([stage.person('Mei'), stage.operator('olga')]);
  const chen = await stage.person('Chen');
  const conversation = await mei.api.befriend(chen.api);
  await mei.api.topUp(100_000);
  await Promise.all([mei.signIn(), olga.signIn()]);

  await olga.open('settings');
  const setting = olga.page.locator('[data-setting="packet_share_max"]');
  await setting.getByTestId('setting-change').click();
  await olga.on('setting-new').fill('50.00');
  await olga.confirm('Small shares for a quiet week');
  await expect.poll(() => setting.getByTestId('setting-value').textContent()).toBe('¥50.00');

  await mei.openChat(conversation);
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('60');
  await expect.poll(() => mei.on('packet-problem').textContent()).toContain('50.00');

  await olga.open('audit');
  await expect
    .poll(async () => (await olga.rows()).some((row) => /¥200\.00.*¥50\.00.*Small shares/s.test(row)))
    .toBe(true);
});

crew('who decided on old values is told so and changes nothing', async ({ stage }) => {
  stage.allow(/status of 409/);
  const olga = await stage.operator('olga');
  await olga.signIn();
  await olga.open('settings');
  const count = olga.page.locator('[data-setting="packet_count_max"]');
  await count.getByTestId('setting-change').click();
  const status = await olga.page.evaluate(async () => {
    const token = sessionStorage.getItem('laisee.console');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { sequence } = await (await fetch('/v1/admin/settings', { headers })).json();
    const body = JSON.stringify({ value: '60', sequence: sequence ?? '0', reason: 'From another window' });
    return (await fetch('/v1/admin/settings/packet_count_max', { method: 'PUT', headers, body })).status;
  });
  expect(status).toBe(200);
  await olga.on('setting-new').fill('40');
  await olga.on('change-reason').fill('Decided on what is no longer so');
  await olga.on('change-yes').click();
  await olga.page.locator('[data-testid="problem"][data-code="SEQUENCE_STALE"]').waitFor();
  await olga.page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => count.getByTestId('setting-value').textContent()).toBe('60');
});
