/**
 * From a file's bytes to records, beside csv-parse alone on the same file: alternating, several rounds, in one process,
 * so that whatever else the machine does hits all of them alike.
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse';
import { loadJob } from '../src/job/load.js';
import type { Job } from '../src/job/schema.js';
import { collectRecords } from '../src/run/records.js';
import { openSources } from '../src/run/sources.js';
import { readRows } from '../src/source/read.js';
import { writeCsv } from './files.js';
import { round, spreadOf } from './measure.js';
import type { Line, Spread } from './measure.js';

export interface ParseOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly folder: string;
  readonly jobPath: string;
}

type Way = (file: string, job: Job, folder: string) => Promise<number>;

const WAYS: Readonly<Record<string, Way>> = {
  'csv-parse alone': parseAlone,
  'rows (profile, read)': readAlone,
  'rows, mapped and checked': readAndMap,
  'records (mapped, grouped, assembled)': makeRecords,
};

export async function benchParse(options: ParseOptions): Promise<readonly Line[]> {
  const job = await loadJob(options.jobPath, options.folder, { layouts: [] });
  const lines: Line[] = [];
  for (const quoteAll of [false, true]) {
    const file = path.join(options.folder, `parse-${quoteAll ? 'all' : 'some'}.csv`);
    await writeCsv(file, { rows: options.rows, quoteAll });
    const { size } = await stat(file);
    const label = `${quoteAll ? 'every cell quoted' : 'quotes where needed'}, ${round(size / 1e6, 0)} MB`;
    lines.push(...(await measureFile(file, label, job, options)));
  }
  return lines;
}

async function measureFile(file: string, label: string, job: Job, options: ParseOptions): Promise<readonly Line[]> {
  const seconds = new Map<string, number[]>(Object.keys(WAYS).map((name) => [name, []]));
  const cpuSeconds = new Map<string, number[]>(Object.keys(WAYS).map((name) => [name, []]));
  // The first round warms up and does not count.
  for (let nth = 0; nth <= options.rounds; nth += 1) {
    for (const [name, way] of Object.entries(WAYS)) {
      globalThis.gc?.();
      const begin = performance.now();
      const cpuBefore = process.cpuUsage();
      const rows = await way(file, job, options.folder);
      const took = (performance.now() - begin) / 1000;
      const cpu = process.cpuUsage(cpuBefore);
      if (rows !== options.rows) throw new Error(`${name} found ${rows} of ${options.rows} rows.`);
      if (nth === 0) continue;
      seconds.get(name)?.push(took);
      cpuSeconds.get(name)?.push((cpu.user + cpu.system) / 1e6);
    }
  }
  return [...seconds].map(([name, took]) => {
    const { min, median } = spreadOf(took);
    const ratios = ratioSpread(seconds, name);
    return {
      bench: 'parse',
      what: `${label}: ${name}`,
      figures: {
        'rows': options.rows,
        'median s': round(median),
        'min s': round(min),
        'x csv-parse': round(ratios.median),
        'x at best': round(ratios.min),
        // Time that other programs took from us does not count here.
        'x in CPU time': round(ratioSpread(cpuSeconds, name).median),
        'rows/s': Math.round(options.rows / median),
      },
    };
  });
}

/** Each round's time beside that of csv-parse in the same round. */
function ratioSpread(times: ReadonlyMap<string, readonly number[]>, name: string): Spread {
  const [alone = []] = times.values();
  return spreadOf((times.get(name) ?? []).map((value, nth) => value / (alone[nth] ?? Number.NaN)));
}

async function parseAlone(file: string): Promise<number> {
  let rows = -1;
  const parser = createReadStream(file).pipe(parse({}));
  parser.on('data', () => (rows += 1));
  await new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  return rows;
}

async function readAlone(file: string, job: Job): Promise<number> {
  const [source] = await openSources([file], job);
  let rows = 0;
  if (source !== undefined) for await (const batch of readRows(source.profile)) rows += batch.rows.length;
  return rows;
}

async function readAndMap(file: string, job: Job): Promise<number> {
  const [source] = await openSources([file], job);
  let rows = 0;
  if (source === undefined) return rows;
  for await (const batch of readRows(source.profile)) {
    for (const row of batch.rows) if (source.mapping.map(row.line, row.cells).rejects.length === 0) rows += 1;
  }
  return rows;
}

async function makeRecords(file: string, job: Job, folder: string): Promise<number> {
  const sources = await openSources([file], job);
  const records = await collectRecords(sources, folder);
  let rows = 0;
  for (let group = 0; group < records.count; group += 1) rows += records.assemble(group).record?.rows.length ?? 0;
  records.close();
  return rows;
}
