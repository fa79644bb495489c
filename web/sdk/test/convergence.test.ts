import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../src/index.js';
import type { Fate, Passing } from '../src/testing/index.js';
import { asked, held, Lab, type TestDevice, textOf, unread } from './lab.js';

/* One seed: SEED=17 npm test -w @laisee/sdk -- convergence. More of them: TRIALS=500. */
const { SEED, TRIALS = '24' } =
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(TRIALS) }, (_, i) => i + 1);
const STEPS = 220;

/** What a network may do to these alone; a break may come at any frame. */
const frail = new Set(['sendMessage', 'acknowledge', 'markRead', 'getHistory']);
const frailAnswers = new Set(['messageSent', 'acknowledged', 'readMarked', 'history']);

/** Numbers from a seed (mulberry32). */
class Chance {
  constructor(private state: number) {}

  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let x = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };

  below(k: number): number {
    return Math.floor(this.next() * k);
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }
}

class Trial {
  readonly lab = new Lab({ settings: { heartbeatMs: 5_000, syncPageConversations: 2, syncSegmentMessages: 7 } });
  readonly chance: Chance;
  readonly devices: TestDevice[] = [];
  readonly conversations: { readonly id: string; readonly users: readonly string[] }[];
  readonly said = new Map<string, string>();
  readonly happened = { lost: 0, doubled: 0, overtaken: 0, cut: 0, refused: 0, restarts: 0, crashes: 0, silences: 0 };
  private calm = false;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    const { server } = this.lab;
    const { ada, bo, cy, di } = this.lab.people('ada', 'bo', 'cy', 'di');
    this.conversations = [
      { id: server.befriend(ada, bo), users: [ada, bo] },
      { id: server.group(ada, 'all', [bo, cy, di]), users: [ada, bo, cy, di] },
      { id: server.group(cy, 'three', [ada, di]), users: [ada, cy, di] },
    ];
    for (const user of [ada, ada, bo, bo, cy, di]) {
      const device = this.lab.offline(user, { random: this.chance.next });
      device.line.latencyMs = () => 1 + this.chance.below(40);
      device.line.fate = (passing) => this.fate(passing);
      this.devices.push(device);
    }
    server.refuse = () => {
      if (this.calm || this.chance.next() > 0.04) return undefined;
      this.happened.refused++;
      return this.chance.one([ErrorCode.BUSY, ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE]);
    };
  }

  async run(): Promise<void> {
    await Promise.all(this.devices.map(({ client }) => client.start()));
    for (let step = 0; step < STEPS; step++) {
      await this.lab.clock.advance(this.chance.below(500));
      await this.step();
    }
    await this.settle();
  }

  private async step(): Promise<void> {
    const { chance, happened } = this;
    const device = chance.one(this.devices);
    const dice = chance.next();
    if (dice < 0.6) this.say(device);
    else if (dice < 0.75) device.client.markRead(this.placeOf(device));
    else if (dice < 0.82) device.line.cut();
    else if (dice < 0.87) device.line.goDown();
    else if (dice < 0.89) {
      device.line.goSilent();
      happened.silences++;
    } else if (dice < 0.95) device.line.comeUp();
    else if (dice < 0.975) {
      await device.restart();
      happened.restarts++;
    } else {
      await device.crash();
      happened.crashes++;
    }
  }

  private say(device: TestDevice): void {
    for (let more = 1 + this.chance.below(4); more > 0; more--) {
      const place = this.placeOf(device);
      const text = `${this.said.size}`;
      this.said.set(text, place);
      device.client.sendText(place, text);
    }
  }

  private placeOf({ user }: TestDevice): string {
    return this.chance.one(this.conversations.filter(({ users }) => users.includes(user))).id;
  }

  /** The faults stop, the users try again what has failed, and the server owns up to lost notices (C6). */
  private async settle(): Promise<void> {
    const { clock, server } = this.lab;
    this.calm = true;
    for (const { line } of this.devices) line.comeUp();
    for (let round = 0; round < 3; round++) {
      await clock.advance(60_000);
      for (const device of this.devices) {
        for (const { id } of this.conversations) {
          for (const { key, delivery } of held(device, id)) if (delivery === 'failed') device.client.retry(key);
        }
      }
    }
    server.askToResync();
    await clock.advance(60_000);
    for (const device of this.devices) await this.scrollToTop(device);
  }

  private async scrollToTop(device: TestDevice): Promise<void> {
    for (const { id } of this.conversations) {
      while (device.client.store.messages(id).snapshot.hasOlder) {
        const loading = device.client.loadOlder(id);
        await this.lab.clock.advance(200);
        await loading;
      }
    }
  }

  private fate(passing: Passing): Fate {
    const { chance, happened } = this;
    if (this.calm) return 'pass';
    const dice = chance.next();
    if (dice < 0.006) {
      happened.cut++;
      return chance.one(['cut-before', 'cut-after']);
    }
    const { frame } = passing;
    const notice = passing.way === 'down' && frame.request === 0;
    const name = frame.body.case ?? '';
    if (!notice && !frail.has(name) && !frailAnswers.has(name)) return 'pass';
    if (dice < 0.07) {
      happened.lost++;
      return 'drop';
    }
    if (dice < 0.11) {
      happened.doubled++;
      return 'duplicate';
    }
    if (dice > 0.92) {
      happened.overtaken++;
      return { delayMs: chance.below(400) };
    }
    return 'pass';
  }
}

/** What all trials together did, so that it shows when they no longer do anything. */
const done = { messages: 0, repeated: 0, pulled: 0, faults: new Map<string, number>() };

describe('whatever the network and the devices do, all end with the same', () => {
  it.each(seeds)('seed %i', async (seed) => {
    const trial = new Trial(seed);
    await trial.run();
    const { lab, devices, conversations, said } = trial;
    const where = `seed ${seed}`;

    const stored = conversations.flatMap(({ id }) => lab.server.messages(id));
    const sentTo = stored.flatMap(({ content, conversation }) =>
      content?.kind.case === 'text' ? [[content.kind.value.text, conversation] as const] : [],
    );
    expect(sentTo, `${where}: everything said is there once`).toHaveLength(said.size);
    expect(new Map(sentTo), `${where}: and where it was said`).toEqual(said);

    for (const device of devices) {
      const { synced } = device.client.store.connection.snapshot;
      expect(synced, where).toBe(true);
      for (const { id, users } of conversations) {
        if (!users.includes(device.user)) continue;
        const seen = held(device, id).map((message) => `${message.seq} ${message.sender} ${textOf(message)}`);
        const kept = lab.server.messages(id).map(({ seq, sender, content }) => {
          return `${seq} ${sender} ${content?.kind.case === 'text' ? content.kind.value.text : `<${content?.kind.case}>`}`;
        });
        expect(seen, `${where}: all of ${id} in order on a device of ${device.user}`).toEqual(kept);
        const unknown = held(device, id).filter(({ mine, delivery }) => mine && delivery === 'sent');
        expect(unknown, `${where}: that all have it is known to who sent it`).toEqual([]);
        const conversation = lab.server.world.conversations.get(id);
        if (!conversation) throw new Error(`no conversation ${id}`);
        expect(unread(device, id), `${where}: unread`).toBe(lab.server.world.unread(conversation, device.user));
        expect(conversation.members.get(device.user)?.acked, `${where}: acknowledged`).toBe(kept.length);
      }
      expect((await device.storage.load()).outgoing, `${where}: nothing is left to send`).toEqual([]);
      done.pulled += asked(device, 'getHistory').filter(({ after }) => after > 0).length;
      done.repeated += repeats(asked(device, 'sendMessage').map(({ clientMsgId }) => clientMsgId));
    }
    done.messages += said.size;
    for (const [what, count] of Object.entries(trial.happened)) {
      done.faults.set(what, (done.faults.get(what) ?? 0) + count);
    }
  });

  it('and there was something to withstand', () => {
    const trials = seeds.length;
    expect(done.messages).toBeGreaterThan(200 * trials);
    expect(done.repeated).toBeGreaterThan(10 * trials);
    expect(done.pulled).toBeGreaterThan(5 * trials);
    for (const [what, count] of done.faults) expect(count, what).toBeGreaterThanOrEqual(trials);
  });
});

function repeats(ids: readonly string[]): number {
  return ids.length - new Set(ids).size;
}
