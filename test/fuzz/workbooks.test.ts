/**
 * Workbooks that are damaged inside of a sound zip: read or refused, in time, with every row accounted for, and no value
 * that stands in a cell is left out in silence.
 *
 * `FUZZ_SECONDS=600 PROPERTY_SEED=7 npx vitest run --project unit test/fuzz/workbooks.test.ts` looks longer, and elsewhere.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { profileFile } from '../../src/source/probe.js';
import { PROPERTY_SEED } from '../support/property.js';
import { judgeFiles } from './judge.js';
import { BOOKS } from './books.js';
import type { Book } from './books.js';
import { damageBook, marksOf, packBook, xmlDamageArbitrary } from './damage-xml.js';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 4);
const RUNS_MAX = SECONDS * 1000;

const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-books-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Verdict {
  readonly problem: string | null;
  /** Was it read? Otherwise it was refused. */
  readonly read: boolean;
}

async function judge(book: Book): Promise<Verdict> {
  const own = mkdtempSync(path.join(folder, 'case-'));
  const file = path.join(own, book.name);
  writeFileSync(file, packBook(book));
  try {
    const problem = await judgeFiles([file], own);
    if (problem !== null) return { problem, read: false };
    const table = await profileFile(file).then(
      ({ tablePath }) => readFileSync(tablePath, 'utf8'),
      () => null,
    );
    return { problem: table === null ? null : findLost(marksOf(book), table), read: table !== null };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** A value stands in the table as often as in the cells. */
function findLost(marks: readonly string[], table: string): string | null {
  for (const mark of new Set(marks)) {
    const [before, after] = [marks.filter((other) => other === mark).length, table.split(mark).length - 1];
    if (after < before) return `value lost: ${mark} stands in ${before} cells, in the table ${after} times`;
  }
  return null;
}

describe('a workbook that is damaged inside', () => {
  it.each(BOOKS.map((book) => [book.name, book] as const))(
    '%s is read, with every value, when it is whole',
    async (_, book) => {
      expect(await judge(book)).toEqual({ problem: null, read: true });
      expect(marksOf(book).length).toBeGreaterThan(20);
    },
  );

  it('is read or refused, in time, and nothing of it is lost', { timeout: SECONDS * 1000 + 60_000 }, async () => {
    let read = 0;
    let refused = 0;
    const cases = fc.record({
      book: fc.constantFrom(...BOOKS),
      damages: fc.array(xmlDamageArbitrary, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ book, damages }) => {
        const damaged = damageBook(book, damages);
        const verdict = await judge(damaged);
        if (verdict.read) read += 1;
        else refused += 1;
        if (verdict.problem !== null)
          throw new Error(`${verdict.problem}\n${damaged.name} ${damaged.parts[damaged.cells]?.slice(0, 6000)}`);
      }),
      { numRuns: RUNS_MAX, seed: PROPERTY_SEED, interruptAfterTimeLimit: SECONDS * 1000 },
    );
    expect(read, 'damages that leave nothing readable show nothing').toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});
