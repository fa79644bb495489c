import type { OrderCommands } from './api.js';
import type { Device } from './device.js';
import { insist } from './insist.js';
import type { WithdrawalForm } from './model.js';
import { type Order, OrderStatus, type Orders as OrdersPage, type Withdrawn } from './protocol.js';
import type { Purse } from './purse.js';

/** Orders to the payment provider: money in, and money out. */
export class Orders implements OrderCommands {
  constructor(
    private readonly device: Device,
    private readonly purse: Purse,
  ) {}

  withdraw(form: WithdrawalForm): Promise<Withdrawn> {
    return this.purse.withBalance(() => insist(this.device, () => this.device.requests.ask('withdraw', form)));
  }

  async get(order: string): Promise<Order> {
    return this.learned(await this.device.requests.ask('getOrder', { order }));
  }

  async list(before = '0', limit = 0): Promise<OrdersPage> {
    const page = await this.device.requests.ask('listOrders', { before, limit });
    for (const one of page.orders) this.learned(one);
    return page;
  }

  changed(order: Order): void {
    this.device.emit('order', this.learned(order));
  }

  /** Words about an order may come out of order: the newest stays, and nothing that was settled opens again. */
  private learned(order: Order): Order {
    const { orders } = this.device.store;
    const known = orders.snapshot.get(order.id);
    const older = known && (known.changedAtMs > order.changedAtMs || (settled(known) && !settled(order)));
    if (known && older) return known;
    orders.set(new Map(orders.snapshot).set(order.id, order));
    return order;
  }
}

function settled({ status }: Order): boolean {
  return status >= OrderStatus.SUCCEEDED;
}
