/** Which suites cannot run on this machine, and why: nothing is skipped in silence. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findPostgres } from './postgres.js';
import { findRedis } from './redis.js';
import { findS3 } from './s3.js';
import { findSshd } from './sshd.js';

export interface MissingSuites {
  /** Relative to the project. */
  readonly files: readonly string[];
  /** One sentence. */
  readonly reason: string;
}

/** What a suite needs, by the module that gives it. */
const NEEDS: Readonly<Record<string, () => string | null>> = {
  redis: findRedis,
  postgres: findPostgres,
  sshd: findSshd,
  s3: findS3,
};

/**
 * @returns one entry for each service that is not there; none when all suites can run
 * @throws Error with `REQUIRE_ALL_SUITES=1`
 */
export function findMissingSuites(root: string): readonly MissingSuites[] {
  const missing = Object.entries(NEEDS).flatMap(([name, find]) => {
    const reason = find();
    if (reason === null) return [];
    const needed = path.join(root, 'test/support', `${name}.ts`);
    const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => path.join(root, 'test', file))
      .filter((file) => imports(file, needed, new Set()))
      .map((file) => path.relative(root, file));
    return [{ files, reason }];
  });
  if (missing.length > 0 && process.env['REQUIRE_ALL_SUITES'] === '1')
    throw new Error(missing.map(({ files, reason }) => `${files.length} suites cannot run: ${reason}.`).join(' '));
  return missing;
}

/** Says so at the end, where people look. */
export function reportMissing(missing: readonly MissingSuites[]): { readonly onTestRunEnd: () => void } {
  return {
    onTestRunEnd: () => {
      for (const { files, reason } of missing)
        process.stdout.write(`\nNot run: ${files.length} suites (${files.join(', ')}): ${reason}\n`);
    },
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
