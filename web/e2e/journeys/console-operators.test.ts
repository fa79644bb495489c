import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({ operators: { olga: 'admin', sue: 'support', victor: 'viewer' } });

crew('a viewer is offered little and refused the rest, in the console and by the server', async ({ stage }) => {
  const victor = await stage.operator('victor');
  await victor.signIn();
  const areas = await victor.page.locator('aside [data-testid^="area-"]').allInnerTexts();
  expect(areas.map((name) => name.trim())).toEqual(['Overview', 'Settings']);
  await victor.goto('/audit');
  await victor.page.getByText('Your role may not see this').waitFor();
  const refused = await victor.page.evaluate(async () => {
    const token = sessionStorage.getItem('laisee.console');
    const answer = await fetch('/v1/admin/audit', { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, ...(await answer.json()) };
  });
  expect(refused).toMatchObject({ status: 403, code: 'ERROR_CODE_ROLE_INSUFFICIENT' });
  stage.allow(/status of 403/);
  await victor.page.reload();
  await victor.page.getByTestId('self').waitFor();
  await victor.on('sign-out').click();
  await victor.on('operator-sign-in').waitFor();
});

crew('an admin adds an operator, whose deeds stand in the audit log', async ({ stage }) => {
  const olga = await stage.operator('olga');
  await olga.signIn();
  await olga.open('operators');
  await olga.on('operator-add').click();
  await olga.on('new-operator-name').fill('nina');
  await olga.on('new-operator-role').selectOption('finance');
  await olga.confirm('Takes over the books');
  await olga.on('welcome').getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  await olga.on('welcome').getByRole('button', { name: 'I have kept both' }).click();
  await olga.page.locator('[data-row]', { hasText: 'nina' }).getByText('Finance').waitFor();

  const sue = await stage.operator('sue');
  await sue.signIn();
  await sue.open('audit');
  await expect
    .poll(async () => (await sue.rows()).some((row) => /olga.*nina, finance.*Takes over the books/s.test(row)))
    .toBe(true);
  await sue.on('filter-action').selectOption('operator.sign-in');
  await expect
    .poll(async () => (await sue.rows()).map((row) => /olga|sue/.exec(row)?.[0]).sort())
    .toEqual(['olga', 'sue']);
});

crew('a wrong password, a wrong code and a code that was used are refused', async ({ stage }) => {
  stage.allow(/status of 4\d\d/);
  const sue = await stage.operator('sue');
  await sue.trySignIn(sue.code(), 'guessing it');
  expect(await sue.problem()).toBe('WRONG_NAME_OR_PASSWORD');
  await sue.trySignIn('000000');
  expect(await sue.problem()).toBe('TOTP_INVALID');
  const code = sue.code();
  await sue.trySignIn(code);
  await sue.page.getByTestId('self').waitFor();
  await sue.on('sign-out').click();
  await sue.on('operator-sign-in').waitFor();
  await sue.trySignIn(code);
  expect(await sue.problem()).toBe('TOTP_INVALID');
});
