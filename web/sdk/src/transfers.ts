import type { TransferCommands } from './api.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import { insist } from './insist.js';
import type { TransferForm } from './model.js';
import {
  ErrorCode,
  RecallOutcome,
  type Transfer,
  type TransferFunded,
  TransferStatus,
  type Transfers as TransfersPage,
} from './protocol.js';
import type { Purse } from './purse.js';

/** Transfers between two people: commands that are repeated safely, and how each one stands as far as was told. */
export class Transfers implements TransferCommands {
  constructor(
    private readonly device: Device,
    private readonly purse: Purse,
  ) {}

  send(form: TransferForm): Promise<TransferFunded> {
    return this.purse.withBalance(() => insist(this.device, () => this.device.requests.ask('sendTransfer', form)));
  }

  async get(transfer: string): Promise<Transfer> {
    return this.learned(await this.device.requests.ask('getTransfer', { transfer }));
  }

  async list(before = '0', limit = 0): Promise<TransfersPage> {
    const page = await this.device.requests.ask('listTransfers', { before, limit });
    for (const one of page.transfers) this.learned(one);
    return page;
  }

  /** Accepting again gives the same answer; what was posted just now is waited for. */
  async accept(transfer: string): Promise<Transfer> {
    const again = [ErrorCode.TRANSFER_NOT_POSTED];
    return this.learned(
      await insist(this.device, () => this.device.requests.ask('acceptTransfer', { transfer }), again),
    );
  }

  return(transfer: string): Promise<Transfer> {
    return this.once(
      transfer,
      () => this.device.requests.ask('returnTransfer', { transfer }),
      ({ status }) => status === TransferStatus.RETURNED || status === TransferStatus.GIVEN_BACK,
    );
  }

  recall(transfer: string, reason: string, evidence: readonly string[]): Promise<Transfer> {
    return this.once(
      transfer,
      () => this.device.requests.ask('recallTransfer', { transfer, reason, evidence: [...evidence] }),
      ({ recall }) => recall?.reason === reason && recall.evidence.join() === evidence.join(),
    );
  }

  changed(transfer: Transfer): void {
    this.device.emit('transfer', this.learned(transfer));
  }

  /**
   * Commands that name no client id: a repeat after a lost answer is refused although the first one was done. So a
   * refusal after a repeat is not believed before the transfer itself was looked at.
   */
  private async once(id: string, ask: () => Promise<Transfer>, done: (transfer: Transfer) => boolean) {
    let asked = 0;
    try {
      const again = [ErrorCode.TRANSFER_ON_ITS_WAY, ErrorCode.TRANSFER_NOT_POSTED];
      return this.learned(
        await insist(
          this.device,
          () => {
            asked++;
            return ask();
          },
          again,
        ),
      );
    } catch (reason) {
      if (!(reason instanceof LaiseeError) || reason.kind !== 'refusal' || asked < 2) throw reason;
      const now = await this.get(id);
      if (!done(now)) throw reason;
      return now;
    }
  }

  /** Words about a transfer may come out of order: the furthest one stays. */
  private learned(transfer: Transfer): Transfer {
    const { transfers } = this.device.store;
    const known = transfers.snapshot.get(transfer.id);
    if (known && stage(known) > stage(transfer)) return known;
    transfers.set(new Map(transfers.snapshot).set(transfer.id, transfer));
    return transfer;
  }
}

/** How far a transfer has come. It only moves forward. */
function stage({ status, recall }: Transfer): number {
  switch (status) {
    case TransferStatus.FUNDED:
      return 1;
    case TransferStatus.PENDING:
      // Released: on its way again, after it was frozen.
      return recall && recall.outcome !== RecallOutcome.OPEN ? 4 : 2;
    case TransferStatus.FROZEN:
      return 3;
    case TransferStatus.ARRIVED:
      return 5;
    case TransferStatus.ACCEPTED:
      return 6;
    default:
      return status === TransferStatus.UNSPECIFIED ? 0 : 7;
  }
}
