import { Chore } from './chore.js';
import type { Device } from './device.js';
import type { Thread } from './thread.js';
import type { Threads } from './threads.js';

const DEFAULT_ACK_MESSAGES = 20;
const DEFAULT_ACK_MS = 500;

interface Owed {
  messages: number;
  readonly chore: Chore;
}

/** Tells the server what this device holds, batched (rule M5). */
export class Acknowledger {
  private readonly owed = new Map<string, Owed>();

  constructor(
    private readonly device: Device,
    private readonly threads: Threads,
  ) {}

  held(thread: Thread, messages: number): void {
    const owed = this.of(thread);
    owed.messages += messages;
    const settings = this.device.store.settings.snapshot;
    const full = owed.messages >= (settings?.ackMessages || DEFAULT_ACK_MESSAGES);
    owed.chore.want(full ? 0 : (settings?.ackMs ?? DEFAULT_ACK_MS));
  }

  /** What was taken in while the last connection ended is still owed. */
  connected(): void {
    for (const thread of this.threads.all())
      if (thread.state && thread.through > thread.ackedHere) this.held(thread, 0);
  }

  disconnected(): void {
    for (const { chore } of this.owed.values()) chore.callOff();
    this.owed.clear();
  }

  private of(thread: Thread): Owed {
    let owed = this.owed.get(thread.id);
    if (!owed) {
      owed = { messages: 0, chore: new Chore(this.device, () => this.acknowledge(thread)) };
      this.owed.set(thread.id, owed);
    }
    return owed;
  }

  private async acknowledge(thread: Thread): Promise<undefined> {
    const { requests, persistence } = this.device;
    const { through } = thread;
    this.of(thread).messages = 0;
    if (through <= thread.ackedHere) return;
    // The server may forget what a device says it holds, so it must be stored here first.
    await persistence.settled();
    await requests.ask('acknowledge', { conversation: thread.id, through }, { now: true });
    thread.ackedHere = Math.max(thread.ackedHere, through);
    if (!thread.state || through <= thread.state.acked) return;
    thread.state = { ...thread.state, acked: through };
    this.threads.touch(thread.id);
    this.threads.publish();
  }
}
