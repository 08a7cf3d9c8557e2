/**
 * Every known damage of an export, inflicted on sound exports of several products: it is repaired, or flagged at its row
 * and column, or the file is refused. A wrong value that passes in silence fails.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { openSources } from '../../src/run/sources.js';
import type { SourceFile } from '../../src/run/sources.js';
import { CELL_DAMAGES, hasCells } from './damages/cells.js';
import type { CellDamage } from './damages/cells.js';
import { EXPORTS, withCells, writeCsv } from './damages/exports.js';
import type { Export, Role } from './damages/exports.js';
import { FILE_DAMAGES } from './damages/files.js';
import type { FileDamage } from './damages/files.js';
import { judge, mapExport, readExport } from './damages/judge.js';
import type { Reading } from './damages/judge.js';

/** So many cases run at least: a damage that no layout has any more is a hole in this test. */
const CELL_CASES_MIN = 1_000;
const FILE_CASES_MIN = 400;

const cellCases = (sound: Export): readonly CellDamage[] => CELL_DAMAGES.filter((damage) => hasCells(sound, damage));
const fileCases = (sound: Export): readonly FileDamage[] =>
  FILE_DAMAGES.filter((damage) => damage.applies?.(sound) !== false);

describe.each(EXPORTS)('$layout', (sound) => {
  let whole: Reading;
  let source: SourceFile;
  beforeAll(async () => {
    const reading = await readExport(Buffer.from(writeCsv(sound)), 'export.csv');
    if (reading instanceof SyncError) throw reading;
    whole = reading;
    source = await openExport(sound);
  });

  it('is sound before anything is done to it', () => {
    expect(whole.layout).toBe(sound.layout);
    expect(whole.records).toHaveLength(sound.rows.length);
    expect([...whole.rejects, ...whole.warnings]).toEqual([]);
  });

  it.each(cellCases(sound))('$id', (damage) => {
    checkCells(sound, source, damage);
  });

  it.each(fileCases(sound))('file: $id', async (damage) => {
    const outcome = await readExport(Buffer.from(damage.inflict(sound)), damage.name ?? 'export.csv');
    const right = damage.meant === undefined ? whole : mapExport(damage.meant(sound), source);
    const { reaction, said, why } = judge(right, outcome, null);
    expect(damage.reactions, `${reaction}: ${why}`).toContain(reaction);
    if (damage.guess === true) expect(said, 'a guess is said').toBe(true);
  });
});

describe('the list', () => {
  it('is long enough', () => {
    expect(EXPORTS.flatMap(cellCases).length).toBeGreaterThanOrEqual(CELL_CASES_MIN);
    expect(EXPORTS.flatMap(fileCases).length).toBeGreaterThanOrEqual(FILE_CASES_MIN);
  });

  it('has no damage that no export can have', () => {
    const idle = CELL_DAMAGES.filter((damage) => !EXPORTS.some((sound) => hasCells(sound, damage)));
    expect(idle.map(({ id }) => id)).toEqual([]);
  });
});

async function openExport(sound: Export): Promise<SourceFile> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-damages-'));
  try {
    const file = path.join(folder, 'export.csv');
    writeFileSync(file, writeCsv(sound));
    const [source] = await openSources([file], null);
    if (source === undefined) throw new Error('one file is one source');
    return source;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkCells(sound: Export, source: SourceFile, damage: CellDamage): void {
  const right = mapExport(withCells(sound, damage.sound), source);
  const got = mapExport(withCells(sound, damage.damaged), source);
  const [role] = Object.keys(damage.damaged) as readonly Role[];
  const column = role === undefined ? null : (sound.roles[role] ?? null);
  const { reaction, said, why } = judge(right, got, column);
  expect(reaction, why).toBe(damage.reaction);
  if (damage.guess === true) expect(said, 'a guess is said').toBe(true);
  if (damage.kept !== true) return;
  expect(said).toBe(false);
  for (const text of Object.values(damage.damaged)) expect(JSON.stringify(right.records)).toContain(text);
}
