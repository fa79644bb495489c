import { Api } from './api';
import type { Stage } from './journey';
import { OperatorApi } from './operator-api';
import type { Person } from './person';

export const demoPassword = 'laisee-demo';
/** The payment PIN of its first person. */
export const demoPin = '246810';

/** Where things are in the demo's world, as its first person sees it. */
export interface DemoPlaces extends DemoMoney {
  family: string;
  climbers: string;
  chen: string;
  /** A packet of the family's that has ended, and of which this person has a share. */
  packet: string;
}

/** Transfers that stand as their names say, and the people who have them. */
export interface DemoMoney {
  pending: string;
  frozen: string;
  toAccept: string;
  accepted: string;
  mei: string;
  /** Her red packets are suspended, and her PIN is locked. */
  ahMa: string;
}

/** Signs the first person of `laisee demo` in, and looks around. */
export async function enterDemo(person: Person, money: DemoMoney): Promise<DemoPlaces> {
  await person.signIn(demoPassword);
  await person.on('chat-row').waitFor();
  const conversation = async (title: string) => {
    const row = person.page.getByTestId('chat-row').filter({ has: person.page.getByText(title, { exact: true }) });
    return (await row.first().getAttribute('data-conversation')) ?? '';
  };
  const places = {
    ...money,
    family: await conversation('团圆饭 🥟'),
    climbers: await conversation('Saturday climbers'),
    chen: await conversation('陈大伟'),
    packet: '',
  };
  await person.goto(`/c/${places.family}`);
  const card = person.page.locator('[data-testid="packet-card"][data-state="opened"]').first();
  return { ...places, packet: (await card.getAttribute('data-packet')) ?? '' };
}

const notes = {
  pending: '房租押金 Deposit for the flat',
  frozen: 'Concert tickets 演唱会门票',
  toAccept: '昨天的火锅',
  accepted: 'Taxi to the airport',
};

/** Has money move between the demo's people, through the public interfaces; what is there already stays as it is. */
export async function furnish({ server }: Stage, operator: string): Promise<DemoMoney> {
  const someone = new Api(server.url);
  const [mei, chen, ahMa] = await Promise.all(
    ['mei', 'chen', 'ah_ma'].map((name) => someone.signIn(name, demoPassword)),
  );
  if (!mei || !chen || !ahMa) throw new Error('the demo has nobody');
  const known = await mei.transfers();
  const find = (note: string) => known.find((one) => one.note === note)?.id;
  const [withChen, withAhMa] = await Promise.all([mei.talkWith(chen.id), mei.talkWith(ahMa.id)]);
  await mei.setPin(demoPin, demoPassword);
  const accepted = find(notes.accepted) ?? (await chen.sendTransferAtOnce(withChen, mei.id, 3_650, notes.accepted));
  if (!find(notes.accepted)) await mei.accept(accepted);
  const pending = find(notes.pending) ?? (await mei.sendTransfer(withChen, chen.id, 12_000, notes.pending));
  const toAccept = find(notes.toAccept) ?? (await chen.sendTransferAtOnce(withChen, mei.id, 8_880, notes.toAccept));
  const frozen = find(notes.frozen) ?? (await mei.sendTransfer(withAhMa, ahMa.id, 6_660, notes.frozen));
  if (!find(notes.frozen)) {
    const reason = 'The seller asked me for the code from my phone, and his shop is gone.\n我怀疑是骗子。';
    await mei.recall(frozen, reason, [await mei.upload('chat.png', png)]);
    await ahMa.setPin(demoPin, demoPassword);
    await lockPin(ahMa);
    const admin = await OperatorApi.signIn(server, operator);
    await admin.suspend(ahMa.id, { hours: 20, selfRelease: true, reason: 'Looks like a machine' });
  }
  return { accepted, pending, toAccept, frozen, mei: mei.id, ahMa: ahMa.id };
}

/** A red square of two by two pixels. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==',
  'base64',
);

/** Wrong PINs until the server takes none any more. */
async function lockPin(person: Api): Promise<void> {
  for (;;) {
    const refused = await person.withdraw(100, 'nowhere', '111112').then(
      () => '',
      (reason: Error) => reason.message,
    );
    if (refused.includes('PIN_LOCKED')) return;
    if (!refused.includes('PIN_WRONG')) throw new Error(`a wrong PIN was not refused: ${refused}`);
  }
}
