import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { settled } from './settled';

const out = process.env.OUT ?? new URL('../pictures/out', import.meta.url).pathname;

/** Takes a picture when everything that moves has come to rest. */
export async function take({ page }: { page: Page }, name: string): Promise<void> {
  await settled(page);
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: `${out}/${name}.png` });
}
