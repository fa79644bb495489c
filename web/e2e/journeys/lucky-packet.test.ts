import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('a lucky packet in a group of three: exact, fair, and the same in every book', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const nora = await stage.person('Nora');
  await mei.api.befriend(chen.api);
  await mei.api.befriend(nora.api);
  for (const person of [mei, chen, nora]) await person.signIn();

  // Money first: the sandbox gives it.
  await mei.on('tab-discover').click();
  await mei.on('wallet-link').click();
  await mei.on('top-up').click();
  await mei.on('top-up-amount').fill('100');
  await mei.on('top-up-submit').click();
  await expect.poll(() => mei.on('balance').getAttribute('data-fen')).toBe('10000');

  // A group of three, made by hand.
  await mei.goto('/group/new');
  await mei.on('group-title').fill('New Year');
  for (const name of ['Chen', 'Nora']) await mei.page.getByRole('checkbox', { name }).check();
  await mei.on('create-group').click();
  await mei.on('conversation').waitFor();
  const group = (await mei.on('conversation').getAttribute('data-conversation')) ?? '';

  // Two shares for three people, 66.60 together.
  await mei.on('send-packet').click();
  await mei.on('packet-amount').fill('66.6');
  await mei.on('packet-count').fill('2');
  await mei.on('packet-greeting').fill('Year of the horse');
  await expect.poll(() => mei.on('packet-total').textContent()).toContain('66.60');
  await mei.on('packet-submit').click();
  await mei.card().waitFor();

  await chen.openChat(group);
  await nora.openChat(group);
  const first = await chen.openPacket();
  await chen.closeOverlay();
  const second = await nora.openPacket();
  await nora.closeOverlay();
  expect(first + second).toBe(6660);
  expect(Math.min(first, second)).toBeGreaterThanOrEqual(1);

  // The sender comes too late for her own packet, and is told kindly.
  await expect.poll(() => mei.card().getAttribute('data-state')).toBe('finished');
  await mei.card().click();
  await mei.on('packet-details').waitFor();
  const claims = mei.on('claims');
  await expect.poll(() => claims.getByRole('listitem').count()).toBe(2);
  const best = claims.getByRole('listitem').filter({ has: mei.page.getByTestId('best-luck') });
  expect(await best.textContent()).toContain(first >= second ? 'Chen' : 'Nora');

  // Anybody can check the draw, here in the browser.
  for (const person of [mei, chen]) {
    if (person === chen) await person.card().click();
    await person.on('verify-draw').click();
    expect(await person.on('verify-result').getAttribute('data-fair')).toBe('true');
  }

  // Statement and balance agree with what was shown, on the screen and in the books.
  expect(await mei.balance()).toBe(10_000 - 6660);
  expect(await chen.balance()).toBe(first);
  expect(await nora.balance()).toBe(second);
  expect((await mei.api.statement()).map(({ amount }) => amount)).toEqual([-6660, 10_000]);
  expect((await chen.api.statement()).map(({ amount }) => amount)).toEqual([first]);
  const line = chen.on('movement');
  expect(await line.textContent()).toContain(`+¥${(first / 100).toFixed(2)}`);

  await stage.killServer();
  expect(await stage.server.check()).toMatch(/clean|agree|no difference/i);
});

journey('an equal packet and one for a named member go to whom they should', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const nora = await stage.person('Nora');
  await mei.api.befriend(chen.api);
  await mei.api.befriend(nora.api);
  await mei.api.topUp(10_000);
  const group = await mei.api.group('Tea', [chen.api, nora.api]);
  for (const person of [mei, chen, nora]) {
    await person.signIn();
    await person.openChat(group);
  }

  await mei.on('send-packet').click();
  await mei.on('packet-kind-named').click();
  await mei.page.getByRole('dialog').getByRole('radio', { name: 'Chen' }).check();
  await mei.on('packet-amount').fill('8.88');
  await mei.on('packet-submit').click();
  await expect.poll(() => nora.card().getAttribute('data-state')).toBe('notForYou');
  await nora.card().click();
  await expect.poll(() => nora.on('open-packet').getAttribute('data-step')).toBe('notForYou');
  await nora.closeOverlay();
  expect(await chen.openPacket()).toBe(888);
  await chen.closeOverlay();

  await mei.on('send-packet').click();
  await mei.on('packet-kind-equal').click();
  await mei.on('packet-amount').fill('1.25');
  await mei.on('packet-count').fill('3');
  await expect.poll(() => mei.on('packet-total').textContent()).toContain('3.75');
  await mei.on('packet-submit').click();
  await expect.poll(() => nora.page.getByTestId('packet-card').count()).toBe(2);
  expect(await nora.openPacket()).toBe(125);
  await nora.closeOverlay();
  await expect.poll(() => chen.page.getByTestId('packet-card').count()).toBe(2);
  expect(await chen.openPacket()).toBe(125);
});
