/**
 * What looking at a file costs beside reading it, and how much memory each format takes at two sizes.
 *
 * Reading is the digest of the bytes and all rows, of a file of which everything is known. Looking at it first (encoding,
 * delimiter, header, footer) comes on top of that; both are measured in turn, in one process. Memory is that of a process
 * of its own that does nothing else.
 */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { decodeStream, encodeStream } from 'iconv-lite';
import { profileFile } from '../src/source/probe.js';
import type { FileProfile } from '../src/source/profile.js';
import { readRows } from '../src/source/read.js';
import { writeCsv, writeJsonLines } from './files.js';
import { round, spreadOf } from './measure.js';
import type { Line } from './measure.js';
import { runProgram } from './processes.js';
import { writeWorkbook } from './workbook.js';

export interface FormatsOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly folder: string;
}

const READER = fileURLToPath(new URL('read-file.js', import.meta.url));
/** Memory at the smaller size beside that at the full one shows whether it grows. */
const SMALLER = 10;

export async function benchFormats(options: FormatsOptions): Promise<readonly Line[]> {
  return [...(await benchDetection(options)), ...(await benchMemory(options))];
}

async function benchDetection({ rows, rounds, folder }: FormatsOptions): Promise<readonly Line[]> {
  const utf8 = path.join(folder, 'detection.csv');
  const single = path.join(folder, 'detection-1252.csv');
  await writeCsv(utf8, { rows });
  await pipeline(createReadStream(utf8), decodeStream('utf8'), encodeStream('win1252'), createWriteStream(single));
  const lines: Line[] = [];
  for (const [encoding, file] of [
    ['UTF-8', utf8],
    ['windows-1252', single],
  ] as const) {
    const profile = await profileFile(file);
    const ratios: number[] = [];
    const seconds: number[] = [];
    for (let nth = 0; nth <= rounds; nth += 1) {
      const known = await time(() => readKnown(profile), rows);
      const looked = await time(async () => await countRows(await profileFile(file)), rows);
      // The first round warms up.
      if (nth === 0) continue;
      ratios.push(looked / known);
      seconds.push(looked);
    }
    lines.push({
      bench: 'formats',
      what: `${encoding}, ${rows} rows: looked at and read, beside digest and rows alone`,
      figures: { 's': round(spreadOf(seconds).median), '× in CPU time': round(spreadOf(ratios).median, 3) },
    });
    await rm(file);
  }
  return lines;
}

/** CPU seconds. */
async function time(read: () => Promise<number>, rows: number): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  const found = await read();
  const { user, system } = process.cpuUsage(before);
  if (found !== rows) throw new Error(`${found} of ${rows} rows were found.`);
  return (user + system) / 1e6;
}

async function readKnown(profile: FileProfile): Promise<number> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(profile.path, { highWaterMark: 256 * 1024 }), hash);
  hash.digest();
  return await countRows(profile);
}

async function countRows(profile: FileProfile): Promise<number> {
  let rows = 0;
  for await (const batch of readRows(profile)) rows += batch.rows.length;
  return rows;
}

const WRITERS: Readonly<Record<string, (file: string, rows: number) => Promise<void>>> = {
  csv: (file, rows) => writeCsv(file, { rows }),
  jsonl: writeJsonLines,
  xlsx: writeWorkbook,
};

async function benchMemory({ rows, folder }: FormatsOptions): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const [ending, write] of Object.entries(WRITERS)) {
    const figures: Record<string, number> = {};
    for (const count of [Math.ceil(rows / SMALLER), rows]) {
      const file = path.join(folder, `memory.${ending}`);
      await write(file, count);
      const cost = await runProgram(READER, [file, String(count)], {});
      await rm(file);
      figures[`MB at ${count} rows`] = Math.round(cost.peakMb);
      figures[`s at ${count} rows`] = round(cost.seconds, 1);
    }
    lines.push({ bench: 'formats', what: `.${ending}, 16 columns: looked at and read`, figures });
  }
  return lines;
}
