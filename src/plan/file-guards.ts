/**
 * Guards that look at the files: what an export that broke off half-way looks like, beside those of earlier runs.
 *
 * Premise: a job's files come in the same order each time, so a file is compared with those at its position.
 */

import { foldName, readName } from '../mapping/column-kinds.js';
import { nearestWords } from '../mapping/normalise/nearest.js';
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
  const changes = files.map(({ name, columns }, position) => ({
    name,
    ...compareColumns(last?.[position]?.columns ?? [], last?.[position] === undefined ? [] : columns),
  }));
  const gone = changes.flatMap(({ name, missing, added }) =>
    missing.map((column) => `"${column}" (${name}${askRenamed(column, added)})`),
  );
  const told = changes.flatMap(({ name, added }) => added.flatMap((column) => tellMeaning(column, name)));
  const are = gone.length === 1 ? 'column of the last run is' : 'columns of the last run are';
  const news = told.length === 0 ? '' : ` New, and only taken where the layout or the job does: ${listNames(told)}.`;
  return [
    compareLimit(job, 'columns', gone.length, 0, {
      passed: `every column of the last run is there.${news}`,
      breached: `${gone.length} ${are} gone, limit 0: ${listNames(gone)}. ${mendOrAllow('columns')}`,
    }),
  ];
}

/** What the last file had and this one lacks, and the other way round. */
function compareColumns(
  before: readonly string[],
  now: readonly string[],
): { readonly missing: readonly string[]; readonly added: readonly string[] } {
  const fold = (column: string): string => foldKey(column.trim());
  const [had, has] = [new Set(before.map(fold)), new Set(now.map(fold))];
  return {
    missing: before.filter((column) => !has.has(fold(column))),
    added: now.filter((column) => column.trim() !== '' && !had.has(fold(column))),
  };
}

/** Among the new columns the one that is spelled most like it, or that is the same field in other words. */
function askRenamed(column: string, added: readonly string[]): string {
  const candidates = added.map((name) => ({ folded: foldName(name), shown: name }));
  const meant = nameField(column);
  const near =
    nearestWords(foldName(column), candidates)[0] ?? added.find((name) => meant && nameField(name) === meant);
  return near === undefined ? '' : `; now "${near}"?`;
}

/** A new column whose name is that of a field. */
function tellMeaning(column: string, file: string): readonly string[] {
  const field = nameField(column);
  return field === null ? [] : [`"${column}" (${file}), by its name ${field}`];
}

function nameField(column: string): string | null {
  const says = readName(column);
  if (says === null || says.by !== 'known' || !('field' in says.meaning)) return null;
  return says.meaning.kind === 'contact' ? `${says.meaning.field} of a contact` : says.meaning.field;
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
