import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { settled } from './settled';
import { demo, noPacket, walkApp, walkConsole } from './walk';

type Theme = 'light' | 'dark';

/** What axe finds wrong on a page, in one line each. A theme changes colours and nothing else: the dark one is asked for those. */
export async function problems({ page }: { page: Page }, screen: string, theme: Theme = 'light'): Promise<string[]> {
  await settled(page);
  const axe = new AxeBuilder({ page });
  const { violations } = await (theme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${screen}: ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  );
}

/** Checks every screen of the app in one theme. */
export function everyScreenIsAccessible(theme: Theme): void {
  demo(`every screen is accessible, ${theme}`, { timeout: 480_000 }, async ({ stage }) => {
    const found: string[] = [];
    const stranger = await stage.newcomer('nobody', 'Nobody', { colorScheme: theme });
    for (const path of ['/sign-in', '/sign-up']) {
      await stranger.goto(path);
      await stranger.on('sign-submit').waitFor();
      found.push(...(await problems(stranger, path, theme)));
    }
    await walkApp(stage, { colorScheme: theme }, async (person, screen) => {
      expect(await person.page.locator('html').getAttribute('data-theme')).toBe(theme);
      found.push(...(await problems(person, screen.name, theme)));
    });
    expect(found).toEqual([]);
  });
}

/** Checks every screen of the console in one theme, on a desk and on a phone. */
export function everyAreaIsAccessible(theme: Theme): void {
  demo(`every area of the console is accessible, ${theme}`, { timeout: 480_000 }, async ({ stage }) => {
    const olga = await stage.operator('olga', { colorScheme: theme });
    const found: string[] = [];
    await olga.goto('/');
    await olga.on('operator-sign-in').waitFor();
    found.push(...(await problems(olga, 'sign-in', theme)));
    await olga.signIn();
    expect(await olga.page.locator('html').getAttribute('data-theme')).toBe(theme);
    stage.allow(noPacket);
    await walkConsole(stage, olga, async ({ page }, name) => {
      for (const viewport of [
        { width: 1440, height: 900 },
        { width: 390, height: 844 },
      ]) {
        await page.setViewportSize(viewport);
        found.push(...(await problems(olga, `${name} ${viewport.width}`, theme)));
      }
    });
    expect(found).toEqual([]);
  });
}
