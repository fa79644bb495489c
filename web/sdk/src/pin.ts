import type { PinCommands } from './api.js';
import type { Device } from './device.js';
import type { Pin } from './protocol.js';

/** The payment PIN. It is never kept here. */
export class PaymentPin implements PinCommands {
  constructor(private readonly device: Device) {}

  async get(): Promise<Pin> {
    return this.learned(await this.device.requests.ask('getPin', {}));
  }

  async set(pin: string, proof: { currentPin: string } | { password: string }): Promise<Pin> {
    return this.learned(await this.device.requests.ask('setPin', { pin, ...proof }));
  }

  private learned(pin: Pin): Pin {
    const { wallet } = this.device.store;
    const { account } = wallet.snapshot;
    if (account) wallet.set({ ...wallet.snapshot, account: { ...account, pin } });
    return pin;
  }
}
