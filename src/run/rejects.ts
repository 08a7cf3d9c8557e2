/** The rejects of a run as files that a person mends and feeds in again: one for each input file that has any. */

import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Reject } from '../mapping/record.js';
import type { FileProfile } from '../source/profile.js';
import { readRows } from '../source/read.js';
import { writeRejectsFile } from '../source/rejects-file.js';
import type { RejectedRow } from '../source/rejects-file.js';

export interface RejectsFile {
  /** Name of the input file. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** Where the rejects of a run's n-th input file lie. */
export function rejectsPath(folder: string, file: number): string {
  return path.join(folder, file === 0 ? 'rejects.csv' : `rejects-${file + 1}.csv`);
}

/**
 * Writes the rejected rows of each file, byte by byte, with the reasons behind the last column.
 *
 * @param profiles the input files in the order of `RowRef.file`
 */
export async function writeRejects(
  profiles: readonly FileProfile[],
  rejects: Iterable<Reject>,
  folder: string,
): Promise<readonly RejectsFile[]> {
  const byFile = new Map<number, Map<number, Reject[]>>();
  for (const reject of rejects) {
    const lines = byFile.get(reject.row.file) ?? new Map<number, Reject[]>();
    byFile.set(reject.row.file, lines);
    lines.set(reject.row.line, [...(lines.get(reject.row.line) ?? []), reject]);
  }
  await mkdir(folder, { recursive: true });
  const written: RejectsFile[] = [];
  for (const [file, profile] of profiles.entries()) {
    const lines = byFile.get(file);
    const outPath = rejectsPath(folder, file);
    if (lines === undefined) {
      await rm(outPath, { force: true });
      continue;
    }
    await writeRejectsFile(profile, await findRows(profile, lines), outPath);
    written.push({ name: profile.name, path: outPath });
  }
  return written;
}

/** A rejected row may go over several lines: the file is read once more to see where each ends. */
async function findRows(
  profile: FileProfile,
  lines: ReadonlyMap<number, readonly Reject[]>,
): Promise<readonly RejectedRow[]> {
  const rows: RejectedRow[] = [];
  for await (const batch of readRows(profile)) {
    for (const { line, endLine } of [...batch.rows, ...batch.broken]) {
      const reasons = lines.get(line);
      if (reasons !== undefined) rows.push({ line, endLine, reasons });
    }
    if (rows.length === lines.size) break;
  }
  return rows.toSorted((a, b) => a.line - b.line);
}
