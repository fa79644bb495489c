import { expect } from 'vitest';
import { enterDemo, screens, show } from '../src/demo';
import { journey } from '../src/journey';

const demo = journey.override({ command: 'demo' });

demo(
  'at 320 pixels nothing has to be scrolled sideways, in either language',
  { timeout: 120_000 },
  async ({ stage }) => {
    const found: string[] = [];
    for (const locale of ['en-GB', 'zh-CN']) {
      const mei = await stage.newcomer('mei', 'Mei', { viewport: { width: 320, height: 568 }, locale });
      for (const screen of screens(await enterDemo(mei))) {
        await show(mei, screen);
        const wide = await mei.page.evaluate(() => {
          const seen = [...document.querySelectorAll<HTMLElement>('#app *')].filter((one) => {
            const box = one.getBoundingClientRect();
            return (
              box.width > 1 && box.height > 1 && (box.right > innerWidth + 1 || box.left < -1) && one.checkVisibility()
            );
          });
          return document.documentElement.scrollWidth > innerWidth
            ? ['the page itself']
            : seen.map((one) => one.outerHTML.slice(0, 120));
        });
        found.push(...wide.map((what) => `${locale} ${screen.name}: ${what}`));
      }
    }
    expect(found).toEqual([]);
  },
);
