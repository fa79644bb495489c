import type { BrowserContextOptions } from 'playwright-core';
import { consoleScreens, showInConsole } from './console-screens';
import { type DemoPlaces, demoPassword, enterDemo, furnish } from './demo';
import { journey, type Stage } from './journey';
import type { Operator } from './operator';
import type { Person } from './person';
import { type Screen, screens, show } from './screens';

/** The demo's world with two operators: one at a browser, one who sets the stage. */
export const demo = journey.override({ command: 'demo', operators: { olga: 'admin', otto: 'admin' } });

/** Shows every screen of the app to `visit`, one after the other. */
export async function walkApp(
  stage: Stage,
  options: BrowserContextOptions,
  visit: (person: Person, screen: Screen) => Promise<void>,
  wanted = '',
): Promise<DemoPlaces> {
  const money = await furnish(stage, 'otto');
  const mei = await stage.newcomer('mei', 'Mei', options);
  const ahMa = await stage.newcomer('ah_ma', 'Ah Ma', options);
  const places = await enterDemo(mei, money);
  await ahMa.signIn(demoPassword);
  for (const screen of screens(places).filter(({ name }) => name.includes(wanted))) {
    const person = screen.of ? ahMa : mei;
    await show(person, screen);
    await visit(person, screen);
  }
  return places;
}

/** What a browser says of the packet that is not there. */
export const noPacket = /status of 422/;

/** The same for the console. */
export async function walkConsole(
  stage: Stage,
  olga: Operator,
  visit: (operator: Operator, name: string) => Promise<void>,
  wanted = '',
): Promise<void> {
  const places = await furnish(stage, 'otto');
  for (const screen of consoleScreens(places).filter(({ name }) => name.includes(wanted))) {
    await showInConsole(olga, screen);
    await visit(olga, screen.name);
  }
}
