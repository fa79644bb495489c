import { expect } from 'vitest';
import { png } from '../src/demo';
import { journey, type Stage } from '../src/journey';
import type { Person } from '../src/person';

const crew = journey.override({
  operators: { fay: 'finance' },
  settings: { 'settings.transfer_short_ms': 4000 },
});

/** Mei has sent Chen 50.00 that is still on its way, and looks at it. */
async function sent(stage: Stage, arrival: 'short' | 'long') {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await mei.api.topUp(10_000);
  for (const person of [mei, chen]) {
    await person.signIn();
    await person.openChat(chat);
  }
  await mei.on('send-transfer').click();
  await mei.on('transfer-amount').fill('50');
  // Marking what is typed, and letting go beside the sheet, is no wish to shut it.
  const field = await mei.on('transfer-amount').boundingBox();
  await mei.page.mouse.move((field?.x ?? 0) + 5, (field?.y ?? 0) + 10);
  await mei.page.mouse.down();
  await mei.page.mouse.move(20, 400);
  await mei.page.mouse.up();
  expect(await mei.on('transfer-amount').inputValue()).toBe('50');
  await mei.on(`transfer-arrival-${arrival}`).check();
  await mei.on('transfer-submit').click();
  await expect.poll(() => mei.transferCard().getAttribute('data-state')).toBe('pending');
  const transfer = (await mei.transferCard().getAttribute('data-transfer')) ?? '';
  await mei.transferCard().click();
  return { mei, chen, transfer };
}

async function recall(mei: Person, reason: string): Promise<void> {
  await mei.on('transfer-recall').click();
  expect(await mei.on('recall-submit').isDisabled()).toBe(true);
  await mei.on('recall-reason').fill(reason);
  const picture = { name: 'chat.png', mimeType: 'image/png', buffer: png };
  await mei.page.getByTestId('recall-files').setInputFiles([picture]);
  await mei.page.locator('[data-testid="recall-file"][data-uploaded="true"]').waitFor();
  await mei.page.mouse.click(20, 400);
  expect(await mei.on('recall-reason').inputValue()).toBe(reason);
  await mei.on('recall-submit').click();
  await mei.page.getByTestId('recall-sheet').waitFor({ state: 'detached' });
}

const state = (person: Person) => person.transferCard().getAttribute('data-state');

crew('a transfer asked back with a picture is frozen at once, and returned by a decision', async ({ stage }) => {
  const { mei, chen, transfer } = await sent(stage, 'long');
  await recall(mei, 'He is not who he said he was');

  // Both see it; only the sender sees why.
  await expect.poll(() => state(chen)).toBe('frozen');
  await chen.transferCard().click();
  await chen.on('transfer-details').getByText('The sender has asked for it back').waitFor();
  expect(await chen.page.getByText('He is not who he said he was').count()).toBe(0);
  expect(await chen.page.getByTestId('transfer-accept').count()).toBe(0);
  const evidence = mei.page.getByTestId('evidence').locator('img');
  await evidence.waitFor();
  expect(await evidence.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(2);

  const fay = await stage.operator('fay');
  await fay.signIn();
  await fay.open('disputes');
  await fay.page.locator(`[data-row="${transfer}"] a`).first().click();
  await fay.page.getByText('He is not who he said he was').waitFor();
  await fay.on('dispute-return').click();
  await fay.confirm('The picture shows another account', '50.00');

  await expect.poll(() => mei.on('transfer-details').getAttribute('data-state')).toBe('recalled');
  await mei.on('transfer-recalled').getByText('The picture shows another account').waitFor();
  await expect.poll(() => mei.api.balance()).toBe(10_000);
  expect(await chen.api.balance()).toBe(0);
  await stage.killServer();
  await stage.server.check();
});

crew('a recall that is dismissed lets the transfer go on, once more than its time is over', async ({ stage }) => {
  const { mei, chen, transfer } = await sent(stage, 'short');
  await recall(mei, 'I have changed my mind');
  await expect.poll(() => state(chen)).toBe('frozen');

  const fay = await stage.operator('fay');
  await fay.signIn();
  await fay.goto(`/disputes/${transfer}`);
  // What is frozen does not arrive, however late it is.
  await new Promise((later) => setTimeout(later, 4_500));
  expect(await state(chen)).toBe('frozen');
  await fay.on('dispute-release').click();
  await fay.confirm('That is no reason', '50.00');

  await expect.poll(() => state(chen)).toBe('toAccept');
  await chen.transferCard().click();
  await chen.on('transfer-accept').click();
  await expect.poll(() => chen.api.balance()).toBe(5_000);
  // It is asked back once only.
  await mei.on('transfer-recalled').getByText('That is no reason').waitFor();
  expect(await mei.page.getByTestId('transfer-recall').count()).toBe(0);
  await stage.killServer();
  await stage.server.check();
});
