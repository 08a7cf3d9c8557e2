/**
 * What became of a damaged file, held against the sound one.
 *
 * Premise: a value that is not the sound one is only good where a remark names its row. A record that is gone needs a
 * reject (or a skip) of its row. Whatever else differs is wrong in silence.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyncError } from '../../../src/errors.js';
import { assembleRecord } from '../../../src/mapping/assemble.js';
import { compileMapping } from '../../../src/mapping/compile.js';
import type { Fragment } from '../../../src/mapping/fragment.js';
import { readHeader } from '../../../src/mapping/header.js';
import type { Reject, SyncRecord, Warning } from '../../../src/mapping/record.js';
import { collectRecords } from '../../../src/run/records.js';
import { openSources } from '../../../src/run/sources.js';
import type { SourceFile } from '../../../src/run/sources.js';
import type { Table } from './exports.js';

export interface Reading {
  readonly layout: string;
  readonly records: readonly SyncRecord[];
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
  readonly notes: readonly string[];
}

export type Outcome = Reading | SyncError;

/** The records of a file's bytes, or the refusal of the whole file. */
export async function readExport(bytes: Buffer, name: string): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-damages-'));
  try {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    const sources = await openSources([file], null);
    const set = await collectRecords(sources, folder);
    const records: SyncRecord[] = [];
    for (let group = 0; group < set.count; group += 1) {
      const { record, rejects, warnings } = set.assemble(group);
      for (const reject of rejects) set.rejects.add(reject);
      for (const warning of warnings) set.warnings.add(warning);
      if (record !== null) records.push(record);
    }
    const reading = {
      layout: sources.map((source) => source.layoutName).join(' + '),
      records,
      rejects: [...set.rejects],
      warnings: [...set.warnings],
      notes: sources.flatMap((source) => source.profile.notes.map(({ code }) => code)),
    };
    set.close();
    return reading;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The records that a layout's mapping makes of rows, without a file. */
export function mapExport({ columns, rows }: Table, { spec, role, layout }: SourceFile): Reading {
  const mapping = compileMapping({
    spec,
    role,
    keys: layout?.keys ?? [],
    links: layout?.links ?? [],
    person: layout?.person ?? {},
    header: readHeader(columns),
    file: 0,
    blank: { default: 'keep', fields: {}, clearToken: '[clear]' },
    ignore: [],
  });
  const mapped = rows.map((cells, nth) => mapping.map(nth + 2, cells));
  const groups = new Map<string, Fragment[]>();
  for (const { fragment } of mapped) {
    if (fragment !== null) groups.set(fragment.key, [...(groups.get(fragment.key) ?? []), fragment]);
  }
  const assembled = [...groups.values()].map((fragments) => assembleRecord(fragments, spec.conflicts ?? 'reject'));
  return {
    layout: layout?.name ?? '',
    records: assembled.flatMap(({ record }) => record ?? []),
    rejects: [...mapped, ...assembled].flatMap(({ rejects }) => rejects),
    warnings: [...[...mapped, ...assembled].flatMap(({ warnings }) => warnings), ...mapping.findings().warnings],
    notes: [],
  };
}

export type Reaction = 'repaired' | 'flagged' | 'refused' | 'silent';

export interface Judgement {
  readonly reaction: Reaction;
  /** Something was said: by a remark, or by a note about the file. */
  readonly said: boolean;
  /** What is wrong, for the failing test's message. */
  readonly why: string;
}

const textOf = ({ client, contacts, lifecycle }: SyncRecord): string =>
  JSON.stringify([inOrder(client), contacts.map(inOrder), lifecycle]);
const inOrder = (values: object): readonly string[] =>
  Object.entries(values)
    .map((entry) => JSON.stringify(entry))
    .toSorted((a, b) => (a < b ? -1 : 1));

/** @param column the column that was damaged: only a remark on it counts; `null`: the file as a whole */
export function judge(sound: Reading, outcome: Outcome, column: string | null): Judgement {
  if (outcome instanceof SyncError) return { reaction: 'refused', said: true, why: outcome.code };
  const right = new Set(sound.records.map(textOf));
  const got = new Set(outcome.records.map(textOf));
  const missing = sound.records.filter((record) => !got.has(textOf(record)));
  const wrong = outcome.records.filter((record) => !right.has(textOf(record)));
  const remarks = [...outcome.rejects, ...outcome.warnings];
  const said = remarks.length > 0 || outcome.notes.length > 0;
  if (missing.length === 0 && wrong.length === 0 && outcome.records.length === sound.records.length)
    return { reaction: 'repaired', said, why: '' };
  // Half a row is told of on the line where it breaks off; its other half is on the next.
  const isNamed = (line: number): boolean =>
    column === null
      ? remarks.some(({ row }) => row.line === line || row.line === line - 1)
      : remarks.some((remark) => remark.row.line === line && remark.column === column);
  const unnamed = wrong.filter((record) => !record.rows.some(({ line }) => isNamed(line)));
  // Who is gone must be among the rejected, or be there with another value that a remark explains.
  const gone = sound.records.length - outcome.records.length;
  const rejected = outcome.rejects.filter((reject) => column === null || reject.column === column || !reject.column);
  if (said && unnamed.length === 0 && gone <= rejected.length) return { reaction: 'flagged', said, why: '' };
  const lines = unnamed.map(textOf).join('\n  ');
  const codes = remarks.map(({ row, column: where, code }) => `${row.line} ${where} ${code}`).join('; ');
  return { reaction: 'silent', said, why: `${gone} records gone, wrong:\n  ${lines}\n  remarks: ${codes}` };
}
