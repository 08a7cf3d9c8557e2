/** Which suites cannot run on this machine, and why: nothing is skipped in silence. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findRedis } from './redis.js';

export interface MissingSuites {
  /** Relative to the project. */
  readonly files: readonly string[];
  /** One sentence. */
  readonly reason: string;
}

/**
 * @returns `null` when all can run
 * @throws Error with `REQUIRE_ALL_SUITES=1`
 */
export function findMissingSuites(root: string): MissingSuites | null {
  const reason = findRedis();
  if (reason === null) return null;
  const redis = path.join(root, 'test/support/redis.ts');
  const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(root, 'test', file))
    .filter((file) => imports(file, redis, new Set()))
    .map((file) => path.relative(root, file));
  if (process.env['REQUIRE_ALL_SUITES'] === '1')
    throw new Error(`${files.length} suites cannot run: ${reason}. They are: ${files.join(', ')}`);
  return { files, reason };
}

/** Says so at the end, where people look. */
export function reportMissing(missing: MissingSuites): { readonly onTestRunEnd: () => void } {
  const { files, reason } = missing;
  return {
    onTestRunEnd: () =>
      void process.stdout.write(`\nNot run: ${files.length} suites (${files.join(', ')}): ${reason}\n`),
  };
}

/** Does the file, or one of the test files that it imports, import `wanted`? */
function imports(file: string, wanted: string, seen: Set<string>): boolean {
  if (file === wanted) return true;
  if (seen.has(file)) return false;
  seen.add(file);
  const found = readFileSync(file, 'utf8').matchAll(/from '(\.{1,2}\/[^']+)\.js'/g);
  return [...found]
    .map(([, relative = '']) => path.join(path.dirname(file), `${relative}.ts`))
    .some((next) => next.includes('/test/') && imports(next, wanted, seen));
}
