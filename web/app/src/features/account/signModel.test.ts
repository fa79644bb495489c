import { describe, expect, it } from 'vitest';
import { goodName, signModel } from './signModel';

function door() {
  const calls: unknown[][] = [];
  return {
    calls,
    signIn: async (...args: unknown[]) => void calls.push(['in', ...args]),
    signUp: async (...args: unknown[]) => void calls.push(['up', ...args]),
  };
}

describe('signing in and up', () => {
  it('knows good names', () => {
    expect(['abc', 'a_1', 'x'.repeat(32)].every(goodName)).toBe(true);
    expect(['ab', 'Abc', 'a b', '小明', 'x'.repeat(33)].some(goodName)).toBe(false);
  });

  it('says nothing before the first try, then what is wrong, and sends only what is right', async () => {
    const out = door();
    const model = signModel(out, 'up');
    expect(model.tried.value).toBe(false);
    expect(await model.send()).toBe(false);
    expect(model.tried.value).toBe(true);
    expect(model.problems.value).toEqual({ name: 'name', displayName: 'displayName', password: 'password' });
    model.writeName('Xiao Ming');
    expect(model.name.value).toBe('xiaoming');
    model.displayName.value = ' 小明 ';
    model.password.value = 'eight888';
    model.face.value = { emoji: '🐼', colour: '#E7B75F' };
    expect(await model.send()).toBe(true);
    expect(out.calls).toEqual([['up', 'xiaoming', '小明', '🐼#E7B75F', 'eight888']]);
  });

  it('signs in without judging old names', async () => {
    const out = door();
    const model = signModel(out, 'in');
    model.writeName('ab');
    model.password.value = 'x';
    await model.send();
    expect(out.calls).toEqual([['in', 'ab', 'x']]);
  });
});
