import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Role, Secrets } from './operator';

export const program =
  process.env.LAISEE_BIN ?? fileURLToPath(new URL('../../../target/release/laisee', import.meta.url));

const usual = {
  'gateway.password_cost': 'test',
  'gateway.sign_ins_per_min': 0,
  'gateway.requests_per_s': 0,
  'gateway.heartbeat_ms': 2000,
  'gateway.grace_ms': 300,
};

/** A real server of one test's own: a folder that goes with it, a port nobody has. */
export class Server {
  private child: ChildProcess | undefined;
  private words = '';
  /** What the operators of this server sign in with, by name. */
  readonly operators = new Map<string, Secrets>();

  private constructor(
    private readonly data: string,
    readonly address: string,
    private readonly settings: Record<string, string | number>,
    private readonly command: 'serve' | 'demo',
  ) {}

  get url(): string {
    return `http://${this.address}`;
  }

  static async start(
    settings: Record<string, string | number> = {},
    command: 'serve' | 'demo' = 'serve',
    operators: Record<string, Role> = {},
  ): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), 'laisee-e2e-'));
    const server = new Server(data, `127.0.0.1:${await freePort()}`, { ...usual, ...settings }, command);
    for (const [name, role] of Object.entries(operators)) await server.addOperator(name, role);
    await server.run();
    return server;
  }

  /** Starts the program, again after `kill`, and waits until it is ready. */
  async run(): Promise<void> {
    const child = spawn(program, [this.command, '--addr', this.address, '--data', this.data], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const listening = new Promise<void>((done, fail) => {
      child.stdout?.on('data', (text: Buffer) => {
        this.words += text;
        if (this.words.includes('listening on')) done();
      });
      child.stderr?.on('data', (text: Buffer) => {
        this.words += text;
      });
      child.once('exit', (code) => fail(new Error(`the server ended with ${code}:\n${this.words}`)));
    });
    await listening;
    child.removeAllListeners('exit');
    this.words = '';
    for (;;) {
      const answer = await fetch(`${this.url}/readyz`);
      if (answer.ok) return;
      await new Promise((again) => setTimeout(again, 20));
    }
  }

  /** As when the power goes: nothing is written, nothing is said. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends it in order; what it knows stays, for `run`. */
  async halt(): Promise<void> {
    await this.end('SIGTERM');
  }

  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** `laisee check` over what the server left behind; call it after the server has ended. */
  check(): Promise<string> {
    return this.call('check');
  }

  /** Lets all that has happened have happened on a day long over ("2001-01-01"), which can then be sealed; while it is halted. */
  backdate(day: string): void {
    for (const shard of this.shards()) {
      const log = join(shard, 'log');
      for (const name of readdirSync(log)) renameSync(join(log, name), join(log, name.replace(/^[^.]*/, day)));
    }
  }

  /** `laisee archive`; answers what it said. */
  archive(): Promise<string> {
    return this.call('archive');
  }

  /** Deletes all derived tables, while it is halted: they follow from log and archive alone. */
  dropViews(): void {
    for (const shard of this.shards()) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(shard, `views.db${suffix}`), { force: true });
    }
  }

  /** Changes derived tables behind the server's back, as a bad disk or a careless hand does. */
  async spoilViews(sql: string): Promise<void> {
    for (const shard of this.shards()) await promisify(execFile)('sqlite3', [join(shard, 'views.db'), sql]);
  }

  private shards(): string[] {
    const folders = readdirSync(this.data).filter((name) => /^shard-\d+$/.test(name));
    return folders.map((name) => join(this.data, name));
  }

  /** Makes an operator as whoever runs the server does, before it starts. */
  private async addOperator(name: string, role: Role): Promise<void> {
    const said = await this.call('operator', 'add', name, '--role', role, '--addr', this.address);
    const password = /^password +(\S+)$/m.exec(said)?.[1] ?? '';
    const totp = /secret=([A-Z2-7]+)/.exec(said)?.[1] ?? '';
    this.operators.set(name, { password, totp });
  }

  /** Runs a command of the program on this server's data; answers what it said. */
  private async call(...words: string[]): Promise<string> {
    const child = spawn(program, [...words, '--data', this.data], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text;
    });
    child.stderr.on('data', (text: Buffer) => {
      said += text;
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`laisee ${words.join(' ')} ended with ${code}:\n${said}`);
    return said;
  }

  private environment(): NodeJS.ProcessEnv {
    const set = Object.entries(this.settings).map(([key, value]) => `${key}=${value}`);
    return { ...process.env, LAISEE_SET: set.join(' ') };
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
