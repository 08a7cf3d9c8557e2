/**
 * What the files of a run are, beside those of earlier runs: what the guards need to tell an export that was cut off, and
 * what is stored so that the next run can tell.
 *
 * A file that was cut exactly behind a row looks whole. What gives it away is that the client in the last row of the
 * last run's file is not in it any more.
 */

import path from 'node:path';
import type { MatchKey } from '../mapping/fields.js';
import type { ClientValues, ContactValues } from '../mapping/record.js';
import type { FileFacts, HistoryFacts } from '../plan/guards.js';
import { keysOf } from '../plan/keys.js';
import type { Keys } from '../plan/match.js';
import { withoutAdded } from '../source/added-columns.js';
import type { FileReading } from './file-reading.js';
import type { SourceFile } from './sources.js';
import type { Run, RunFile } from './store.js';

type WithFiles = Pick<Run, 'files'>;

/** What tells clients or contacts apart, also where the job does not match by it. */
const TELLING_KEYS: readonly MatchKey[] = ['id_number', 'number', 'email'];

/**
 * The files as a run stores them.
 *
 * @param readings of the files in their order; `null`: they are not read yet
 * @param levels the job's match keys
 */
export function describeFiles(
  sources: readonly SourceFile[],
  readings: readonly FileReading[] | null,
  levels: readonly MatchKey[],
): readonly RunFile[] {
  return sources.map(({ profile, layoutName }, index) => {
    const reading = readings?.[index];
    return {
      path: path.resolve(profile.path),
      name: profile.name,
      bytes: profile.bytes,
      digest: profile.digest,
      rows: reading?.rows ?? 0,
      layout: layoutName,
      columns: withoutAdded(profile.columns),
      endsWithLineEnd: profile.endsWithLineEnd,
      lastKeys: reading?.last == null ? [] : listKeys(levels, reading.last),
      partial: profile.partial,
      ...(profile.unit === 'line' ? {} : { unit: profile.unit }),
      ...(profile.notes.length === 0 ? {} : { notes: profile.notes }),
    };
  });
}

/** As `level:text`, the strongest first. */
function listKeys(levels: readonly MatchKey[], said: NonNullable<FileReading['last']>): readonly string[] {
  const all = [...levels, ...TELLING_KEYS.filter((key) => !levels.includes(key))];
  const keys = keysOf(all, said.client, said.contacts);
  return all.flatMap((level, index) => (keys[index] ?? []).map((text) => `${level}:${text}`));
}

/** The same facts for the guards. */
export function factsOf(
  files: readonly RunFile[],
  readings: readonly FileReading[],
  lastRecords: LastRecords,
): readonly FileFacts[] {
  return files.map(({ name, rows, columns, endsWithLineEnd, partial }, index) => ({
    name,
    rows,
    columns,
    endsWithLineEnd,
    openQuoteLine: readings[index]?.openQuoteLine ?? null,
    shortLastLine: readings[index]?.shortLastLine ?? null,
    holdsLastRecord: lastRecords.holds(index),
    partial,
  }));
}

/** @param runs newest first, as `findHistory` gives them */
export function historyOf(runs: readonly WithFiles[]): readonly HistoryFacts[] {
  return runs.map(({ files }) =>
    files.map(({ rows, columns, endsWithLineEnd }) => ({ rows, columns, endsWithLineEnd })),
  );
}

/** The same bytes again are no new evidence of anything. */
export function isSameExport(files: readonly Pick<RunFile, 'digest'>[], earlier: WithFiles): boolean {
  const digestsOf = (all: readonly Pick<RunFile, 'digest'>[]): string =>
    all
      .map((file) => file.digest)
      .sort((one, other) => (one < other ? -1 : 1))
      .join();
  return digestsOf(files) === digestsOf(earlier.files);
}

interface Wanted {
  readonly level: MatchKey;
  readonly texts: ReadonlySet<string>;
  found: boolean;
}

/** Which of the clients in the last rows of the last run's files are in this run's. */
export class LastRecords {
  readonly #levels: readonly MatchKey[];
  /** By the position of the file; `null`: its last row said nothing that could be looked for. */
  readonly #wanted: readonly (Wanted | null)[];
  #open: readonly Wanted[];

  /** @param levels those of the keys that `note` gets */
  constructor(levels: readonly MatchKey[], last: WithFiles | undefined) {
    this.#levels = levels;
    this.#wanted = (last?.files ?? []).map(({ lastKeys }) => findStrongest(lastKeys));
    this.#open = this.#wanted.filter((wanted) => wanted !== null);
  }

  /** Notes a record, or a rejected row of one, that the files have. */
  note(client: ClientValues, contacts: readonly ContactValues[], keys: Keys): void {
    for (const wanted of this.#open) {
      const index = this.#levels.indexOf(wanted.level);
      const texts = index >= 0 ? keys[index] : keysOf([wanted.level], client, contacts)[0];
      if (texts?.some((text) => wanted.texts.has(text)) !== true) continue;
      wanted.found = true;
      this.#open = this.#open.filter((other) => other !== wanted);
    }
  }

  holds(file: number): boolean {
    return this.#wanted[file]?.found ?? true;
  }
}

/** An address that many share proves nothing about a client that has a number. */
function findStrongest(lastKeys: readonly string[]): Wanted | null {
  const [level] = lastKeys[0]?.split(':', 1) ?? [];
  if (level === undefined) return null;
  const texts = lastKeys.filter((key) => key.startsWith(`${level}:`)).map((key) => key.slice(level.length + 1));
  return { level: level as MatchKey, texts: new Set(texts), found: false };
}
