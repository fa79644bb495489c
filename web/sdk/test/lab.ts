import type { ClientOptions, ConnectionState, HeldMessage, Tempo } from '../src/index.js';
import { LaiseeClient, MemoryStorage, type Storage } from '../src/index.js';
import { FakeLine, FakeServer, VirtualClock } from '../src/testing/index.js';

export interface DeviceOptions {
  readonly storage?: Storage;
  readonly token?: string;
  readonly tempo?: Partial<Tempo>;
  readonly addresses?: readonly string[];
  readonly random?: () => number;
}

/** One client with its line and its storage; `restart` keeps what is stored. */
export interface TestDevice {
  readonly user: string;
  readonly token: string;
  readonly line: FakeLine;
  readonly storage: Storage;
  client: LaiseeClient;
  restart(): Promise<void>;
}

/** A fake server, people and their devices in virtual time. */
export class Lab {
  readonly clock: VirtualClock;
  readonly server: FakeServer;
  private readonly running = new Set<LaiseeClient>();

  constructor(settings: ConstructorParameters<typeof FakeServer>[0] = {}, turns = 1) {
    this.clock = new VirtualClock(undefined, turns);
    this.server = new FakeServer({ ...settings, clock: this.clock });
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
    const make = () => {
      const client = new LaiseeClient({ ...this.options(line), ...rest, token, storage });
      this.running.add(client);
      return client;
    };
    const device: TestDevice = {
      ...{ user, token, line, storage, client: make() },
      restart: async () => {
        await device.client.stop();
        device.client = make();
        await device.client.start();
      },
    };
    return device;
  }

  async end(): Promise<void> {
    for (const client of this.running) await client.stop();
  }

  private options(line: FakeLine): Omit<ClientOptions, 'token'> {
    return { addresses: ['https://a.test'], socket: line.socket, clock: this.clock, random: () => 0.5 };
  }
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
