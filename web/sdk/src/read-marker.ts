import { Chore } from './chore.js';
import type { Device } from './device.js';
import type { Thread } from './thread.js';
import type { Threads } from './threads.js';

/** Moves my read marks: shown at once, sent until the server has them (rule M8). */
export class ReadMarker {
  private readonly chores = new Map<string, Chore>();

  constructor(
    private readonly device: Device,
    private readonly threads: Threads,
  ) {}

  mark(conversation: string, wanted: number): void {
    const thread = this.threads.get(conversation);
    if (!thread?.state) return;
    const through = Math.min(wanted, thread.through);
    if (through <= Math.max(thread.readWanted, thread.state.read)) return;
    thread.readWanted = through;
    thread.floor = Math.max(thread.floor, through);
    this.threads.touch(conversation);
    this.threads.publish();
    this.chore(thread).want();
  }

  connected(): void {
    for (const thread of this.threads.all()) {
      if (thread.state && thread.readWanted > thread.state.read) this.chore(thread).want();
    }
  }

  disconnected(): void {
    for (const chore of this.chores.values()) chore.callOff();
    this.chores.clear();
  }

  private chore(thread: Thread): Chore {
    let chore = this.chores.get(thread.id);
    if (!chore) {
      const giveUp = () => {
        thread.readWanted = 0;
        this.threads.touch(thread.id);
        this.threads.publish();
      };
      chore = new Chore(this.device, () => this.tell(thread), giveUp);
      this.chores.set(thread.id, chore);
    }
    return chore;
  }

  private async tell(thread: Thread): Promise<undefined> {
    const through = thread.readWanted;
    if (!thread.state || through <= thread.state.read) return;
    await this.device.requests.ask('markRead', { conversation: thread.id, through }, { now: true });
    thread.readThrough(through);
    this.threads.touch(thread.id);
    this.threads.publish();
    if (thread.readWanted > through) this.chore(thread).want();
  }
}
