import { expect } from 'vitest';
import { journey } from '../src/journey';
import type { Operator } from '../src/operator';
import { type Person, password } from '../src/person';

const crew = journey.override({ operators: { olga: 'admin' } });

async function suspend(olga: Operator, whom: Person, selfRelease: boolean): Promise<void> {
  const status = await olga.page.evaluate(
    async ([user, mayRelease]) => {
      const token = sessionStorage.getItem('laisee.console');
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const untilMs = String(Date.now() + 3_600_000);
      const body = JSON.stringify({ untilMs, selfRelease: mayRelease, reason: 'Looks like a machine' });
      return (await fetch(`/v1/admin/risk/suspensions/${user}`, { method: 'PUT', headers, body })).status;
    },
    [whom.api.id, selfRelease] as const,
  );
  expect(status).toBe(200);
}

crew('who is suspended reads why, and resumes with a code and the payment PIN', async ({ stage }) => {
  const [mei, olga] = await Promise.all([stage.person('Mei'), stage.operator('olga')]);
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(10_000);
  await mei.api.setPin('135790', password);
  const phone = await stage.sameAs(mei, { viewport: { width: 390, height: 844 } });
  await Promise.all([mei.signIn(), phone.signIn(), olga.signIn()]);
  await suspend(olga, mei, true);

  // Said where packets are sent, while the rest goes on.
  await mei.openChat(chat);
  await mei.say('Still here');
  await mei.seesDelivery('Still here', 'sent');
  await mei.on('send-packet').click();
  await expect.poll(() => mei.on('suspension').getAttribute('data-reason')).toBe('operator');
  await mei.on('packet-amount').fill('5');
  expect(await mei.on('packet-submit').isDisabled()).toBe(true);

  await mei.on('release').click();
  await mei.on('release-ask').click();
  // The code is shown on the other device, too.
  const code = (await phone.on('release-code-shown').textContent()) ?? '';
  expect(code).toMatch(/^\d{6}$/);
  await mei.on('release-code').fill(code === '000000' ? '000001' : '000000');
  await mei.on('release-submit').click();
  await mei.on('pin').fill('135791');
  await mei.page.getByText('That is not it').waitFor();
  await mei.on('pin').fill('135790');
  await mei.page.getByText('This code is wrong').waitFor();
  await mei.on('release-code').fill(code);
  await mei.on('release-submit').click();
  await mei.on('pin').fill('135790');
  await mei.page.getByTestId('suspension').waitFor({ state: 'detached' });
  await mei.on('packet-submit').click();
  await mei.card().waitFor();
  expect(await mei.api.balance()).toBe(9_500);
});

crew('who may not end it alone is told who can', async ({ stage }) => {
  const [mei, olga] = await Promise.all([stage.person('Mei'), stage.operator('olga')]);
  await Promise.all([mei.signIn(), olga.signIn()]);
  await suspend(olga, mei, false);
  await mei.goto('/wallet');
  await mei.on('suspension').getByText('Only somebody who runs this server').waitFor();
  expect(await mei.page.getByTestId('release').count()).toBe(0);
});
