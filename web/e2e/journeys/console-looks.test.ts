import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({ operators: { sue: 'support' } });

crew('support looks at a packet and sees that its draw was fair', async ({ stage }) => {
  const [mei, chen] = [await stage.person('Mei'), await stage.person('Chen')];
  const conversation = await mei.api.befriend(chen.api);
  await mei.api.topUp(100_000);
  const packet = await mei.api.sendPacket(conversation, 888);
  const sue = await stage.operator('sue');
  await sue.signIn();
  await sue.open('packets');
  await sue.on('packet-id').fill(packet);
  await sue.on('packet-find').click();
  await sue.page.getByText('The secret is shown when the packet has ended').waitFor();
  await chen.api.open(packet);
  await sue.page.reload();
  await sue.page.locator('[data-testid="draw"][data-fair="true"]').waitFor();
  await sue.page.getByText('1 of 1 opened').waitFor();
  await expect.poll(() => sue.page.locator('[data-row="0"]').textContent()).toContain('¥8.88');
});

crew('the overview measures who is there', async ({ stage }) => {
  const mei = await stage.person('Mei');
  await mei.signIn();
  const sue = await stage.operator('sue');
  await sue.signIn();
  const connections = sue.page.getByTestId('tile').filter({ hasText: 'Connections' });
  await expect.poll(() => connections.textContent(), { timeout: 15_000 }).toContain('1');
  await sue.page.getByText('Shard 0').waitFor();
});
