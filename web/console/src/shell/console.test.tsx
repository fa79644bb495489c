import { render } from 'preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { navigate } from '../router/router';
import type { Role } from '../session/rights';
import { enter, leave, session, speakTo } from '../session/session';
import { fakeServer, Refusal, type Routes } from '../testing/fakeServer';
import { world } from '../testing/world';
import { App } from './App';

const now = Date.now();
let root: HTMLElement;

/** The whole console over the invented server, at an address. */
async function open(path: string, role: Role = 'admin', routes: Routes = {}) {
  const server = fakeServer({ ...world(now, role), ...routes });
  speakTo(server);
  await enter('olga', 'correct horse', '123456');
  navigate(path);
  root = document.createElement('div');
  document.body.append(root);
  render(<App />, root);
  return server;
}

afterEach(async () => {
  await leave();
  render(null, root);
  root.remove();
});

const find = (testId: string) => root.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
const shows = (text: string) => vi.waitFor(() => expect(root.textContent).toContain(text), { timeout: 5000 });
const seen = (testId: string) =>
  vi.waitFor(
    () => {
      const found = find(testId);
      if (!found) throw new Error(`${testId} is not there`);
      return found;
    },
    { timeout: 5000 },
  );
function type(testId: string, text: string) {
  const field = find(testId) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('the console', () => {
  it('offers each role its areas and no more', async () => {
    const offered = () => [...root.querySelectorAll('aside [data-testid^="area-"]')].map((one) => one.textContent);
    await open('/', 'viewer');
    await seen('area-overview');
    expect(offered()).toEqual(['Overview', 'Settings']);
    await leave();
    render(null, root);
    await open('/', 'support');
    await seen('area-overview');
    expect(offered()).toEqual(['Overview', 'Users', 'Red packets', 'Disputes', 'Risk', 'Settings', 'Audit log']);
  });

  it('shows nothing of an area that the role may not see, and asks the server nothing', async () => {
    const server = await open('/operators', 'finance');
    await shows('Your role may not see this');
    expect(server.asked.filter((one) => one.includes('/operators'))).toEqual([]);
  });

  it('changes a setting with a reason, which then stands in history and audit log', async () => {
    await open('/settings');
    const setting = await vi.waitFor(() => {
      const found = root.querySelector<HTMLElement>('[data-setting="packet_count_max"]');
      if (!found) throw new Error('not there');
      return found;
    });
    setting.querySelector<HTMLElement>('[data-testid="setting-change"]')?.click();
    const yes = (await seen('change-yes')) as HTMLButtonElement;
    type('setting-new', '50');
    expect(yes.disabled, 'no reason yet').toBe(true);
    type('change-reason', 'Smaller groups');
    await vi.waitFor(() => expect(yes.disabled).toBe(false));
    yes.click();
    await vi.waitFor(() => expect(find('change')).toBeNull());
    await vi.waitFor(() =>
      expect(root.querySelector('[data-setting="packet_count_max"] [data-testid="setting-value"]')?.textContent).toBe(
        '50',
      ),
    );
    await shows('Smaller groups');
    navigate('/audit');
    await vi.waitFor(() => expect(find('list')?.textContent).toContain('Smaller groups'));
  });

  it('says when somebody else was faster, and changes nothing', async () => {
    const server = await open('/settings');
    await seen('setting-change');
    await server('/v1/admin/settings/sessions_max', {
      method: 'PUT',
      body: JSON.stringify({ value: '5', sequence: '1', reason: 'faster' }),
    });
    find('setting-change')?.click();
    await seen('change');
    type('setting-new', '0.02');
    type('change-reason', 'slower');
    await vi.waitFor(() => expect((find('change-yes') as HTMLButtonElement).disabled).toBe(false));
    find('change-yes')?.click();
    await shows('Somebody else changed this meanwhile');
    expect(find('problem')?.dataset.code).toBe('SEQUENCE_STALE');
  });

  it('asks for the amount to be typed before a dispute is decided', async () => {
    await open('/disputes/1849300990000001');
    (await seen('dispute-return')).click();
    const yes = (await seen('change-yes')) as HTMLButtonElement;
    type('change-reason', 'The message shows it');
    type('change-typed', '88.00');
    expect(yes.disabled).toBe(true);
    type('change-typed', '888.00');
    await vi.waitFor(() => expect(yes.disabled).toBe(false));
    yes.click();
    await shows('returned to the sender');
    expect(find('dispute-return')).toBeNull();
  });

  it('settles an order by hand only where that is offered, and shows it in its life', async () => {
    await open('/orders?state=UNKNOWN', 'finance');
    await vi.waitFor(() => expect(root.querySelectorAll('[data-testid="list"] [data-row]')).toHaveLength(1));
    navigate('/orders/184930088000001');
    await seen('order-ask');
    expect(find('order-settle')).toBeNull();
    navigate('/orders/184930088000005');
    (await seen('order-settle')).click();
    const yes = (await seen('change-yes')) as HTMLButtonElement;
    type('change-reason', 'The bank is closed for good');
    type('change-typed', '365.00');
    await vi.waitFor(() => expect(yes.disabled).toBe(false));
    yes.click();
    await vi.waitFor(() => expect(find('order-state')?.dataset.state).toBe('FAILED'));
    await vi.waitFor(() => expect(find('order-life')?.textContent).toContain('olga settled it by hand'));
  });

  it('adds a rule and drops it again, and the history says who did and why', async () => {
    await open('/risk/rules');
    (await seen('rule-add')).click();
    const yes = (await seen('change-yes')) as HTMLButtonElement;
    type('rule-name', 'Quiet nights');
    type('rule-threshold', '9');
    type('rule-length', '1 hour');
    type('change-reason', 'To look what happens at night');
    await shows('From 1 s to 366 d');
    expect(yes.disabled, 'the length says nothing').toBe(true);
    type('rule-length', '2 h');
    await vi.waitFor(() => expect(yes.disabled).toBe(false));
    yes.click();
    await shows('Quiet nights');
    const drops = root.querySelectorAll<HTMLElement>('[data-testid="rule-drop"]');
    drops[drops.length - 1]?.click();
    await seen('change-yes');
    type('change-reason', 'Nothing happens at night');
    await vi.waitFor(() => expect((find('change-yes') as HTMLButtonElement).disabled).toBe(false));
    find('change-yes')?.click();
    await vi.waitFor(() => expect(root.textContent).not.toContain('Quiet nights'));
    navigate('/risk/history');
    await vi.waitFor(() => expect(find('list')?.textContent).toContain('Nothing happens at night'));
    expect(find('list')?.textContent).toContain('Dropped');
  });

  it('suspends an account afresh by its name', async () => {
    const server = await open('/risk', 'support');
    (await seen('suspend')).click();
    await seen('change-yes');
    type('suspend-user', 'anna');
    type('change-reason', 'Reported by three people');
    await vi.waitFor(() => expect((find('change-yes') as HTMLButtonElement).disabled).toBe(false));
    find('change-yes')?.click();
    await vi.waitFor(() => expect(find('list')?.textContent).toContain('anna'));
    expect(server.asked).toContain('PUT /v1/admin/risk/suspensions/1849300110229504');
  });

  it('does not offer support what finance decides', async () => {
    await open('/disputes/1849300990000001', 'support');
    await shows('Why the sender wants it back');
    expect(find('dispute-return')).toBeNull();
  });

  it('shows what a level would allow before it is given, and what it allows then', async () => {
    await open('/users/1849300110221312', 'finance');
    const level = await seen('user-level');
    expect(level.dataset.level).toBe('NEW');
    find('level-change')?.click();
    const yes = (await seen('change-yes')) as HTMLButtonElement;
    const choice = find('level-new') as HTMLSelectElement;
    choice.value = 'VERIFIED';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await vi.waitFor(() => expect(find('level-limits')?.textContent).toContain('¥60,000.00 at once'));
    type('change-reason', 'Papers seen');
    await vi.waitFor(() => expect(yes.disabled).toBe(false));
    yes.click();
    await vi.waitFor(() => expect(find('user-level')?.dataset.level).toBe('VERIFIED'));
    navigate('/audit');
    await vi.waitFor(() => expect(find('list')?.textContent).toContain('Papers seen'));
  });

  it('shows support no wallet and offers it no level', async () => {
    const server = await open('/users/1849300110221312', 'support');
    await shows('林小美');
    expect(find('level-change')).toBeNull();
    expect(server.asked.filter((one) => one.includes('/wallet'))).toEqual([]);
  });

  it('draws a packet again and says that it was fair', async () => {
    await open('/packets/1849300110233777');
    expect((await seen('draw')).dataset.fair).toBe('true');
  });

  it('goes back to the sign-in once the server no longer knows the session', async () => {
    await open('/users?q=mei', 'admin', {
      'GET /v1/admin/users': () => new Refusal(401, 'OPERATOR_UNAUTHENTICATED'),
    });
    await seen('operator-sign-in');
    expect(session.value).toBeUndefined();
    await shows('You were signed out');
  });
});
