import { expect } from 'vitest';
import { journey } from '../src/journey';
import type { Person } from '../src/person';

/** Tabs until something with this test id has the focus. */
async function tabTo({ page }: Person, testId: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const there = await page.evaluate(
      (id) => document.activeElement?.closest(`[data-testid="${id}"]`) !== null,
      testId,
    );
    if (there) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testId} cannot be reached with the keyboard`);
}

journey('a message and a red packet are sent, and the packet opened, without a mouse', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(1000);
  const type = (person: Person, text: string) => person.page.keyboard.type(text);
  const press = (person: Person, key: string) => person.page.keyboard.press(key);

  for (const person of [mei, chen]) {
    await person.goto('/sign-in');
    await tabTo(person, 'name');
    await type(person, person.name);
    await tabTo(person, 'password');
    await type(person, 'correct horse');
    await press(person, 'Enter');
    await person.chatRow(chat).waitFor();
    await tabTo(person, 'chat-row');
    await press(person, 'Enter');
    await person.on('conversation').waitFor();
  }
  await tabTo(mei, 'composer');
  await type(mei, 'first line');
  await press(mei, 'Shift+Enter');
  await type(mei, 'second line');
  await press(mei, 'Enter');
  await expect.poll(() => chen.on('message-text').textContent()).toBe('first line\nsecond line');

  await tabTo(mei, 'send-packet');
  await press(mei, 'Enter');
  await tabTo(mei, 'packet-amount');
  await type(mei, '8.88');
  await press(mei, 'Enter');
  await chen.card().waitFor();

  await tabTo(chen, 'packet-card');
  await press(chen, 'Enter');
  // The seal waits under the finger.
  await tabTo(chen, 'packet-seal');
  await press(chen, 'Enter');
  await expect.poll(() => chen.on('packet-mine').getAttribute('data-fen')).toBe('888');
  await press(chen, 'Escape');
  await expect
    .poll(() => chen.page.evaluate(() => document.activeElement?.getAttribute('data-testid')))
    .toBe('packet-card');

  // Answering somebody by the keyboard: up to the message, its menu, reply.
  await tabTo(chen, 'messages');
  await press(chen, 'ArrowUp');
  await press(chen, 'ArrowUp');
  await press(chen, 'Enter');
  await chen.page.getByRole('menu').waitFor();
  await press(chen, 'ArrowDown');
  await press(chen, 'Enter');
  await tabTo(chen, 'composer');
  await type(chen, 'thank you');
  await press(chen, 'Enter');
  await mei.sees('thank you');
});
