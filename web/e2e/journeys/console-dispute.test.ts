import { expect } from 'vitest';
import { journey } from '../src/journey';

const crew = journey.override({ operators: { fay: 'finance', sue: 'support' } });

/** A red square of two by two pixels. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==',
  'base64',
);

crew('finance looks at the evidence and returns a recalled transfer', async ({ stage }) => {
  const [mei, chen] = [await stage.person('Mei'), await stage.person('Chen')];
  const conversation = await mei.api.befriend(chen.api);
  await mei.api.topUp(10_000);
  const file = await mei.api.upload('message.png', png);
  const transfer = await mei.api.sendTransfer(conversation, chen.api.id, 5_000);
  expect(await mei.api.balance()).toBe(5_000);
  await mei.api.recall(transfer, 'I was tricked on the phone', [file]);

  // Support may look and not decide.
  const sue = await stage.operator('sue');
  await sue.signIn();
  await sue.goto(`/disputes/${transfer}`);
  await sue.page.getByText('I was tricked on the phone').waitFor();
  expect(await sue.page.getByTestId('dispute-return').count()).toBe(0);

  const fay = await stage.operator('fay');
  await fay.signIn();
  await fay.open('disputes');
  await fay.page.locator(`[data-row="${transfer}"] a`).first().click();
  const picture = fay.page.getByTestId('evidence').locator('img');
  await picture.waitFor();
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(2);
  await fay.on('dispute-return').click();
  await fay.confirm('The message shows it', '50.00');
  await fay.page.getByText('returned to the sender').first().waitFor();
  await expect.poll(() => mei.api.balance()).toBe(10_000);
  expect(await chen.api.balance()).toBe(0);

  await fay.open('audit');
  await expect.poll(async () => (await fay.rows()).some((row) => row.includes('The message shows it'))).toBe(true);
  await stage.killServer();
  await stage.server.check();
});
