import { expect } from 'vitest';
import { problems } from '../src/accessible';
import { journey } from '../src/journey';
import type { Operator } from '../src/operator';

const crew = journey.override({
  operators: { fay: 'finance', olga: 'admin' },
  settings: { 'reconciliation.round_s': 1 },
});

/** The row of the only difference there is, once it is as wanted. */
async function difference(fay: Operator, kind: string, state: string) {
  await expect
    .poll(
      async () => {
        await fay.page.getByRole('button', { name: 'Load again' }).click();
        return (await fay.rows()).some((row) => row.includes(kind) && row.includes(state));
      },
      { timeout: 60_000 },
    )
    .toBe(true);
}

crew(
  'a wallet that was changed below the ledger is found, repaired, and shown with its evidence',
  async ({ stage }) => {
    const [mei, chen] = [await stage.person('Mei'), await stage.person('Chen')];
    const chat = await mei.api.befriend(chen.api);
    await mei.api.topUp(10_000);
    await chen.api.open(await mei.api.sendPacket(chat, 888));
    await expect.poll(() => chen.api.balance()).toBe(888);

    await stage.server.halt();
    await stage.server.spoilViews(`UPDATE wallet SET balance = balance + 100000 WHERE user = ${chen.api.id}`);
    await stage.server.run();

    const fay = await stage.operator('fay');
    await fay.signIn();
    await fay.open('reconciliation');
    await difference(fay, 'Wallet view differs', 'repaired');
    await fay.page.locator('[data-testid="list"] [data-row] a').first().click();
    await fay.page.getByText('Evidence', { exact: true }).waitFor();
    expect(await problems(fay, 'difference')).toEqual([]);
    // Whoever it belongs to sees what the ledger says.
    await chen.signIn();
    expect(await chen.balance()).toBe(888);

    await fay.open('reconciliation');
    await fay.page.getByRole('link', { name: 'Runs' }).click();
    await fay.page.getByText('Shard 0').waitFor();
    await stage.killServer();
    await stage.server.check();
  },
);

crew(
  'a difference that no repair holds is raised, and an operator closes it',
  { timeout: 120_000 },
  async ({ stage }) => {
    const mei = await stage.person('Mei');
    await mei.api.topUp(10_000);
    await stage.server.halt();
    // A hand that never rests: whatever is written there is wrong at once.
    const spoil = `UPDATE wallet SET balance = balance + 1 WHERE user = ${mei.api.id}`;
    const triggers = ['INSERT', 'UPDATE'].map(
      (event) => `CREATE TRIGGER hand_${event} AFTER ${event} ON wallet BEGIN ${spoil}; END;`,
    );
    await stage.server.spoilViews(`${spoil}; ${triggers.join(' ')}`);
    await stage.server.run();

    const fay = await stage.operator('fay');
    await fay.signIn();
    await fay.open('reconciliation');
    await difference(fay, 'Wallet view differs', 'needs somebody');
    await fay.on('filter-state').selectOption('RAISED');
    await fay.page.locator('[data-testid="list"] [data-row] a').first().click();
    await fay.on('difference-close').click();
    await fay.confirm('The hand was found and tied');
    await fay.page.getByText('The hand was found and tied').waitFor();
    await fay.open('audit');
    await expect
      .poll(async () => (await fay.rows()).some((row) => row.includes('The hand was found and tied')))
      .toBe(true);

    // What was closed stays written down; the books themselves were never wrong.
    await stage.server.halt();
    stage.server.dropViews();
    await stage.server.run();
    expect(await mei.api.balance()).toBe(10_000);
    await stage.killServer();
    await stage.server.check();
  },
);
