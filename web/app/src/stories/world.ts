import type { Delivery, ShownMessage } from '../client/client';
import { drawCommitment, drawShares, verifyDraw } from '../client/draw';
import {
  direct,
  FakeClient,
  friend,
  group,
  member,
  movement,
  packet,
  packetContent,
  session,
  textOf,
  transfer,
  transferContent,
  user,
} from '../client/testing/fake';
import {
  AccountLevel,
  type Content,
  MovementKind,
  NoteKind,
  type Order,
  OrderKind,
  OrderStatus,
  PacketKind,
  PacketStatus,
  RecallOutcome,
  Relation,
  SuspensionReason,
  TransferStatus,
  type Wallet,
} from '../client/wire';

const minute = 60_000;
const hour = 60 * minute;

/** A small invented world with one of everything, for stories and pictures. */
export function world(zh: boolean): FakeClient {
  const now = Date.now();
  const me = user('1', zh ? '林小满' : 'Mina Lin', '🐼#E7B75F', 'mina');
  const client = new FakeClient(me);
  const people = [
    user('2', zh ? '陈大文' : 'Daniel Chan', '🐯#D9745A', 'dawen'),
    user('3', zh ? '阿May' : 'May', '🌸#B98AC0', 'may'),
    user('4', zh ? '外婆' : 'Grandma', '🍵#55B595', 'grandma'),
    user('5', zh ? '周泽' : 'Zed Zhou', '🦊#E7B75F', 'zed'),
    user('6', zh ? '欧阳修远' : 'Alexandra Papadopoulou', '🦉#7F9BD1', 'xiuyuan'),
    user('7', zh ? '小鱼' : 'Fish', '🐙#7F9BD1', 'fish'),
  ];
  client.users.value = new Map([me, ...people].map((one) => [one.id, one]));
  const person = (id: string) => client.users.value.get(id) ?? me;
  client.friends.value = [
    friend(person('2'), Relation.FRIEND, true, '11'),
    friend(person('3'), Relation.FRIEND, true, '13'),
    friend(person('4'), Relation.FRIEND, false, '14'),
    friend(person('5'), Relation.FRIEND, false, '15'),
    friend(person('6'), Relation.REQUESTED),
    friend(person('7'), Relation.INCOMING, false, '0', zh ? '我是羽毛球班的小鱼' : 'We met at badminton'),
  ];

  const say = (
    seq: number,
    sender: string,
    atMs: number,
    content: Content | string,
    delivery?: Delivery,
  ): ShownMessage => ({
    key: `${sender}-${seq}-${delivery ?? ''}`,
    seq,
    sender,
    mine: sender === '1',
    atMs,
    content: typeof content === 'string' ? textOf(content) : content,
    delivery: sender === '1' ? (delivery ?? 'read') : undefined,
    failure: undefined,
  });
  const note = (kind: NoteKind, actor: string, users: string[] = [], text = ''): Content =>
    ({ fallback: '', kind: { case: 'note', value: { kind, actor, users, text } } }) as unknown as Content;

  const w = zh
    ? {
        dinner: '年夜饭筹备组',
        badminton: '周三羽毛球',
        lines: [
          '今年还是在外婆家？',
          '对，六点开饭，谁带水果？',
          '我带橙子和沙糖桔 🍊',
          '那我负责汤圆',
          '红包先热热身',
          '手气不错嘛',
          '外婆说想看大家早点到，她包了两种馅的饺子，素的也有。',
          '收到，四点出发',
        ],
        greeting: '新年快乐，万事如意',
        direct: ['到了吗？', '刚下地铁，十分钟', '好，我在门口等你', '给你带了杯奶茶', '太好了！！', '路上小心'],
        rent: '三月房租',
        deposit: '合租押金',
        reason: '对方冒用了房东的名字，电话也打不通，聊天记录见附件。',
        grandma: '早点睡，别熬夜',
        zed: '文件我放在共享盘里了',
      }
    : {
        dinner: 'New Year’s dinner',
        badminton: 'Wednesday badminton',
        lines: [
          'At Grandma’s again this year?',
          'Yes, dinner at six. Who brings fruit?',
          'I’ll bring oranges and tangerines 🍊',
          'Then I’ll make the sweet dumplings',
          'A red packet to warm up',
          'Nice luck!',
          'Grandma would love us all to come early; she folded two kinds of dumplings, one without meat.',
          'Got it, leaving at four',
        ],
        greeting: 'Happy New Year, all the best',
        direct: [
          'Are you there yet?',
          'Just off the metro, ten minutes',
          'Good, I’ll wait at the door',
          'Got you a milk tea',
          'Wonderful!!',
          'Take care on the way',
        ],
        rent: 'Rent for March',
        deposit: 'Deposit for the flat',
        reason: 'He is not the landlord he said he was, and nobody picks up the phone. See the screenshots.',
        grandma: 'Go to bed early, don’t stay up',
        zed: 'The file is on the shared drive',
      };
  const ago = (ms: number) => BigInt(now - ms);
  const line = (index: number) => w.lines[index] ?? '';
  const d = (index: number) => w.direct[index] ?? '';

  client.conversations.value = [
    group('10', w.dinner, '1', {
      memberCount: 5,
      read: 44,
      unread: 3,
      announcement: zh ? '除夕六点，外婆家。' : 'New Year’s Eve at six, Grandma’s.',
    }),
    direct('11', '2', { read: 46, peerRead: 5 }),
    group('12', w.badminton, '5', { memberCount: 4, quiet: true, unread: 12, read: 0 }),
    direct('13', '3', { unread: 1 }),
    direct('14', '4'),
    direct('15', '5'),
    direct('16', '2'),
  ];
  const past: ShownMessage[] = Array.from({ length: 36 }, (_, i) =>
    say(i + 1, ['2', '3', '1', '4'][i % 4] ?? '2', now - 26 * hour + i * 2 * minute, `${line(i % 4)}`),
  );
  client.older.value = new Map([['10', past]]);
  client.put('10', [
    say(37, '1', now - 3 * hour, note(NoteKind.GROUP_CREATED, '1')),
    say(38, '2', now - 58 * minute, line(0)),
    say(39, '4', now - 57 * minute, line(1)),
    say(40, '1', now - 56 * minute, line(2)),
    say(41, '3', now - 55 * minute, line(3)),
    say(42, '2', now - 22 * minute, packetContent('501', PacketKind.LUCKY, w.greeting, 5)),
    say(43, '3', now - 21 * minute, line(5)),
    say(44, '1', now - 20 * minute, packetContent('503', PacketKind.LUCKY, '', 5), 'read'),
    say(45, '4', now - 4 * minute, line(6)),
    say(
      46,
      '4',
      now - 3.5 * minute,
      packetContent('502', PacketKind.LUCKY, zh ? '大家新年好' : 'Happy New Year, dear all', 5),
    ),
    say(47, '2', now - 2 * minute, line(7)),
  ]);
  client.put('11', [
    say(41, '2', now - 40 * minute, d(0)),
    say(42, '1', now - 39 * minute, d(1), 'read'),
    say(43, '2', now - 38 * minute, d(2)),
    say(44, '2', now - 38 * minute + 5000, d(3)),
    say(45, '1', now - 12 * minute, d(4), 'delivered'),
    say(
      46,
      '1',
      now - 11.5 * minute,
      packetContent('504', PacketKind.NAMED, zh ? '奶茶钱' : 'For the tea', 1, '2'),
      'delivered',
    ),
    say(0, '1', now - 11 * minute, d(5), 'sent'),
    say(0, '1', now - minute, zh ? '信号不太好' : 'Bad signal here', 'failed'),
    say(0, '1', now - 10_000, zh ? '再试试' : 'Trying again', 'sending'),
  ]);
  const transfers = [
    transfer('601', { sender: '2', receiver: '1', amount: 28_800n, status: TransferStatus.ARRIVED, note: w.rent }),
    transfer('602', { sender: '2', receiver: '1', amount: 5000n, status: TransferStatus.PENDING }),
    transfer('603', { amount: 120_000n, note: w.deposit }),
    transfer('604', {
      amount: 66_600n,
      status: TransferStatus.FROZEN,
      recall: {
        reason: w.reason,
        evidence: ['f1', 'f2'],
        outcome: RecallOutcome.OPEN,
        askedAtMs: ago(9 * minute),
      } as never,
    }),
    transfer('605', { amount: 8800n, status: TransferStatus.ACCEPTED, acceptByMs: ago(0), endedAtMs: ago(minute) }),
  ];
  client.transferred.value = new Map(
    transfers.map((one) => [
      one.id,
      {
        ...one,
        createdAtMs: ago(30 * minute),
        acceptByMs: one.status === TransferStatus.ARRIVED ? ago(-20 * hour) : one.acceptByMs,
      },
    ]),
  );
  client.stored.set('f1', picture('#d93a2b'));
  client.stored.set('f2', new Blob(['%PDF'], { type: 'application/pdf' }));
  client.put('16', [
    say(1, '2', now - 60 * minute, d(0)),
    ...transfers.map((one, index) =>
      say(
        index + 2,
        one.sender,
        now - (50 - index * 8) * minute,
        transferContent(one.id, one.receiver, one.amount, one.note, Number(one.arrivesAtMs)),
      ),
    ),
  ]);
  client.put('12', [say(12, '5', now - 3 * hour, zh ? '这周改到七点' : 'Seven o’clock this week')]);
  client.put('13', [
    say(4, '3', now - 5 * hour, packetContent('505', PacketKind.NAMED, zh ? '生日快乐' : 'Happy birthday', 1, '1')),
  ]);
  client.put('14', [say(9, '4', now - 27 * hour, w.grandma)]);
  client.put('15', [say(3, '5', now - 4 * 24 * hour, w.zed)]);

  const terms = { kind: PacketKind.LUCKY, amount: 5000n, count: 5, shareMin: 1n, shareMax: 20_000n };
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 3);
  const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const claims = drawShares(secret, terms).map((amount, index) => ({
    user: ['3', '1', '4', '5', '6'][index],
    index,
    amount,
    atMs: BigInt(now - 22 * minute + (index + 1) * 9000),
  }));
  const mine = claims[1]?.amount ?? 0n;
  client.glances.value = new Map([
    ['501', { status: PacketStatus.FINISHED, mine, left: 0 }],
    ['502', { status: PacketStatus.OPEN, mine: 0n, left: 3 }],
    ['503', { status: PacketStatus.OPEN, mine: 0n, left: 2 }],
    ['504', { status: PacketStatus.OPEN, mine: 0n, left: 1 }],
    ['505', { status: PacketStatus.OPEN, mine: 0n, left: 1 }],
  ]);
  client.packets.set(
    '501',
    packet('501', {
      ...terms,
      sender: '2',
      conversation: '10',
      status: PacketStatus.FINISHED,
      greeting: w.greeting,
      createdAtMs: BigInt(now - 22 * minute),
      expiresAtMs: BigInt(now + 24 * hour),
      endedAtMs: BigInt(now - 22 * minute + 47_000),
      claimedAmount: 5000n,
      claimedCount: 5,
      claims: claims as never,
      commitment: drawCommitment(secret, terms),
      secret: hex(secret),
      mine,
    }),
  );
  client.packets.set(
    '502',
    packet('502', {
      sender: '4',
      conversation: '10',
      kind: PacketKind.LUCKY,
      status: PacketStatus.OPEN,
      amount: 6600n,
      count: 5,
      greeting: '',
      createdAtMs: BigInt(now - 4 * minute),
      expiresAtMs: BigInt(now + 23 * hour),
      claimedAmount: (claims[0]?.amount ?? 0n) + mine,
      claimedCount: 2,
      claims: claims.slice(0, 2) as never,
      commitment: drawCommitment(secret.toReversed(), terms),
      mine,
    }),
  );
  const finished = client.packets.get('501');
  if (finished) client.check = verifyDraw(finished);
  client.balance.value = 128_000n + mine;
  client.line.push(
    movement(7, mine, 128_000n + mine, now - 21 * minute, MovementKind.PACKET_OPENED, {
      packet: '501',
      counterpart: '2',
    }),
    movement(6, -5200n, 128_000n, now - 2 * hour, MovementKind.PACKET_SENT, { packet: '504', counterpart: '2' }),
    movement(5, 100_000n, 133_200n, now - 3 * hour, MovementKind.TOP_UP),
    movement(4, 1200n, 33_200n, now - 27 * hour, MovementKind.PACKET_REFUND, { packet: '503' }),
    movement(3, -8000n, 32_000n, now - 29 * hour, MovementKind.PACKET_SENT, { packet: '503' }),
    movement(2, 20_000n, 40_000n, now - 4 * 24 * hour, MovementKind.TOP_UP),
    movement(1, 20_000n, 20_000n, now - 4 * 24 * hour, MovementKind.TOP_UP),
  );
  const limit = (each: bigint, day: bigint, left: bigint) => ({ each, day, left });
  client.account.value = {
    balance: client.balance.value,
    held: 30_000n,
    level: AccountLevel.ORDINARY,
    pin: { set: true, triesLeft: 5, lockedUntilMs: 0n },
    pinRequiredFrom: 20_000n,
    send: limit(5_000_000n, 50_000_000n, 42_000_000n),
    topUp: limit(5_000_000n, 100_000_000n, 100_000_000n),
    withdraw: limit(500_000n, 1_000_000n, 170_000n),
    dayEndsMs: BigInt(now + 5 * hour),
  } as unknown as Wallet;
  const order = (id: string, kind: OrderKind, status: OrderStatus, amount: bigint, at: number, rest: object = {}) =>
    ({
      id,
      kind,
      status,
      amount,
      destination: '',
      reference: '',
      reason: '',
      createdAtMs: ago(at),
      changedAtMs: ago(at),
      ...rest,
    }) as Order;
  const orders = [
    order('801', OrderKind.TOP_UP, OrderStatus.SUCCEEDED, 100_000n, 3 * hour),
    order('802', OrderKind.WITHDRAWAL, OrderStatus.FAILED, 50_000n, 2 * hour, {
      destination: 'ICBC 6222 •••• 1234',
      reason: 'account closed',
    }),
    order('803', OrderKind.WITHDRAWAL, OrderStatus.UNKNOWN, 30_000n, 8 * minute, {
      destination: 'ICBC 6222 •••• 8888',
    }),
    order('804', OrderKind.TOP_UP, OrderStatus.SUBMITTED, 20_000n, minute),
  ];
  client.ordered.value = new Map(orders.map((one) => [one.id, one]));
  if (location.search.includes('suspended'))
    client.suspended.value = {
      suspension: {
        reason: SuspensionReason.OPENS,
        sinceMs: ago(5 * minute),
        untilMs: ago(-2 * hour),
        selfRelease: true,
      } as never,
      code: undefined,
    };
  client.people.set('10', [
    member(me, true, true),
    member(person('2'), false, true),
    member(person('3'), false, true),
    member(person('4')),
    member(person('5')),
  ]);
  client.devices.push(
    session('1', zh ? 'Chrome · 书房电脑' : 'Chrome on the desk', true, true, now - 2 * hour),
    session('2', 'Safari · iPhone', false, true, now - 30 * hour),
    session('3', 'Firefox · Linux', false, false, now - 9 * 24 * hour),
  );
  return client;
}

/** Something to look at where a picture was handed in. */
function picture(colour: string): Blob {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="${colour}"/></svg>`;
  return new Blob([svg], { type: 'image/svg+xml' });
}
