import { expect } from 'vitest';
import { journey } from '../src/journey';
import { password } from '../src/person';

journey('two people sign up, become friends and talk', async ({ stage }) => {
  const mei = stage.newcomer('mei', 'Mei');
  const chen = stage.newcomer('chen', 'Chen');
  for (const person of [await mei, await chen]) {
    await person.goto('/sign-up');
    await person.on('display-name').fill(person.displayName);
    await person.on('name').fill(person.name);
    await person.on('password').fill(password);
    await person.on('sign-submit').click();
    await person.on('chat-list').waitFor();
  }
  const [a, b] = [await mei, await chen];

  await a.goto('/contacts/add');
  await a.on('find-name').fill('chen');
  await a.on('find-submit').click();
  await a.on('found-user').getByText('Chen', { exact: true }).waitFor();
  await a.on('ask-friend').click();

  await b.on('tab-contacts').click();
  const request = b.on('friend-request');
  await request.getByText('Mei', { exact: true }).waitFor();
  await request.getByRole('button', { name: /accept/i }).click();
  await b.on('friend').getByText('Mei', { exact: true }).waitFor();

  // Both are told at once, and the conversation is there for both.
  await a.on('tab-contacts').click();
  await a.on('friend').getByText('Chen', { exact: true }).waitFor();
  await a.on('tab-chats').click();
  await a.on('chat-row').getByText('Chen').click();
  await a.say('So this is it');
  await b.on('tab-chats').click();
  await expect.poll(() => b.on('unread').locator('[aria-hidden]').textContent()).toBe('1');
  await b.on('chat-row').click();
  await b.sees('So this is it');
});

journey('what is wrong with a name or a password is said where it stands', async ({ stage }) => {
  await stage.person('Mei');
  const newcomer = await stage.newcomer('mei_0', 'Other Mei');
  const { page } = newcomer;
  await newcomer.goto('/sign-up');
  await newcomer.on('display-name').fill('Other Mei');
  await newcomer.on('name').fill('x');
  await newcomer.on('password').fill('short');
  await newcomer.on('sign-submit').click();
  expect(await page.locator('[aria-invalid="true"]').count()).toBe(2);

  stage.allow(/status of 4\d\d/);
  await newcomer.on('name').fill('mei_0');
  await newcomer.on('password').fill('another password');
  await newcomer.on('sign-submit').click();
  await page.getByRole('alert').waitFor();
  await newcomer.goto('/sign-in');
  await newcomer.on('name').fill('mei_0');
  await newcomer.on('password').fill('not the password');
  await newcomer.on('sign-submit').click();
  await page
    .getByRole('alert')
    .getByText(/do not fit together/)
    .waitFor();
});
