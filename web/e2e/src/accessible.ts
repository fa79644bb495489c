import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'vitest';
import { enterDemo, screens, show } from './demo';
import { journey } from './journey';
import type { Person } from './person';
import { settled } from './settled';

const demo = journey.override({ command: 'demo' });

/** What axe finds wrong on a page, in one line each. */
async function problems({ page }: Person, screen: string): Promise<string[]> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${screen}: ${id}: ${html.slice(0, 160)}`));
}

/** Checks every screen of the app in one theme. */
export function everyScreenIsAccessible(theme: 'light' | 'dark'): void {
  demo(`every screen is accessible, ${theme}`, { timeout: 150_000 }, async ({ stage }) => {
    const mei = await stage.newcomer('mei', 'Mei', { colorScheme: theme });
    const found: string[] = [];
    for (const path of ['/sign-in', '/sign-up']) {
      await mei.goto(path);
      await mei.on('sign-submit').waitFor();
      found.push(...(await problems(mei, path)));
    }
    for (const screen of screens(await enterDemo(mei))) {
      await show(mei, screen);
      found.push(...(await problems(mei, screen.name)));
    }
    expect(await mei.page.locator('html').getAttribute('data-theme')).toBe(theme);
    expect(found).toEqual([]);
  });
}
