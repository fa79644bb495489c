import { Chore } from './chore.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import type { Inbox } from './inbox.js';
import { ErrorCode, type SyncSegment } from './protocol.js';
import type { Threads } from './threads.js';

/** Brings what was missed, page by page, after each welcome and whenever notices may have been lost (rules S1 to S4). */
export class Syncer {
  private readonly chore: Chore;
  private pageToken = '';
  /** Asked for again while one was running: pages already seen may be out of date. */
  private again = false;

  constructor(
    private readonly device: Device,
    private readonly threads: Threads,
    private readonly inbox: Inbox,
    private readonly done: () => void,
  ) {
    this.chore = new Chore(
      device,
      () => this.page(),
      // Never by a server that keeps the protocol. Gaps are pulled one by one then; `synced` would not be true.
      () => this.end(),
    );
  }

  want(): void {
    if (!this.chore.idle) {
      this.again = true;
      return;
    }
    this.inbox.syncBegan();
    this.chore.want();
  }

  disconnected(): void {
    this.chore.callOff();
    this.pageToken = '';
    this.again = false;
    this.inbox.syncEnded();
  }

  /** One page; answers 0 when there is another. */
  private async page(): Promise<number | undefined> {
    this.inbox.syncBegan();
    const { pageToken } = this;
    const question = pageToken ? { pageToken } : { positions: this.threads.positions() };
    let last: SyncSegment;
    try {
      last = await this.device.requests.ask('sync', question, {
        now: true,
        part: (segment) => {
          for (const part of segment.conversations) this.inbox.synced(part);
          this.threads.publish();
          return segment.pageEnd;
        },
      });
    } catch (reason) {
      if (reason instanceof LaiseeError && reason.code === ErrorCode.BAD_PAGE_TOKEN && pageToken) {
        this.pageToken = '';
        return 0;
      }
      throw reason;
    }
    this.pageToken = last.nextPageToken;
    if (this.pageToken) return 0;
    if (this.again) {
      this.again = false;
      return 0;
    }
    this.end();
    this.done();
    return undefined;
  }

  private end(): void {
    this.pageToken = '';
    this.inbox.syncEnded();
    this.threads.publish();
  }
}
