import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode, failureKind } from '../src/index.js';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const modules = join(sdk, '../node_modules');
const readme = readFileSync(join(sdk, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);

function run(folder, program, ...words) {
  return execFileSync(program, words, { cwd: folder, encoding: 'utf8' });
}

/** A project of somebody else, with the package as it would be published. */
let project;
let files;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'laisee-sdk-'));
  const packed = join(project, 'packed');
  mkdirSync(packed);
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(sdk, file), join(packed, file));
  const tsc = join(modules, '.bin/tsc');
  run(sdk, tsc, '-p', 'tsconfig.build.json', '--outDir', join(packed, 'dist'));
  const [pack] = JSON.parse(run(packed, 'npm', 'pack', '--json', '--ignore-scripts'));
  files = pack.files.map(({ path }) => path);

  const home = join(project, 'node_modules/@laisee/sdk');
  mkdirSync(home, { recursive: true });
  run(packed, 'tar', '-xzf', pack.filename, '-C', home, '--strip-components', '1');
  for (const needed of Object.keys(JSON.parse(readFileSync(join(sdk, 'package.json'))).dependencies)) {
    mkdirSync(join(project, 'node_modules', needed, '..'), { recursive: true });
    symlinkSync(join(modules, needed), join(project, 'node_modules', needed));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what was built, its words and its licence, and nothing else', () => {
    const others = files.filter((path) => !path.startsWith('dist/')).sort();
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json']);
    for (const entry of ['dist/index.js', 'dist/index.d.ts', 'dist/testing/index.js', 'dist/testing/index.d.ts']) {
      expect(files).toContain(entry);
    }
    expect(files.filter((path) => path.includes('.test.'))).toEqual([]);
  });

  it('does for others what the README shows of testing', () => {
    writeFileSync(join(project, 'testing.js'), examples.at(-1));
    expect(run(project, 'node', 'testing.js')).toBe('2 messages, one of them the note that they are friends\n');
  });

  it.each(['Bundler', 'NodeNext'])('has types that hold for every example in the README, found as by %s', (way) => {
    for (const [i, code] of examples.entries()) writeFileSync(join(project, `example-${i}.ts`), code);
    const settings = {
      compilerOptions: {
        ...{ strict: true, noEmit: true, target: 'ES2022', lib: ['ES2023', 'DOM'], types: [], skipLibCheck: false },
        ...{ module: way === 'Bundler' ? 'ESNext' : way, moduleResolution: way },
      },
      include: ['example-*.ts'],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(settings));
    expect(run(project, join(modules, '.bin/tsc'), '-p', '.')).toBe('');
  });

  it('loads where there is no browser', () => {
    const code = "const { LaiseeClient, verifyDraw } = await import('@laisee/sdk'); console.log(typeof verifyDraw)";
    expect(run(project, 'node', '--input-type=module', '-e', code)).toBe('function\n');
  });
});

// The README says that codes from 400 are for operators, whose console knows them.
const forOperators = (code) =>
  code >= 400 || code === ErrorCode.OPERATOR_UNAUTHENTICATED || code === ErrorCode.ROLE_INSUFFICIENT;

it('the README tells of every error code that users meet, and of its kind', () => {
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)`\s+\| (\w+)\s+\| \S/gm)].map(([, name, kind]) => [name, kind]);
  const codes = Object.values(ErrorCode).filter((code) => typeof code === 'number' && code > 0 && !forOperators(code));
  // In the order of the table: by number.
  expect(rows).toEqual(codes.sort((a, b) => a - b).map((code) => [ErrorCode[code], failureKind(code)]));
});
