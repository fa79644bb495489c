import { existsSync } from 'node:fs';
import { chromiumPath } from './browser';
import { program } from './server';

/** Says what is missing before the first journey fails for want of it. */
export default function ready(): void {
  if (!existsSync(program)) throw new Error(`${program} is not there: run \`make build\` first`);
  if (!existsSync(chromiumPath)) throw new Error(`${chromiumPath} is not there: tools/e2e.sh installs it`);
}
