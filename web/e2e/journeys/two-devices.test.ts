import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('two devices of one account agree on what is unread', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const nora = await stage.person('Nora');
  const chat = await mei.api.befriend(chen.api);
  const other = await mei.api.befriend(nora.api);
  await mei.signIn();
  const phone = await stage.sameAs(mei, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await phone.signIn();

  for (const text of ['one', 'two', 'three']) await chen.api.say(chat, text);
  await nora.api.say(other, 'hello');
  // What stands there from becoming friends counts as well; both devices must say the same.
  await expect.poll(() => mei.unread(chat)).toBe(await settled(() => phone.unread(chat), 4));
  await expect.poll(() => mei.unread(other)).toBe(await settled(() => phone.unread(other), 2));

  // Reading on one clears the other, and only that conversation.
  await phone.openChat(chat);
  await phone.sees('three');
  await expect.poll(() => mei.unread(chat)).toBe(0);
  expect(await mei.unread(other)).toBe(2);

  // Writing from one reads on the other; what one device writes, the other shows as one's own.
  await mei.openChat(other);
  await mei.say('hi Nora');
  await phone.page.goBack();
  await expect.poll(() => phone.unread(other)).toBe(0);
  await phone.openChat(other);
  await phone.own('hi Nora').waitFor();

  // A device that was away while one was read elsewhere and another came shows the one.
  stage.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await phone.page.close();
  await chen.api.say(chat, 'four');
  await mei.openChat(chat);
  await mei.sees('four');
  await mei.openChat(other);
  await chen.api.say(chat, 'five');
  await expect.poll(() => mei.unread(chat)).toBe(1);
  const again = await stage.sameAs(mei, { viewport: { width: 390, height: 844 } });
  await again.signIn();
  await expect.poll(() => again.unread(chat)).toBe(1);
});

journey('a device is signed out from another one, and forgets everything', async ({ stage }) => {
  const mei = await stage.person('Mei');
  const chen = await stage.person('Chen');
  const chat = await mei.api.befriend(chen.api);
  await chen.api.say(chat, 'a secret');
  await mei.signIn();
  const lost = await stage.sameAs(mei);
  await lost.signIn();
  await lost.openChat(chat);
  await lost.sees('a secret');

  await mei.goto('/me/devices');
  const row = mei.page.getByTestId('device').filter({ has: mei.page.getByRole('button') });
  const before = await settled(() => row.count(), 2);
  // The newest of the others is the browser, the older one the stage's own session.
  await row.first().getByRole('button').click();
  await lost.on('sign-submit').waitFor();
  await expect.poll(() => row.count()).toBe(before - 1);
  expect(await lost.page.evaluate(() => localStorage.getItem('laisee.account'))).toBeNull();
  await lost.page.reload();
  await lost.on('sign-submit').waitFor();
  const kept = await lost.page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    let rows = 0;
    for (const name of names) {
      const database = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => done(opening.result);
      });
      for (const table of database.objectStoreNames) {
        rows += await new Promise<number>((done) => {
          const counting = database.transaction(table).objectStore(table).count();
          counting.onsuccess = () => done(counting.result);
        });
      }
      database.close();
    }
    return rows;
  });
  expect(kept).toBe(0);
});

/** Waits for a value, and answers it. */
async function settled<T>(read: () => Promise<T>, value: T): Promise<T> {
  await expect.poll(read).toBe(value);
  return value;
}
