import type { Stage } from './journey';
import type { Person } from './person';

/** Two friends with their conversation open, 100.00 in the first one's wallet. */
export async function twoFriends(stage: Stage) {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(10_000);
  for (const person of [mei, chen]) {
    await person.signIn();
    await person.openChat(chat);
  }
  return { mei, chen, chat };
}

export async function sendTransfer(
  mei: Person,
  amount: string,
  arrival: 'at-once' | 'short' | 'long',
  note = '',
): Promise<void> {
  await mei.on('send-transfer').click();
  await mei.on('transfer-amount').fill(amount);
  await mei.on('transfer-note').fill(note);
  await mei.on(`transfer-arrival-${arrival}`).check();
  await mei.on('transfer-submit').click();
  await mei.transferCard().waitFor();
}

/** How the newest transfer stands, in the words of its card. */
export const stateOf = (person: Person) => person.transferCard().getAttribute('data-state');
