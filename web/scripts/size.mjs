// Weighs the first load of ./dist, compressed: every script that index.html names, and the larger language's words.
// More than the budget, given in kB, fails the build.
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const budget = Number(process.argv[2]) * 1000;
const html = readFileSync('dist/index.html', 'utf8');
const named = [...html.matchAll(/(?:src|href)="[^"]*?\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const scripts = [...new Set(named)];
const words = readdirSync('dist/assets').filter((name) => /^(zh|en)-[^.]+\.js$/.test(name));
const weigh = (name) => {
  const bytes = readFileSync(`dist/${name}`);
  return { gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
};
const parts = [
  ...scripts.map(weigh),
  words.map((name) => weigh(`assets/${name}`)).reduce((a, b) => (a.gzip > b.gzip ? a : b), { gzip: 0, brotli: 0 }),
];
const sum = (key) => parts.reduce((all, part) => all + part[key], 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`first load: ${kb(sum('gzip'))} gzip, ${kb(sum('brotli'))} brotli; budget ${kb(budget)} gzip`);
if (scripts.length === 0 || words.length !== 2 || !(sum('gzip') <= budget)) {
  console.error('the first load is too heavy, or its parts were not found');
  process.exit(1);
}
