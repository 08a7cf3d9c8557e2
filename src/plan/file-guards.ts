/**
 * Guards that look at the files: what an export that broke off half-way looks like, beside those of earlier runs.
 *
 * Premise: a job's files come in the same order each time, so a file is compared with those at its position.
 */

import type { GuardResult } from './change.js';
import { foldKey } from './fold.js';
import { compareLimit, listNames, median, percent, plural, withoutNoise } from './guard-result.js';
import type { FileFacts, GuardInput, HistoryFacts } from './guards.js';

export function checkEmpty({ job, files }: GuardInput): GuardResult {
  const empty = files.filter(({ rows }) => !(rows > 0)).map(({ name }) => name);
  return compareLimit(job, 'empty', empty.length, 0, {
    passed: 'every file holds rows.',
    breached: `${plural(empty.length, 'file')} without a row, limit 0: ${listNames(empty)}. ${mendOrAllow('empty')}`,
  });
}

interface RowCount {
  readonly name: string;
  readonly rows: number;
  /** Median of the last runs. */
  readonly usual: number;
}

/** The file that falls the furthest below what the last runs read is the one that is told. */
export function checkRows(input: GuardInput): readonly GuardResult[] {
  const limit = input.limits.rows;
  const counted = countRows(input).map((count) => {
    const fewest = Math.ceil(withoutNoise(count.usual * (1 - limit)));
    return { ...count, fewest, share: count.rows / count.usual, ok: count.rows >= fewest };
  });
  const [worst] = counted.toSorted((one, other) => Number(one.ok) - Number(other.ok) || one.share - other.share);
  if (worst === undefined) return [];
  const { name, rows, usual, fewest, share, ok } = worst;
  const told = `${input.job}: ${name}: ${plural(rows, 'row')}, the median of the last runs is ${usual}, limit at least ${fewest}`;
  const message = ok
    ? `${told}.`
    : `${told}: ${percent(1 - share)} fewer than usual, ${percent(limit)} may be. ${mendOrAllow('rows')}`;
  return [{ guard: 'rows', ok, measured: rows, limit: fewest, message }];
}

/** Each whole file with what is usual at its position; when there are fewer files than last time also all together. */
function countRows({ files, history }: GuardInput): readonly RowCount[] {
  const whole = files.flatMap(({ name, rows, partial }, position) => {
    const earlier = history.flatMap((run) => run[position]?.rows ?? []);
    return partial || earlier.length === 0 ? [] : [{ name, rows, usual: median(earlier) }];
  });
  const isFewer = files.length < (history[0]?.length ?? 0);
  if (!isFewer || whole.length === 0) return whole;
  const sum = (counts: readonly Pick<FileFacts, 'rows'>[]): number => counts.reduce((all, { rows }) => all + rows, 0);
  const name = `all files together (${files.length}, last time ${history[0]?.length})`;
  return [...whole, { name, rows: sum(files), usual: median(history.map(sum)) }];
}

/** Header texts are compared without case and outer blanks, as a mapping finds them. */
export function checkColumns({ job, files, history }: GuardInput): readonly GuardResult[] {
  const [last] = history;
  if (!files.some((_, position) => last?.[position] !== undefined)) return [];
  const gone = files.flatMap(({ name, columns }, position) => {
    const present = new Set(columns.map((column) => foldKey(column.trim())));
    const missing = (last?.[position]?.columns ?? []).filter((column) => !present.has(foldKey(column.trim())));
    return missing.map((column) => `"${column}" (${name})`);
  });
  const are = gone.length === 1 ? 'column of the last run is' : 'columns of the last run are';
  return [
    compareLimit(job, 'columns', gone.length, 0, {
      passed: 'every column of the last run is there.',
      breached: `${gone.length} ${are} gone, limit 0: ${listNames(gone)}. ${mendOrAllow('columns')}`,
    }),
  ];
}

export function checkTruncated({ job, files, history }: GuardInput): GuardResult {
  const [last] = history;
  const cut = files.flatMap((file, position) => {
    const reasons = cutReasons(file, last?.[position]);
    return reasons.length === 0 ? [] : [`${file.name} (${reasons.join('; ')})`];
  });
  const look = cut.length === 1 ? 'file looks' : 'files look';
  return compareLimit(job, 'truncated', cut.length, 0, {
    passed: 'every file looks whole.',
    breached: `${cut.length} ${look} cut off, limit 0: ${listNames(cut)}. ${mendOrAllow('truncated')}`,
  });
}

/** Why a file looks cut off. One of corrected rows never was the whole export, so how it ends says little. */
function cutReasons(file: FileFacts, last: HistoryFacts[number] | undefined): readonly string[] {
  const { openQuoteLine, shortLastLine, partial } = file;
  const lostLineEnd = !partial && !file.endsWithLineEnd && last?.endsWithLineEnd === true;
  return [
    ...(openQuoteLine === null ? [] : [`line ${openQuoteLine} opens a quote that is never closed`]),
    ...(shortLastLine === null ? [] : [`line ${shortLastLine}, the last one, has fewer cells than the header`]),
    ...(lostLineEnd ? ["it ends without a line end, which the last run's file had"] : []),
    ...(partial || file.holdsLastRecord ? [] : ["it lacks the last record of the last run's file"]),
  ];
}

function mendOrAllow(guard: string): string {
  return `Export again and plan again; if the file is right as it is, allow it once with --allow ${guard}.`;
}
