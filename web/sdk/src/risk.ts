import type { RiskCommands } from './api.js';
import { Chore } from './chore.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import {
  ErrorCode,
  type ReleaseCodeMade,
  type ReleaseCodeNotice,
  type Risk as RiskSeen,
  type Suspension,
} from './protocol.js';

/** Whether red packets are suspended, and the way out of it. */
export class Risk implements RiskCommands {
  private readonly refresh: Chore;

  constructor(private readonly device: Device) {
    this.refresh = new Chore(device, async () => {
      this.learned((await device.requests.ask('getRisk', {}, { now: true })).suspension);
      return undefined;
    });
  }

  /** What began or ended while there was no connection was not told. */
  connected(): void {
    this.refresh.want();
  }

  disconnected(): void {
    this.refresh.callOff();
  }

  async get(): Promise<RiskSeen> {
    const risk = await this.device.requests.ask('getRisk', {});
    this.learned(risk.suspension);
    return risk;
  }

  requestCode(): Promise<ReleaseCodeMade> {
    return this.device.requests.ask('requestReleaseCode', {});
  }

  async release(code: string, pin: string | undefined): Promise<void> {
    try {
      await this.device.requests.ask('releaseSuspension', { code, pin: pin ?? '' });
    } catch (reason) {
      // Released already, by the first of two tries or on another device: that is what was wanted.
      if (!(reason instanceof LaiseeError) || reason.code !== ErrorCode.NOT_SUSPENDED) throw reason;
    }
    this.learned(undefined);
  }

  suspended(suspension: Suspension | undefined): void {
    this.learned(suspension);
  }

  codeCame({ code, expiresAtMs }: ReleaseCodeNotice): void {
    const { risk } = this.device.store;
    risk.set({ ...risk.snapshot, code: { code, expiresAtMs } });
  }

  private learned(suspension: Suspension | undefined): void {
    const { risk } = this.device.store;
    risk.set({ suspension, code: suspension ? risk.snapshot.code : undefined });
  }
}
