import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({
  operators: { fay: 'finance' },
  settings: { 'settings.new_top_up_max': 10_000, 'settings.verified_top_up_max': 80_000 },
});

crew('finance raises a level, and its owner sees the new limits and may move more', async ({ stage }) => {
  const [mei, fay] = await Promise.all([stage.person('Mei'), stage.operator('fay')]);
  await Promise.all([mei.signIn(), fay.signIn()]);

  await mei.goto('/wallet');
  await mei.on('limits-link').click();
  await expect.poll(() => mei.on('limit-top-up').textContent()).toContain('100.00 at a time');
  await mei.page.keyboard.press('Escape');

  await fay.goto(`/users/${mei.api.id}`);
  await expect.poll(() => fay.on('user-level').getAttribute('data-level')).toBe('NEW');
  await fay.on('level-change').click();
  await fay.on('level-new').selectOption('VERIFIED');
  await expect.poll(() => fay.on('level-limits').textContent()).toContain('¥800.00 at once');
  await fay.confirm('Papers seen at the desk');
  await expect.poll(() => fay.on('user-level').getAttribute('data-level')).toBe('VERIFIED');

  await mei.on('limits-link').click();
  await expect.poll(() => mei.on('limit-top-up').textContent()).toContain('800.00 at a time');
  await expect.poll(() => mei.on('limits-sheet').textContent()).toContain('verified');
  await mei.page.keyboard.press('Escape');
  await mei.api.topUp(80_000);
  await expect.poll(() => mei.on('balance').getAttribute('data-fen')).toBe('80000');

  await fay.open('audit');
  await expect
    .poll(async () => (await fay.rows()).some((row) => /Level set.*New.*Verified.*Papers seen at the desk/s.test(row)))
    .toBe(true);
});
