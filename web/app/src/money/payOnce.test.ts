import { expect, it } from 'vitest';
import { payOnce } from './payOnce';

function payer() {
  let ids = 0;
  const client = { newId: () => `id-${++ids}` };
  const sent: string[] = [];
  let lost = true;
  const pay = (amount: bigint, kind = 'packet') =>
    payOnce(client, kind, { amount }, async ({ id }) => {
      sent.push(id);
      if (lost) throw new Error('no answer');
      return id;
    }).catch(() => undefined);
  return {
    sent,
    pay,
    answer: () => {
      lost = false;
    },
  };
}

it('is the same payment until it is done, whoever asks again', async () => {
  const { sent, pay, answer } = payer();
  await pay(100n);
  await pay(200n);
  await pay(100n, 'transfer');
  answer();
  await pay(100n);
  expect(sent).toEqual(['id-1', 'id-2', 'id-3', 'id-1']);
});

it('is another one after it was done', async () => {
  const { sent, pay, answer } = payer();
  answer();
  await Promise.all([pay(100n), pay(100n)]);
  await pay(100n);
  expect(sent).toEqual(['id-1', 'id-1', 'id-2']);
});

it('is kept apart for each account', async () => {
  const [one, other] = [payer(), payer()];
  await one.pay(100n);
  await other.pay(100n);
  await one.pay(100n);
  expect([one.sent, other.sent]).toEqual([['id-1', 'id-1'], ['id-1']]);
});
