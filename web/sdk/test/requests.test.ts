import { describe, expect, it } from 'vitest';
import { asked, Lab, link } from './lab.js';

async function ada() {
  const lab = new Lab();
  const people = lab.people('ada', 'bo');
  const device = await lab.device(people.ada);
  return { lab, people, device };
}

describe('requests', () => {
  it('wait for a connection, and are asked then', async () => {
    const { lab, device } = await ada();
    device.line.goDown();
    await lab.clock.advance(10);
    const asking = device.client.findUser({ name: 'bo' });
    await lab.clock.advance(2_000);
    device.line.comeUp();
    await lab.clock.until(() => link(device) === 'online');
    await lab.clock.advance(10);
    expect((await asking).name).toBe('bo');
  });

  it('fail when there is none for too long: nothing was sent', async () => {
    const { lab, device } = await ada();
    device.line.goDown();
    await lab.clock.advance(10);
    const asking = device.client.findUser({ name: 'bo' });
    asking.catch(() => undefined);
    await lab.clock.advance(10_000);
    await expect(asking).rejects.toMatchObject({ codeName: 'UNAVAILABLE', local: true });
    expect(asked(device, 'findUser')).toEqual([]);
  });

  it('that a break left without an answer are asked again', async () => {
    const { lab, device } = await ada();
    let cut = 0;
    device.line.fate = ({ frame }) => (frame.body.case === 'foundUser' && cut++ === 0 ? 'cut-before' : 'pass');
    const asking = device.client.findUser({ name: 'bo' });
    await lab.clock.until(() => asked(device, 'findUser').length === 2);
    await lab.clock.advance(10);
    expect((await asking).name).toBe('bo');
  });

  it('are not asked again where a repetition could be refused although the first was done', async () => {
    const { lab, people, device } = await ada();
    device.line.fate = ({ frame }) => (frame.body.case === 'friendState' ? 'cut-before' : 'pass');
    const asking = device.client.requestFriend(people.bo);
    asking.catch(() => undefined);
    await lab.clock.advance(15_000);
    await expect(asking).rejects.toMatchObject({ codeName: 'DEADLINE', local: true });
    expect(asked(device, 'requestFriend')).toHaveLength(1);
  });

  it('whose answer never comes fail in time', async () => {
    const { lab, device } = await ada();
    device.line.fate = ({ frame }) => (frame.body.case === 'foundUser' ? 'drop' : 'pass');
    const asking = device.client.findUser({ name: 'bo' });
    asking.catch(() => undefined);
    await lab.clock.advance(9_990);
    expect(await Promise.race([asking, 'pending'])).toBe('pending');
    await lab.clock.advance(10);
    await expect(asking).rejects.toMatchObject({ codeName: 'DEADLINE', local: true });
  });

  it('get each its own answer, in whatever order they come (C2)', async () => {
    const { lab, device } = await ada();
    let first = true;
    device.line.fate = ({ frame }) => {
      if (frame.body.case !== 'foundUser' || !first) return 'pass';
      first = false;
      return { delayMs: 50 };
    };
    const both = Promise.all([device.client.findUser({ name: 'ada' }), device.client.findUser({ name: 'bo' })]);
    await lab.clock.advance(100);
    expect((await both).map(({ name }) => name)).toEqual(['ada', 'bo']);
  });
});
