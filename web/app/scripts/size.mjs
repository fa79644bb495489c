// Weighs the first load: every script that index.html names, compressed. More than the budget fails the build.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const budget = 80 * 1000;
const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const scripts = new Set([...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]));
let gzip = 0;
let brotli = 0;
for (const name of scripts) {
  const bytes = readFileSync(new URL(name, dist));
  gzip += gzipSync(bytes, { level: 9 }).length;
  brotli += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`first load: ${scripts.size} script(s), ${kb(gzip)} gzip, ${kb(brotli)} brotli; budget ${kb(budget)} gzip`);
if (scripts.size === 0 || gzip > budget) process.exit(1);
