import { expect } from 'vitest';
import { journey } from '../src/journey';

/* A provider that is not there: what was handed to it is unknown until it can be asked. */
const silent = journey.override({
  operators: { fay: 'finance' },
  settings: {
    'payments.provider': 'webhook',
    'payments.webhook.url': 'http://127.0.0.1:9',
    'payments.webhook.secret': 'a-secret-of-the-two-of-us',
    'payments.retry_min_ms': 600_000,
    'payments.retry_max_ms': 600_000,
    'payments.tick_ms': 50,
  },
});

silent('finance finds an order that is unknown, and has the provider asked again', async ({ stage }) => {
  const [mei, fay] = await Promise.all([stage.person('Mei'), stage.operator('fay')]);
  await mei.api.topUp(12_300);
  await fay.signIn();
  await fay.open('orders');
  await fay.on('filter-state').selectOption('UNKNOWN');
  await expect.poll(async () => (await fay.rows()).filter((row) => row.includes(mei.name)).length).toBe(1);
  await fay.page.locator('[data-testid="list"] [data-row] a').first().click();
  await expect.poll(() => fay.on('order-state').getAttribute('data-state')).toBe('UNKNOWN');
  expect(await fay.page.getByTestId('order-settle').count(), 'the provider may have it').toBe(0);
  await fay.on('order-ask').click();
  await fay.confirm('She has waited for an hour');
  await expect
    .poll(() => fay.on('order-life').textContent())
    .toMatch(/Handed to the provider[\s\S]*fay had the provider asked[\s\S]*She has waited for an hour/);

  await fay.open('audit');
  await expect.poll(async () => (await fay.rows()).some((row) => row.includes('She has waited'))).toBe(true);
});
