/**
 * Reads files as a run does, down to its records, and says what is wrong with how that went. Any file may be refused;
 * none may crash, hang, or lose a row.
 */

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { SyncError } from '../../src/errors.js';
import type { Reject, RowRef } from '../../src/mapping/record.js';
import { collectRecords } from '../../src/run/records.js';
import type { RecordSet } from '../../src/run/records.js';
import { openSources } from '../../src/run/sources.js';
import type { SourceFile } from '../../src/run/sources.js';
import { profileFile } from '../../src/source/probe.js';
import type { FileProfile } from '../../src/source/profile.js';
import { readHeader, readRows } from '../../src/source/read.js';

const MS_MAX = 2000;
const STACK = /\n\s+at .+:\d+/;

/**
 * @param collect what is judged
 * @returns what is wrong; `null`: nothing
 */
export async function judgeFiles(
  paths: readonly string[],
  folder: string,
  collect: typeof collectRecords = collectRecords,
): Promise<string | null> {
  const begin = performance.now();
  const problem = await readAll(paths, folder, collect).catch(judgeError);
  const ms = performance.now() - begin;
  if (problem !== null) return problem;
  return ms > MS_MAX ? `slow: ${Math.round(ms)} ms` : null;
}

function judgeError(error: unknown): string | null {
  if (!(error instanceof SyncError)) {
    return error instanceof Error ? `crash: ${error.stack ?? error.message}` : `crash: ${String(error)}`;
  }
  const text = `${error.message}\n${error.hint ?? ''}`;
  if (STACK.test(text)) return `stack: ${text}`;
  return error.message.trim() === '' ? 'silent: an error without a message' : null;
}

async function readAll(
  paths: readonly string[],
  folder: string,
  collect: typeof collectRecords,
): Promise<string | null> {
  const rows: string[] = [];
  for (const path of paths) {
    const profile = await profileFile(path);
    const problem = (await readOne(profile, rows)) ?? null;
    if (problem !== null) return `${profile.name}: ${problem}`;
  }
  const sources = await openSources(paths, null);
  const records = await collect(sources, folder);
  try {
    return judgeRecords(records, sources, rows);
  } finally {
    records.close();
  }
}

/** Adds `name:line` of each row and broken row. */
async function readOne(profile: FileProfile, rows: string[]): Promise<string | undefined> {
  let last = profile.headerLine;
  const header = await readHeader(profile);
  const ranges = [[0, header?.endLine ?? last]];
  for await (const batch of readRows(profile)) {
    const lines = [...batch.rows, ...batch.broken].toSorted((a, b) => a.line - b.line);
    for (const { line, endLine } of lines) {
      if (line < last || endLine < line) return `lines: ${line} to ${endLine} comes after ${last}`;
      last = line;
      ranges.push([line, endLine]);
      rows.push(`${profile.name}:${line}`);
    }
    for (const { line, cells } of batch.rows) {
      if (cells.length !== profile.columns.length)
        return `width: line ${line} has ${cells.length} cells, the header ${profile.columns.length}`;
    }
    for (const { line, code, hint } of batch.broken) if (hint === '') return `silent: ${code} on line ${line}`;
  }
  return findGap(profile, ranges);
}

/** A line behind the header that says something, is no row and no part of one, and does not count as footer. */
function findGap(profile: FileProfile, ranges: readonly (readonly number[])[]): string | undefined {
  const { tablePath, encoding, footerLines } = profile;
  const text = readFileSync(tablePath).toString('latin1');
  // Lines are counted here without knowing the encoding.
  if (/^(utf-?16|utf-?32|ucs)/i.test(encoding) || /\r(?!\n)/.test(text)) return undefined;
  const lines = text.replace(/(\r?\n)+$/, '').split('\n');
  const isTaken = new Uint8Array(lines.length + 1);
  for (const [from = 0, to = 0] of ranges) isTaken.fill(1, from, to + 1);
  const rows = lines.length - (tablePath === profile.path ? footerLines : 0);
  for (let line = 1; line <= rows; line += 1) {
    if (isTaken[line] === 0 && /[A-Za-z0-9]/.test(lines[line - 1] ?? '')) return `gap: line ${line} of ${lines.length}`;
  }
  return undefined;
}

function judgeRecords(records: RecordSet, sources: readonly SourceFile[], rows: readonly string[]): string | null {
  const nameOf = ({ file, line }: RowRef): string => `${sources[file]?.profile.name}:${line}`;
  const made: string[] = [];
  const refused = new Set<string>();
  const rejectLate = new Set<string>();
  const noteReject = (reject: Reject, late: boolean): void => {
    refused.add(nameOf(reject.row));
    if (late) rejectLate.add(nameOf(reject.row));
  };
  for (const reject of records.rejects) noteReject(reject, false);
  for (let group = 0; group < records.count; group += 1) {
    const { record, rejects } = records.assemble(group);
    const again = records.assemble(group);
    if (JSON.stringify(again.record) !== JSON.stringify(record)) return `unsteady: group ${group}`;
    for (const reject of rejects) noteReject(reject, true);
    made.push(...(record?.rows ?? []).map(nameOf));
  }
  const skipped = [...records.skips].map(({ row }) => nameOf(row));
  const told = new Set([...made, ...refused, ...skipped]);
  const silent = rows.filter((row) => !told.has(row));
  if (silent.length > 0) return `lost: ${silent.slice(0, 5).join(', ')} of ${rows.length} rows`;
  const known = new Set(rows);
  const invented = [...told].filter((row) => !known.has(row));
  if (invented.length > 0) return `invented: ${invented.slice(0, 5).join(', ')}`;
  const sum = made.length + records.rejectedRows + rejectLate.size + records.skippedRows;
  if (sum !== rows.length || records.rows !== rows.length) {
    return `count: ${made.length} in records, ${records.rejectedRows} and ${rejectLate.size} rejected, ${records.skippedRows} skipped; ${records.rows} counted of ${rows.length} read`;
  }
  return null;
}
