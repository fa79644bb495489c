import { expect } from 'vitest';
import { journey } from '../src/journey';

/* A cashier that looks for orders once an hour: what is made waits. */
const slow = journey.override({
  operators: { fay: 'finance' },
  settings: { 'payments.sandbox_settle_ms': 1, 'payments.tick_ms': 3_600_000 },
});

slow('finance settles by hand what was never handed over, and its user sees the end', async ({ stage }) => {
  const [mei, fay] = await Promise.all([stage.person('Mei'), stage.operator('fay')]);
  await Promise.all([mei.signIn(), fay.signIn()]);
  await mei.api.topUp(4_500);
  await mei.goto('/wallet/orders');
  const order = mei.page.getByTestId('order').first();
  await order.waitFor();

  await fay.open('orders');
  await expect.poll(async () => (await fay.rows()).length).toBe(1);
  await fay.page.locator('[data-testid="list"] [data-row] a').first().click();
  await fay.on('order-settle').click();
  await fay.confirm('The provider is gone for good', '45.00');
  await expect.poll(() => fay.on('order-state').getAttribute('data-state')).toBe('FAILED');
  await expect.poll(() => fay.on('order-life').textContent()).toContain('fay settled it by hand');

  await expect.poll(() => order.getAttribute('data-state')).toBe('failed');
  expect(await mei.balance()).toBe(0);
});
