import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { demo, noPacket, walkApp, walkConsole } from '../src/walk';

const viewport = { width: 320, height: 568 };

/** What does not fit, in one line each. What stands in something that scrolls by itself, as wide tables do, fits. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (one: Element | null): boolean =>
      one !== null && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const seen = [...document.querySelectorAll<HTMLElement>('#app *')].filter((one) => {
      const box = one.getBoundingClientRect();
      const beyond = box.width > 1 && box.height > 1 && (box.right > innerWidth + 1 || box.left < -1);
      return beyond && one.checkVisibility() && !(one.closest('table') && scrolls(one.closest('table')));
    });
    return document.documentElement.scrollWidth > innerWidth
      ? ['the page itself']
      : seen.map((one) => one.outerHTML.slice(0, 120));
  });
}

demo(
  'at 320 pixels nothing has to be scrolled sideways, in either language',
  { timeout: 480_000 },
  async ({ stage }) => {
    const found: string[] = [];
    for (const locale of ['en-GB', 'zh-CN']) {
      await walkApp(stage, { viewport, locale }, async ({ page }, { name }) => {
        found.push(...(await tooWide(page)).map((what) => `${locale} ${name}: ${what}`));
      });
    }
    expect(found).toEqual([]);
  },
);

demo('at 320 pixels the console scrolls nothing sideways but its tables', { timeout: 480_000 }, async ({ stage }) => {
  stage.allow(noPacket);
  const found: string[] = [];
  const olga = await stage.operator('olga', { viewport });
  await olga.signIn();
  await walkConsole(stage, olga, async ({ page }, name) => {
    found.push(...(await tooWide(page)).map((what) => `${name}: ${what}`));
  });
  expect(found).toEqual([]);
});
