import type { DemoPlaces } from './demo';
import type { Operator } from './operator';

export interface ConsoleScreen {
  readonly name: string;
  readonly path: string;
  /** What is done before looking. */
  readonly act?: (operator: Operator) => Promise<void>;
}

/** Every screen of the console, and what opens over it, in the demo's world. */
export function consoleScreens(places: Pick<DemoPlaces, 'frozen' | 'mei' | 'ahMa'>): ConsoleScreen[] {
  const press = (testId: string) => async (operator: Operator) => {
    await operator.on(testId).click();
    await operator.on('change').waitFor();
  };
  return [
    { name: 'overview', path: '/' },
    { name: 'users', path: '/users' },
    { name: 'user', path: `/users/${places.mei}` },
    { name: 'level', path: `/users/${places.mei}`, act: press('level-change') },
    { name: 'packets', path: '/packets' },
    { name: 'packet', path: '/packets', act: lookAtPacket(places.mei) },
    { name: 'no-packet', path: '/packets/1' },
    { name: 'orders', path: '/orders' },
    { name: 'order', path: '/orders', act: lookAtOrder },
    { name: 'disputes', path: '/disputes' },
    { name: 'dispute', path: `/disputes/${places.frozen}`, act: seeEvidence },
    { name: 'dispute-return', path: `/disputes/${places.frozen}`, act: press('dispute-return') },
    { name: 'dispute-release', path: `/disputes/${places.frozen}`, act: press('dispute-release') },
    { name: 'suspensions', path: '/risk' },
    { name: 'suspension-lift', path: '/risk', act: press('lift') },
    { name: 'suspend', path: '/risk', act: press('suspend') },
    { name: 'rules', path: '/risk/rules' },
    { name: 'rule-add', path: '/risk/rules', act: press('rule-add') },
    { name: 'rule-change', path: '/risk/rules', act: press('rule-change') },
    { name: 'hits', path: '/risk/hits' },
    { name: 'rule-history', path: '/risk/history' },
    { name: 'differences', path: '/reconciliation' },
    { name: 'runs', path: '/reconciliation/runs' },
    { name: 'settings', path: '/settings' },
    { name: 'setting-change', path: '/settings', act: press('setting-change') },
    { name: 'audit', path: '/audit' },
    { name: 'operators', path: '/operators' },
    { name: 'operator-add', path: '/operators', act: press('operator-add') },
  ];
}

async function seeEvidence(operator: Operator): Promise<void> {
  await operator.page.getByTestId('evidence').locator('img').waitFor();
}

async function lookAtOrder(operator: Operator): Promise<void> {
  await operator.page.locator('[data-testid="list"] [data-row] a').first().click();
  await operator.on('order-life').waitFor();
}

/** The newest packet that a user sent, by way of its statement. */
function lookAtPacket(user: string) {
  return async (operator: Operator) => {
    await operator.goto(`/users/${user}`);
    await operator.page.locator('[data-testid="list"] a[href*="/packets/"]').first().click();
    await operator.on('draw').waitFor();
  };
}

export async function showInConsole(operator: Operator, screen: ConsoleScreen): Promise<void> {
  await operator.goto(screen.path);
  await operator.page.getByTestId('main').getByRole('heading', { level: 1 }).waitFor();
  await operator.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  await screen.act?.(operator);
}
