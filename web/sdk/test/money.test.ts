import { describe, expect, it } from 'vitest';
import {
  checkPacket,
  ErrorCode,
  type Movement,
  MovementKind,
  type PacketForm,
  PacketKind,
  type PacketNotice,
  PacketStatus,
} from '../src/index.js';
import { asked, held, isNotice, Lab, link, type TestDevice } from './lab.js';

/** A group of three with 100.00 in ada's wallet. */
async function three(settings = {}) {
  const lab = new Lab({ settings });
  const people = lab.people('ada', 'bo', 'cy');
  const group = lab.server.group(people.ada, 'three', [people.bo, people.cy]);
  lab.server.topUp(people.ada, 10_000n);
  const ada = await lab.device(people.ada);
  const bo = await lab.device(people.bo);
  const cy = await lab.device(people.cy);
  const form = (change: Partial<PacketForm> = {}): PacketForm => ({
    ...{ id: ada.client.newId(), conversation: group, kind: PacketKind.LUCKY, amount: 888n, count: 2 },
    ...change,
  });
  /** Waits for an answer. */
  const answer = async <T>(asking: Promise<T>, ms = 20): Promise<T> => {
    asking.catch(() => undefined);
    await lab.clock.advance(ms);
    return asking;
  };
  const balance = (device: TestDevice) => answer(device.client.refreshBalance());
  return { lab, group, people, ada, bo, cy, form, answer, balance };
}

const glance = (device: TestDevice, packet: string) => device.client.store.packets.snapshot.get(packet);

describe('a lucky packet for a group', () => {
  it('is paid, posted, opened by two, and exact and provably fair at the end (B1 to B3)', async () => {
    const { ada, bo, cy, form, group, answer, balance } = await three();
    const notices: PacketNotice[] = [];
    ada.client.on('packet', (notice) => notices.push(notice));
    const { packet, balance: left } = await answer(ada.client.sendPacket(form({ greeting: 'joy' })));
    expect(left).toBe(9_112n);
    expect(ada.client.store.wallet.snapshot.balance).toBe(9_112n);
    expect(held(cy, group).at(-1)?.content.kind).toMatchObject({ case: 'packet', value: { packet, greeting: 'joy' } });
    expect(await answer(bo.client.grabPacket(packet))).toMatchObject({ status: PacketStatus.OPEN, left: 2, mine: 0n });

    const first = await answer(bo.client.openPacket(packet));
    expect(first).toMatchObject({ index: 0, first: true });
    expect(await answer(bo.client.openPacket(packet))).toMatchObject({ amount: first.amount, first: false });
    const hidden = await answer(ada.client.getPacket(packet));
    expect(await ada.client.verifyDraw(hidden)).toMatchObject({ fair: false, verdict: 'secret-hidden' });
    const second = await answer(cy.client.openPacket(packet));
    expect(first.amount + second.amount).toBe(888n);

    expect(notices.at(-1)).toMatchObject({ packet, status: PacketStatus.FINISHED, left: 0 });
    const details = await answer(ada.client.getPacket(packet));
    expect(details.claims.map(({ amount }) => amount)).toEqual([first.amount, second.amount]);
    expect(await ada.client.verifyDraw(details)).toMatchObject({ fair: true, verdict: 'checked' });
    expect(await balance(bo)).toBe(first.amount);
    expect(await balance(cy)).toBe(second.amount);
    expect(bo.client.store.wallet.snapshot.movements).toMatchObject([
      { kind: MovementKind.PACKET_OPENED, amount: first.amount, packet },
    ]);
  });

  it('says why there is nothing for who comes too late, and remembers it', async () => {
    const { ada, bo, cy, form, answer } = await three();
    const { packet } = await answer(ada.client.sendPacket(form({ count: 1 })));
    await answer(bo.client.openPacket(packet));
    await expect(answer(cy.client.openPacket(packet))).rejects.toMatchObject({ codeName: 'PACKET_FINISHED' });
    expect(glance(cy, packet)).toMatchObject({ status: PacketStatus.FINISHED, left: 0, mine: 0n });
    expect(glance(bo, packet)).toMatchObject({ mine: 888n });
  });

  it('returns what nobody took when its time is over (B2)', async () => {
    const { lab, ada, bo, cy, form, answer, balance } = await three({ packetLifeMs: 60_000n });
    const movements: Movement[] = [];
    ada.client.on('movement', (movement) => movements.push(movement));
    const { packet } = await answer(ada.client.sendPacket(form()));
    const { amount } = await answer(bo.client.openPacket(packet));
    await lab.clock.advance(60_000);
    expect(movements.at(-1)).toMatchObject({ kind: MovementKind.PACKET_REFUND, amount: 888n - amount });
    expect(await balance(ada)).toBe(10_000n - amount);
    await expect(answer(cy.client.openPacket(packet))).rejects.toMatchObject({ codeName: 'PACKET_EXPIRED' });
    expect(glance(cy, packet)?.status).toBe(PacketStatus.EXPIRED);
    const details = await answer(cy.client.getPacket(packet));
    expect(await cy.client.verifyDraw(details)).toMatchObject({ fair: true });
  });

  it('can be taken away as a proof that needs no server (D6)', async () => {
    const { ada, bo, form, answer } = await three();
    const { packet } = await answer(ada.client.sendPacket(form({ count: 1 })));
    await answer(bo.client.openPacket(packet));
    // Asking, the answer, and two modules that are loaded when first wanted.
    const asking = bo.client.exportPacket(packet);
    await answer(asking.catch(() => undefined));
    const proof = JSON.parse(await asking);
    expect(proof).toMatchObject({ format: 'laisee.packet.v1', packet: { id: packet, amount: '888', count: 1 } });
    expect(proof.packet.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(proof.packet.mine).toBeUndefined();
  });

  it('for one named member is for that one (P3)', async () => {
    const { ada, bo, cy, people, form, answer } = await three();
    const named = form({ kind: PacketKind.NAMED, count: 1, amount: 520n, recipient: people.cy });
    const { packet } = await answer(ada.client.sendPacket(named));
    await expect(answer(bo.client.openPacket(packet))).rejects.toMatchObject({ codeName: 'PACKET_NOT_FOR_YOU' });
    expect(await answer(cy.client.openPacket(packet))).toMatchObject({ amount: 520n });
  });
});

describe('money commands', () => {
  it('whose answer is lost are repeated with the same id, and paid once (W2)', async () => {
    const { lab, ada, form, answer, balance } = await three();
    let lost = 0;
    ada.line.fate = ({ way, frame }) =>
      way === 'down' && frame.body.case === 'packetFunded' && lost++ < 2 ? 'drop' : 'pass';
    const sent = form();
    const { packet } = await answer(ada.client.sendPacket(sent), 30_000);
    expect(asked(ada, 'sendPacket').map(({ id }) => id)).toEqual([sent.id, sent.id, sent.id]);
    expect(await balance(ada)).toBe(9_112n);
    expect(await answer(ada.client.sendPacket(sent))).toMatchObject({ packet });
    expect(lab.server.world.packets.size).toBe(1);
  });

  it('survive a break in the middle', async () => {
    const { lab, ada, form, answer, balance } = await three();
    let cut = 0;
    ada.line.fate = ({ way, frame }) =>
      way === 'down' && frame.body.case === 'packetFunded' && cut++ === 0 ? 'cut-before' : 'pass';
    await answer(ada.client.sendPacket(form()), 10_000);
    expect(lab.server.world.packets.size).toBe(1);
    expect(await balance(ada)).toBe(9_112n);
  });

  it('wait while the server is busy, as long as it says, and give up after a minute', async () => {
    const { lab, ada, answer } = await three();
    let refused = 0;
    lab.server.retryAfterMs = 2_000;
    lab.server.refuse = (_, { body }) => (body.case === 'topUp' && refused++ < 3 ? ErrorCode.BUSY : undefined);
    expect(await answer(ada.client.topUp(ada.client.newId(), 100n), 7_000)).toMatchObject({ balance: 10_100n });
    lab.server.refuse = (_, { body }) => (body.case === 'topUp' ? ErrorCode.BUSY : undefined);
    const inVain = ada.client.topUp(ada.client.newId(), 100n);
    await expect(answer(inVain, 61_000)).rejects.toMatchObject({ codeName: 'BUSY', retryable: true });
  });

  it('are not repeated when a rule forbids them', async () => {
    const { ada, bo, form, answer } = await three();
    await expect(answer(bo.client.sendPacket(form()))).rejects.toMatchObject({ codeName: 'INSUFFICIENT_FUNDS' });
    expect(asked(bo, 'sendPacket')).toHaveLength(1);
    const sent = form();
    await answer(ada.client.sendPacket(sent));
    const other = ada.client.sendPacket({ ...sent, amount: 889n });
    await expect(answer(other)).rejects.toMatchObject({ codeName: 'ID_REUSED', kind: 'request' });
  });

  it('open a packet that is still on its way into the conversation as soon as it is there', async () => {
    const { lab, ada, bo, form, answer } = await three();
    const { packet } = await answer(ada.client.sendPacket(form()));
    let refused = 0;
    lab.server.refuse = (_, { body }) =>
      body.case === 'openPacket' && refused++ < 2 ? ErrorCode.PACKET_NOT_OPEN_YET : undefined;
    expect(await answer(bo.client.openPacket(packet), 5_000)).toMatchObject({ first: true });
    expect(refused).toBe(3);
  });
});

describe('the wallet', () => {
  it('is asked for again after a break: what moved meanwhile was not told', async () => {
    const { lab, ada, people, balance } = await three();
    await balance(ada);
    ada.line.goDown();
    await lab.clock.advance(10);
    lab.server.topUp(people.ada, 500n);
    ada.line.comeUp();
    await lab.clock.until(() => link(ada) === 'online');
    await lab.clock.advance(10);
    expect(ada.client.store.wallet.snapshot.balance).toBe(10_500n);
  });

  it('shows the newest line’s balance, whatever the order of notices and answers', async () => {
    const { lab, ada, people, answer } = await three();
    ada.line.fate = ({ way, frame }) => (way === 'down' && frame.body.case === 'wallet' ? { delayMs: 100 } : 'pass');
    const asking = ada.client.refreshBalance();
    await lab.clock.advance(20);
    lab.server.topUp(people.ada, 7n);
    await answer(asking, 200);
    expect(ada.client.store.wallet.snapshot.balance).toBe(10_007n);
    let notices = 0;
    ada.line.fate = (passing) => (isNotice(passing) && notices++ === 0 ? { delayMs: 50 } : 'pass');
    lab.server.topUp(people.ada, 1n);
    lab.server.topUp(people.ada, 1n);
    await lab.clock.advance(100);
    expect(ada.client.store.wallet.snapshot.balance).toBe(10_009n);
    expect(ada.client.store.wallet.snapshot.movements.map(({ amount }) => amount)).toEqual([1n, 1n, 7n]);
  });

  it('has a statement in pages, newest first', async () => {
    const { lab, ada, people, answer } = await three();
    for (let n = 1; n <= 4; n++) lab.server.topUp(people.ada, BigInt(n));
    const page = await answer(ada.client.statement('0', 3));
    expect(page.movements.map(({ amount }) => amount)).toEqual([4n, 3n, 2n]);
    expect(page.more).toBe(true);
    const next = await answer(ada.client.statement(page.movements.at(-1)?.number, 3));
    expect(next.movements.map(({ balance }) => balance)).toEqual([10_001n, 10_000n]);
    expect(next.more).toBe(false);
  });
});

describe('the form of a packet (P2)', () => {
  const limits = { packetShareMin: 1n, packetShareMax: 20_000n, packetCountMax: 100 };
  const check = (kind: PacketKind, amount: bigint, count: number, members?: number) => {
    const code = checkPacket(limits, { kind, amount, count }, members);
    return code === undefined ? undefined : ErrorCode[code];
  };
  const { LUCKY, EQUAL, NAMED } = PacketKind;

  it.each([
    [LUCKY, 1n, 1, undefined, undefined],
    [LUCKY, 2_000_000n, 100, undefined, undefined],
    [LUCKY, 100n, 101, undefined, 'SHARE_COUNT_INVALID'],
    [LUCKY, 100n, 4, 3, 'SHARE_COUNT_INVALID'],
    [LUCKY, 100n, 0, undefined, 'SHARE_COUNT_INVALID'],
    [LUCKY, 100n, 1.5, undefined, 'SHARE_COUNT_INVALID'],
    [LUCKY, 0n, 1, undefined, 'AMOUNT_INVALID'],
    [LUCKY, 9n, 10, undefined, 'SHARE_AMOUNT_INVALID'],
    [LUCKY, 20_001n, 1, undefined, 'SHARE_AMOUNT_INVALID'],
    [EQUAL, 100n, 4, undefined, undefined],
    [EQUAL, 100n, 3, undefined, 'AMOUNT_NOT_DIVISIBLE'],
    [NAMED, 100n, 1, undefined, undefined],
    [NAMED, 100n, 2, undefined, 'SHARE_COUNT_INVALID'],
  ])('kind %s, %s fen in %s, %s members: %s', (kind, amount, count, members, refusal) => {
    expect(check(kind, amount, count, members)).toBe(refusal);
  });
});
