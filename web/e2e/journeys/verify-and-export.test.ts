import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { journey } from '../src/journey';
import { program } from '../src/server';

const run = promisify(execFile);

journey('a draw is shown stage by stage, and its proof is checked without a server', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const nora = await stage.person('Nora');
  await mei.api.befriend(chen.api);
  await mei.api.befriend(nora.api);
  await mei.api.topUp(10_000);
  const group = await mei.api.group('Proof', [chen.api, nora.api]);
  for (const person of [mei, chen, nora]) {
    await person.signIn();
    await person.openChat(group);
  }
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('88.88');
  await mei.on('packet-count').fill('2');
  await mei.on('packet-submit').click();
  await chen.card().waitFor();
  const first = await chen.openPacket();
  await chen.closeOverlay();
  await nora.card().waitFor();
  const second = await nora.openPacket();
  await nora.on('packet-see-details').click();

  // Every stage can be looked at, and every number is there.
  await nora.on('verify-draw').click();
  expect(await nora.on('verify-result').getAttribute('data-fair')).toBe('true');
  for (const name of ['sealed', 'cut', 'shuffled', 'opened']) {
    await nora.on(`draw-stage-${name}`).click();
    await expect.poll(() => nora.on('draw-story').getAttribute('data-stage')).toBe(name);
  }
  await nora.on('draw-numbers').getByText('Every number').click();
  const numbers = await nora.page.getByTestId('draw-number').allTextContents();
  expect(numbers).toHaveLength(2);
  for (const [index, [who, fen]] of [['Chen', first] as const, ['You', second] as const].entries()) {
    expect(numbers[index]).toContain(who);
    expect(numbers[index]).toContain((fen / 100).toFixed(2));
    expect(numbers[index]).toContain('matches');
  }

  // What is taken away is enough for whoever has the program and nothing else.
  const saving = nora.page.waitForEvent('download');
  await nora.on('export-packet').click();
  const proof = await (await saving).path();
  const { stdout } = await run(program, ['verify', proof]);
  expect(stdout).toContain('The draw is as it was fixed before anybody opened.');

  // A proof in which somebody got more than was drawn does not hold.
  const told = JSON.parse(readFileSync(proof, 'utf8'));
  [told.packet.claims[0].amount, told.packet.claims[1].amount] = [String(second + 1), String(first - 1)];
  const forged = `${proof}.forged`;
  writeFileSync(forged, JSON.stringify(told));
  await expect(run(program, ['verify', forged])).rejects.toMatchObject({
    stdout: expect.stringContaining('This draw is NOT right.'),
  });
});
