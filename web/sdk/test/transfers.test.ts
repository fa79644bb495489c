import { describe, expect, it } from 'vitest';
import { Arrival, ErrorCode, RecallOutcome, type TransferForm, TransferStatus } from '../src/index.js';
import { asked, held, Lab, type TestDevice } from './lab.js';

const hour = 3_600_000;

/** Two friends, 100.00 in ada's wallet. */
async function two() {
  const lab = new Lab();
  const { conversation, ...people } = lab.pair();
  lab.server.topUp(people.ada, 10_000n);
  const ada = await lab.device(people.ada);
  const bo = await lab.device(people.bo);
  const form = (change: Partial<TransferForm> = {}): TransferForm => ({
    ...{ id: ada.client.newId(), conversation, receiver: people.bo, amount: 2_000n, arrival: Arrival.AFTER_2_H },
    ...change,
  });
  const answer = async <T>(asking: Promise<T>, ms = 20): Promise<T> => {
    asking.catch(() => undefined);
    await lab.clock.advance(ms);
    return asking;
  };
  const balance = (device: TestDevice) => answer(device.client.refreshBalance());
  const status = (device: TestDevice, id: string) => device.client.store.transfers.snapshot.get(id)?.status;
  return { lab, people, conversation, ada, bo, form, answer, balance, status };
}

describe('a transfer', () => {
  it('at once lies in the conversation, is accepted and stands in both wallets (B9)', async () => {
    const { lab, conversation, ada, bo, form, answer, balance, status } = await two();
    const { transfer } = await answer(ada.client.transfers.send(form({ arrival: Arrival.AT_ONCE, note: 'tea' })));
    await lab.clock.advance(50);
    expect(held(bo, conversation).at(-1)?.content.kind).toMatchObject({
      case: 'transfer',
      value: { transfer, amount: 2_000n, note: 'tea' },
    });
    expect(status(bo, transfer)).toBe(TransferStatus.ARRIVED);
    await answer(bo.client.transfers.accept(transfer));
    expect([status(ada, transfer), status(bo, transfer)]).toEqual([TransferStatus.ACCEPTED, TransferStatus.ACCEPTED]);
    expect([await balance(ada), await balance(bo)]).toEqual([8_000n, 2_000n]);
  });

  it('after two hours is pending until then, and goes back if nobody accepts it', async () => {
    const { lab, ada, bo, form, answer, balance, status } = await two();
    const { transfer } = await answer(ada.client.transfers.send(form()));
    await lab.clock.advance(hour);
    expect(status(bo, transfer)).toBe(TransferStatus.PENDING);
    await expect(answer(bo.client.transfers.accept(transfer))).rejects.toMatchObject({
      code: ErrorCode.TRANSFER_NOT_ARRIVED,
    });
    await lab.clock.advance(hour);
    expect(status(bo, transfer)).toBe(TransferStatus.ARRIVED);
    await lab.clock.advance(24 * hour);
    expect(status(ada, transfer)).toBe(TransferStatus.EXPIRED);
    expect([await balance(ada), await balance(bo)]).toEqual([10_000n, 0n]);
  });

  it('asked back is frozen at once; a release lets it go on, whatever order the words come in', async () => {
    const { lab, ada, bo, form, answer, status } = await two();
    const { transfer } = await answer(ada.client.transfers.send(form()));
    await answer(ada.client.transfers.recall(transfer, 'not him', ['7', '8']));
    expect(status(bo, transfer)).toBe(TransferStatus.FROZEN);
    // The word of the freeze is held back and comes after that of the decision.
    lab.server.decideRecall(transfer, RecallOutcome.RELEASED, 'it is him');
    await lab.clock.advance(20);
    expect(status(bo, transfer)).toBe(TransferStatus.PENDING);
    const late = ada.client.store.transfers.snapshot.get(transfer);
    if (!late) throw new Error('no transfer');
    const old = { ...late, status: TransferStatus.FROZEN, recall: undefined };
    lab.server.world.push(bo.user, { case: 'transferNotice', value: { transfer: old as never } });
    await lab.clock.advance(20);
    expect(status(bo, transfer)).toBe(TransferStatus.PENDING);
    await lab.clock.advance(2 * hour);
    expect(status(bo, transfer)).toBe(TransferStatus.ARRIVED);
  });

  it('is returned once, though the answer is lost and the repeat refused', async () => {
    const { ada, bo, form, answer, balance } = await two();
    const { transfer } = await answer(ada.client.transfers.send(form()));
    let lost = 0;
    bo.line.fate = ({ way, frame }) =>
      way === 'down' && frame.request !== 0 && frame.body.case === 'transfer' && lost++ === 0 ? 'drop' : 'pass';
    const back = await answer(bo.client.transfers.return(transfer), 30_000);
    expect(back.status).toBe(TransferStatus.RETURNED);
    expect(asked(bo, 'returnTransfer')).toHaveLength(2);
    expect(await balance(ada)).toBe(10_000n);
  });

  it('shows what is left before the movement is told of', async () => {
    const { ada, form, answer } = await two();
    ada.line.fate = ({ frame }) => (frame.body.case === 'balanceNotice' ? 'drop' : 'pass');
    await answer(ada.client.transfers.send(form()));
    expect(ada.client.store.wallet.snapshot.balance).toBe(8_000n);
  });

  it('whose answer is lost is sent again with the same id, and paid once (W2)', async () => {
    const { lab, ada, form, answer, balance } = await two();
    let lost = 0;
    ada.line.fate = ({ way, frame }) =>
      way === 'down' && frame.body.case === 'transferFunded' && lost++ < 2 ? 'drop' : 'pass';
    const sent = form();
    const { transfer } = await answer(ada.client.transfers.send(sent), 60_000);
    expect(asked(ada, 'sendTransfer').map(({ id }) => id)).toEqual([sent.id, sent.id, sent.id]);
    expect(lab.server.world.transfers.size).toBe(1);
    expect(await answer(ada.client.transfers.send(sent))).toMatchObject({ transfer });
    expect(await balance(ada)).toBe(8_000n);
  });

  it('that is refused for another reason stays refused', async () => {
    const { ada, bo, form, answer } = await two();
    const { transfer } = await answer(ada.client.transfers.send(form()));
    await answer(bo.client.transfers.return(transfer));
    await expect(answer(bo.client.transfers.return(transfer))).rejects.toMatchObject({
      code: ErrorCode.TRANSFER_ENDED,
    });
    await expect(answer(ada.client.transfers.accept(transfer))).rejects.toMatchObject({
      code: ErrorCode.TRANSFER_NOT_FOR_YOU,
    });
  });

  it('stands in a list of mine, in pages, newest first', async () => {
    const { ada, bo, form, answer } = await two();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await answer(ada.client.transfers.send(form({ amount: 1n })))).transfer);
    const first = await answer(bo.client.transfers.list('0', 2));
    expect(first.transfers.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.more).toBe(true);
    const rest = await answer(bo.client.transfers.list(ids[1], 2));
    expect(rest.transfers.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(rest.more).toBe(false);
  });
});
