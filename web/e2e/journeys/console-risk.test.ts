import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({ operators: { olga: 'admin', sue: 'support' } });

crew('an operator switches a rule on, and support lifts the suspension that follows', async ({ stage }) => {
  const [mei, chen] = [await stage.person('Mei'), await stage.person('Chen')];
  const conversation = await mei.api.befriend(chen.api);
  await mei.api.topUp(100_000);
  const [olga, sue] = [await stage.operator('olga'), await stage.operator('sue')];
  await Promise.all([olga.signIn(), sue.signIn()]);

  await olga.open('risk');
  await olga.page.getByRole('link', { name: 'Rules', exact: true }).click();
  const rule = olga.page.getByTestId('rule').filter({ hasText: 'Opens per minute' });
  await rule.getByTestId('rule-change').click();
  await olga.on('rule-mode').selectOption('on');
  await olga.on('rule-threshold').fill('2');
  await olga.confirm('A very quiet week');
  await rule.getByText('Packets opened by an account: 2 within 1 min').waitFor();

  // Two shares within a minute are too many now.
  for (const _ of [1, 2]) await chen.api.open(await mei.api.sendPacket(conversation, 100));
  await sue.open('risk');
  await expect
    .poll(
      async () => {
        await sue.page.getByRole('button', { name: 'Load again' }).click();
        return (await sue.rows()).some((row) => row.includes(chen.name) && row.includes('opened too fast'));
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  await sue.on('lift').click();
  await sue.confirm('It was a birthday party');
  await expect.poll(async () => (await sue.rows()).length).toBe(0);
  await chen.api.open(await mei.api.sendPacket(conversation, 100));

  await sue.open('audit');
  await expect.poll(async () => (await sue.rows()).some((row) => row.includes('It was a birthday party'))).toBe(true);
});
