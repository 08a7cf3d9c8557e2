/** Builders for source tests: real files in a folder of their own, and an RFC 4180 writer that knows its line numbers. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { profileFile } from '../../src/source/probe.js';
import type { FileOverrides, FileProfile } from '../../src/source/profile.js';
import { readRows } from '../../src/source/read.js';
import type { BrokenRow, LeftLine, Row } from '../../src/source/row.js';

const folder = mkdtempSync(join(tmpdir(), 'ninja-sync-source-'));
let count = 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

export function inFolder(name: string): string {
  return join(folder, name);
}

export function writeFile(content: string | Buffer, name = `file-${++count}.csv`): string {
  const path = inFolder(name);
  writeFileSync(path, content);
  return path;
}

export interface ReadResult {
  readonly profile: FileProfile;
  readonly rows: readonly Row[];
  readonly broken: readonly BrokenRow[];
  readonly left: readonly LeftLine[];
  readonly bytesRead: number;
}

export async function readAll(
  content: string | Buffer,
  overrides: FileOverrides = {},
  blockBytes?: number,
): Promise<ReadResult> {
  return readPath(writeFile(content), overrides, blockBytes);
}

export async function readPath(path: string, overrides: FileOverrides = {}, blockBytes?: number): Promise<ReadResult> {
  const profile = await profileFile(path, overrides);
  const rows: Row[] = [];
  const broken: BrokenRow[] = [];
  const left: LeftLine[] = [];
  let bytesRead = 0;
  for await (const batch of readRows(profile, blockBytes)) {
    rows.push(...batch.rows);
    broken.push(...batch.broken);
    left.push(...batch.left);
    bytesRead = batch.bytesRead;
  }
  return { profile, rows, broken, left, bytesRead };
}

export function cellsOf(result: ReadResult): readonly (readonly string[])[] {
  return result.rows.map((row) => row.cells);
}

/** One record as RFC 4180 has it, quoted where it must be. */
export function formatRecord(cells: readonly string[], delimiter: string): string {
  return cells
    .map((cell) => (/["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(delimiter);
}
