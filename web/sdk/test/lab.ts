import { afterEach } from 'vitest';
import type { ClientFrame, ClientOptions, Clock, ConnectionState, HeldMessage, Tempo } from '../src/index.js';
import { LaiseeClient, MemoryStorage, type SocketFactory, type Storage } from '../src/index.js';
import { FakeLine, FakeServer, type FakeServerOptions, type Passing, VirtualClock } from '../src/testing/index.js';

type ClientBody = ClientFrame['body'];
type Ask = NonNullable<ClientBody['case']>;
type Question<A extends Ask> = Extract<ClientBody, { case: A }>['value'];

export interface DeviceOptions {
  readonly storage?: Storage;
  readonly token?: string;
  readonly tempo?: Partial<Tempo>;
  readonly addresses?: readonly string[];
  readonly random?: () => number;
  readonly socket?: SocketFactory;
  readonly clock?: Clock;
}

/** One client with its line and its storage. */
export interface TestDevice {
  readonly user: string;
  readonly token: string;
  readonly line: FakeLine;
  readonly storage: Storage;
  client: LaiseeClient;
  /** Stops in order and starts again from what is stored. */
  restart(): Promise<void>;
  /** Ends in the middle of everything, and starts again from what is stored. */
  crash(): Promise<void>;
}

const laboratories = new Set<Lab>();

afterEach(async () => {
  for (const lab of laboratories) await lab.end();
});

/** A fake server, people and their devices in virtual time. */
export class Lab {
  readonly clock: VirtualClock;
  readonly server: FakeServer;
  private readonly running = new Set<LaiseeClient>();

  /** `turns`: see `VirtualClock`; a database needs several. */
  constructor({ settings = {}, turns = 1 }: { settings?: FakeServerOptions['settings']; turns?: number } = {}) {
    this.clock = new VirtualClock(undefined, turns);
    this.server = new FakeServer({ settings, clock: this.clock });
    laboratories.add(this);
  }

  /** New people, by name; their ids. */
  people<N extends string>(...names: N[]): Record<N, string> {
    return Object.fromEntries(names.map((name) => [name, this.server.addUser(name).id])) as Record<N, string>;
  }

  /** Two friends, ada and bo, and where they talk. */
  pair() {
    const { ada, bo } = this.people('ada', 'bo');
    return { ada, bo, conversation: this.server.befriend(ada, bo) };
  }

  /** A signed-in device, started and synced. */
  async device(user: string, options: DeviceOptions = {}): Promise<TestDevice> {
    const device = this.offline(user, options);
    await device.client.start();
    await this.clock.until(() => device.client.store.connection.snapshot.synced);
    return device;
  }

  /** A signed-in device that is not started yet. */
  offline(user: string, options: DeviceOptions = {}): TestDevice {
    const { storage = new MemoryStorage(), token = this.server.signIn(user), ...rest } = options;
    const line = new FakeLine(this.server, this.clock);
    let life = { over: false };
    const make = () => {
      life = { over: false };
      const client = new LaiseeClient({ ...this.options(line, life), ...rest, token, storage: mortal(storage, life) });
      this.running.add(client);
      return client;
    };
    const startAnew = async (former: LaiseeClient) => {
      await former.stop();
      this.running.delete(former);
      device.client = make();
      await device.client.start();
    };
    const device: TestDevice = {
      ...{ user, token, line, storage, client: make() },
      restart: () => startAnew(device.client),
      crash: () => {
        life.over = true;
        line.cut();
        return startAnew(device.client);
      },
    };
    return device;
  }

  async end(): Promise<void> {
    for (const client of this.running) await client.stop();
    laboratories.delete(this);
  }

  private options(line: FakeLine, life: { readonly over: boolean }): Omit<ClientOptions, 'token'> {
    const nowhere = { send: () => {}, close: () => {} };
    const socket: SocketFactory = (...how) => (life.over ? nowhere : line.socket(...how));
    return { addresses: ['https://a.test'], socket, clock: this.clock, random: () => 0.5 };
  }
}

/** What a client that has crashed still wants to write is lost. */
function mortal(storage: Storage, life: { readonly over: boolean }): Storage {
  return {
    load: () => storage.load(),
    messages: (conversation, before, limit) => storage.messages(conversation, before, limit),
    write: async (changes) => {
      if (!life.over) await storage.write(changes);
    },
    clear: () => storage.clear(),
    close: () => storage.close(),
  };
}

export function texts(device: TestDevice, conversation: string): string[] {
  return held(device, conversation).map(textOf);
}

export function held(device: TestDevice, conversation: string): readonly HeldMessage[] {
  return device.client.store.messages(conversation).snapshot.messages;
}

export function textOf(message: HeldMessage): string {
  const { kind } = message.content;
  return kind.case === 'text' ? kind.value.text : `<${kind.case}>`;
}

export function unread(device: TestDevice, conversation: string): number | undefined {
  return device.client.store.conversation(conversation).snapshot?.unread;
}

export function link(device: TestDevice): ConnectionState['link'] {
  return device.client.store.connection.snapshot.link;
}

/** Requests of a kind that got through on a line. */
export function asked<A extends Ask>(device: TestDevice, ask: A): Question<A>[] {
  return device.line.log.flatMap((passing) => {
    if (passing.way !== 'up' || passing.frame.body.case !== ask) return [];
    return [passing.frame.body.value as Question<A>];
  });
}

export function isNotice(passing: Passing): boolean {
  return passing.way === 'down' && passing.frame.request === 0;
}
