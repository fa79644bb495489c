import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { enterDemo, screens, show } from './demo';
import { journey } from './journey';
import { settled } from './settled';

const demo = journey.override({ command: 'demo' });

/** What axe finds wrong on a page, in one line each. */
async function problems({ page }: { page: Page }, screen: string): Promise<string[]> {
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

const crew = journey.override({ operators: { olga: 'admin' } });

/** Checks every area of the console in one theme, on a desk and on a phone. */
export function everyAreaIsAccessible(theme: 'light' | 'dark'): void {
  crew(`every area of the console is accessible, ${theme}`, { timeout: 150_000 }, async ({ stage }) => {
    const olga = await stage.operator('olga', { colorScheme: theme });
    const found: string[] = [];
    await olga.goto('/');
    await olga.on('operator-sign-in').waitFor();
    found.push(...(await problems(olga, 'sign-in')));
    await olga.signIn();
    const areas = await olga.page
      .locator('aside [data-testid^="area-"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
    expect(areas.length).toBeGreaterThan(3);
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      await olga.page.setViewportSize(viewport);
      for (const path of areas) {
        await olga.goto(path.replace('/console', ''));
        await olga.page.getByTestId('main').getByRole('heading', { level: 1 }).waitFor();
        await expect.poll(() => olga.page.locator('[aria-busy="true"]').count()).toBe(0);
        found.push(...(await problems(olga, `${path} ${viewport.width}`)));
      }
    }
    expect(await olga.page.locator('html').getAttribute('data-theme')).toBe(theme);
    expect(found).toEqual([]);
  });
}
