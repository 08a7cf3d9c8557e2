/**
 * Damaged exports: whatever comes, it is read or refused, in time, with every row accounted for.
 *
 * `FUZZ_SECONDS=600 PROPERTY_SEED=7 npx vitest run --project unit test/fuzz` looks longer, and elsewhere.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { collectRecords } from '../../src/run/records.js';
import { PROPERTY_SEED } from '../support/property.js';
import { damageArbitrary, damageExport } from './damage.js';
import { FORMATS } from './formats.js';
import { judgeFiles } from './judge.js';
import { readSamples } from './samples.js';
import type { Exports } from './samples.js';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 4);
const RUNS_MAX = SECONDS * 1000;
const SHOWN_BYTES_MAX = 4096;

const samples = readSamples();
/** One half delimited text, the other everything else. */
const exportArbitrary = fc.oneof(fc.constantFrom(...samples), fc.constantFrom(...FORMATS));
const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function judge(files: Exports, collect?: typeof collectRecords): Promise<string | null> {
  // The case that a time limit interrupts goes on beside the next test: each has a folder of its own.
  const own = mkdtempSync(path.join(folder, 'case-'));
  const paths = files.map(({ name, bytes }) => {
    const file = path.join(own, name);
    writeFileSync(file, bytes);
    return file;
  });
  try {
    return await judgeFiles(paths, own, collect);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function show(files: Exports): string {
  return files
    .map(({ name, bytes }) => `${name}: ${JSON.stringify(bytes.subarray(0, SHOWN_BYTES_MAX).toString('latin1'))}`)
    .join('\n');
}

describe('a damaged export', () => {
  it('is read or refused, in time, and no row of it is lost', { timeout: SECONDS * 1000 + 60_000 }, async () => {
    expect(samples.length).toBeGreaterThan(50);
    const cases = fc.record({
      files: exportArbitrary,
      nth: fc.nat({ max: 1 }),
      other: fc.constantFrom(...samples),
      damages: fc.array(damageArbitrary, { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ files, nth, other, damages }) => {
        const piece = other[0]?.bytes ?? Buffer.alloc(0);
        const damaged = files.map((file, index) =>
          index === nth % files.length ? damageExport(file, damages, piece) : file,
        );
        const problem = await judge(damaged);
        if (problem !== null) throw new Error(`${problem}\n${show(damaged)}`);
      }),
      { numRuns: RUNS_MAX, seed: PROPERTY_SEED, interruptAfterTimeLimit: SECONDS * 1000 },
    );
  });

  it.each(FORMATS.map((files) => [files[0]?.name ?? '', files] as const))(
    '%s is not wrong when it is whole',
    async (_, files) => {
      let rows = 0;
      const whole = files.map(({ name, bytes, pack }) => ({ name, bytes: pack?.(bytes) ?? bytes }));
      const problem = await judge(whole, async (...input) => {
        const set = await collectRecords(...input);
        rows = set.rows;
        return set;
      });
      expect(problem).toBeNull();
      expect(rows, 'a refusal is no reading').toBeGreaterThan(0);
    },
  );

  it('is judged: a row that nobody hears of, an error that is none of ours, and a stack trace are told', async () => {
    const export_ = [
      { name: 'clients.csv', bytes: Buffer.from('ID,Company,Email\n1,Acme,a@a.example\n2,Bo,b@a.example\n') },
    ];
    const fail = (error: Error) => (): never => {
      throw error;
    };
    expect(await judge(export_)).toBeNull();
    expect(
      await judge(export_, (sources, below) =>
        collectRecords(
          sources.map((source) => ({ ...source, profile: { ...source.profile, footerLines: 1 } })),
          below,
        ),
      ),
    ).toBe('lost: clients.csv:3 of 2 rows');
    expect(await judge(export_, fail(new TypeError('undefined is not a function')))).toContain('crash: TypeError');
    expect(await judge(export_, fail(new SyncError('file-not-csv', 'Oh.\n    at read (read.js:1:1)')))).toContain(
      'stack',
    );
    expect(await judge(export_, fail(new SyncError('file-not-csv', 'It is none.')))).toBeNull();
  });
});
