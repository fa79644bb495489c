import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({ operators: { olga: 'admin', sue: 'support' } });

crew('a rule is added, hits, and is dropped; its history says who did it', async ({ stage }) => {
  const [mei, chen] = [await stage.person('Mei'), await stage.person('Chen')];
  const conversation = await mei.api.befriend(chen.api);
  await mei.api.topUp(100_000);
  const olga = await stage.operator('olga');
  await Promise.all([olga.signIn(), chen.signIn()]);

  await olga.goto('/risk/rules');
  await olga.on('rule-add').click();
  await olga.on('rule-name').fill('Quiet nights');
  await olga.on('rule-mode').selectOption('on');
  await olga.on('rule-threshold').fill('2');
  await olga.on('rule-length').fill('an hour');
  await olga.on('change-reason').fill('Nobody opens packets at night');
  expect(await olga.on('change-yes').isDisabled(), 'an hour is no length of time here').toBe(true);
  await olga.on('rule-length').fill('1 h');
  await olga.confirm('Nobody opens packets at night');
  await olga.page.getByTestId('rule').filter({ hasText: 'Quiet nights' }).waitFor();

  // Shards hear of it within moments: open until it has counted two.
  await chen.goto('/wallet');
  await expect
    .poll(
      async () => {
        await chen.api.open(await mei.api.sendPacket(conversation, 100)).catch(() => undefined);
        return chen.page.getByTestId('suspension').count();
      },
      { timeout: 15_000 },
    )
    .toBe(1);

  const rule = olga.page.getByTestId('rule').filter({ hasText: 'Quiet nights' });
  await rule.getByTestId('rule-drop').click();
  await olga.confirm('The night is over');
  await rule.waitFor({ state: 'detached' });
  await olga.page.getByRole('link', { name: 'How rules changed' }).click();
  await expect
    .poll(() => olga.rows())
    .toEqual([
      expect.stringMatching(/olga[\s\S]*Dropped[\s\S]*Quiet nights[\s\S]*The night is over/),
      expect.stringMatching(/olga[\s\S]*Added[\s\S]*Quiet nights[\s\S]*Nobody opens packets at night/),
    ]);
});

crew('support suspends an account that no rule has found, and its owner reads until when', async ({ stage }) => {
  const [mei, sue] = await Promise.all([stage.person('Mei'), stage.operator('sue')]);
  await Promise.all([mei.signIn(), sue.signIn()]);
  await mei.goto('/wallet');
  await sue.open('risk');
  await sue.on('suspend').click();
  await sue.on('suspend-user').fill('nobody_at_all');
  await sue.on('change-reason').fill('Reported by three people');
  await sue.on('change-yes').click();
  await expect.poll(() => sue.problem()).toBe('NO_SUCH_USER');
  await sue.on('suspend-user').fill(mei.name);
  await sue.on('suspend-length').fill('2 h');
  await sue.confirm('Reported by three people');
  await expect.poll(async () => (await sue.rows()).join()).toContain('Reported by three people');
  await expect.poll(() => mei.on('suspension').getAttribute('data-reason')).toBe('operator');

  // On the user's page it is said, and not offered again.
  await sue.goto(`/users/${mei.api.id}`);
  await sue.page.getByText('suspended until').waitFor();
  expect(await sue.page.getByTestId('suspend').count()).toBe(0);
});
