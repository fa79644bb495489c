import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('a statement is searched, filtered, and taken away as a table', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(50_000);
  await mei.api.topUp(1_200);
  await mei.signIn();
  await mei.openChat(chat);
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('8.88');
  await mei.on('packet-greeting').fill('Dumplings');
  await mei.on('packet-submit').click();
  await mei.card().waitFor();

  await mei.goto('/wallet');
  const lines = mei.page.getByTestId('movement');
  const amounts = async () => (await lines.allTextContents()).map((text) => /[+−]¥[\d,.]+/.exec(text)?.[0]);
  await expect.poll(amounts).toEqual(['−¥8.88', '+¥12.00', '+¥500.00']);
  // Each line says what the balance was after it.
  expect(await lines.first().textContent()).toContain('Balance ¥503.12');

  await mei.on('statement-search').fill('Dumplings');
  await expect.poll(amounts).toEqual(['−¥8.88']);
  await mei.on('statement-search').fill('nothing of the kind');
  await mei.page.getByText('Nothing fits').waitFor();
  await mei.on('statement-search').fill('');
  await expect.poll(() => lines.count()).toBe(3);

  await mei.on('statement-filter').click();
  await mei.on('filter-direction-in').check();
  await mei.on('filter-least').fill('100');
  await mei.on('filter-apply').click();
  await expect.poll(amounts).toEqual(['+¥500.00']);
  await mei.page.getByTestId('statement-chips').getByRole('button', { name: 'at least' }).click();
  await expect.poll(amounts).toEqual(['+¥12.00', '+¥500.00']);

  // The table has just the lines that are shown.
  const saving = mei.page.waitForEvent('download');
  await mei.on('statement-csv').click();
  const table = readFileSync(await (await saving).path(), 'utf8');
  const rows = table.trim().split('\r\n').slice(1);
  expect(rows).toHaveLength(2);
  expect(table).toContain('12.00');
  expect(table).toContain('500.00');
  expect(table).not.toContain('8.88');
});
