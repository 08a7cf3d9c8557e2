/**
 * Files that belong together, looked at as a whole: what each is, and what reading all of its rows shows. No target, and
 * nothing is written.
 *
 * Memory stays flat: rows go to a spill file, and problems are counted by kind, of which there are no more than codes
 * times columns.
 */

import { SyncError } from '../errors.js';
import { namedColumns } from '../mapping/evaluate.js';
import { readHeader } from '../mapping/header.js';
import { profileFiles } from './open-files.js';
import type { FileOverrides } from '../source/profile.js';
import { readRows } from '../source/read.js';
import { inspectProfile } from './inspect-file.js';
import type { FileLook } from './inspect-file.js';
import { ProblemTally } from './inspect-problems.js';
import type { FileCounts, Problem } from './inspect-problems.js';
import { collectRecords } from './records.js';
import type { ReadProgress } from './records.js';
import { openSources } from './sources.js';
import type { SourceFile } from './sources.js';

export interface FileInspection extends FileLook {
  readonly counts: FileCounts;
  /** Rejects first, then warnings and skips; each kind by the rows that it hits. */
  readonly problems: readonly Problem[];
}

/** How the contacts of one file find their companies in another. */
export interface Join {
  /** Names of the files. */
  readonly contacts: string;
  readonly companies: string;
  /** The strongest first: columns of the contact, and those of the company that they must equal. */
  readonly by: readonly { readonly link: string; readonly key: string }[];
  /** Contacts that are rejected because no company, or more than one, answers to them. */
  readonly orphans: number;
}

export interface Inspection {
  /** In the order in which they are read: companies before contacts. */
  readonly files: readonly FileInspection[];
  readonly joins: readonly Join[];
  readonly totals: FileCounts & {
    readonly records: number;
    /** Persons in these records. */
    readonly contacts: number;
  };
  /** Why no row could become a client at all; rows are counted then, and nothing else. */
  readonly refused: SyncError | null;
}

export interface InspectOptions {
  readonly overrides?: FileOverrides;
  /** For spill files. */
  readonly folder: string;
  readonly onProgress?: (progress: ReadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads all rows of all files.
 *
 * @throws SyncError when a file cannot be read; `interrupted`
 */
export async function inspectFiles(paths: readonly string[], options: InspectOptions): Promise<Inspection> {
  let sources: readonly SourceFile[];
  try {
    sources = await openSources(paths, null, options.overrides);
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'columns-unmapped') throw error;
    return await inspectUnmapped(paths, options, error);
  }
  const { folder, onProgress, signal } = options;
  const tally = new ProblemTally(sources.length);
  const set = await collectRecords(sources, folder, {
    allowEmpty: true,
    ...(onProgress === undefined ? {} : { onProgress }),
    signal,
  });
  let records = 0;
  let contacts = 0;
  try {
    for (const [file, { rows }] of set.files.entries()) tally.addRows(file, rows);
    for (const reject of set.rejects) tally.add('reject', reject);
    for (const warning of set.warnings) tally.add('warning', warning);
    for (const skip of set.skips) tally.addSkip(skip);
    for (let group = 0; group < set.count; group += 1) {
      const { record, rejects, warnings } = set.assemble(group);
      for (const reject of rejects) tally.add('reject', reject);
      for (const warning of warnings) tally.add('warning', warning);
      if (record === null) continue;
      records += 1;
      contacts += record.contacts.length;
    }
  } finally {
    set.close();
  }
  const looks: FileLook[] = [];
  for (const { profile } of sources) looks.push(await inspectProfile(profile));
  return {
    files: looks.map((look, file) => ({ ...look, counts: tally.countsOf(file), problems: tally.problemsOf(file) })),
    joins: joinsOf(sources, (file) => countOrphans(tally.problemsOf(file))),
    totals: { ...tally.totals(), records, contacts },
    refused: null,
  };
}

/** No column can be a name or a key: the rows are counted, and those that cannot be read are told. */
async function inspectUnmapped(
  paths: readonly string[],
  { overrides = {}, onProgress, signal }: InspectOptions,
  refused: SyncError,
): Promise<Inspection> {
  const profiles = await profileFiles(paths, overrides);
  const tally = new ProblemTally(profiles.length);
  const looks: FileLook[] = [];
  let rowsRead = 0;
  for (const [file, profile] of profiles.entries()) {
    for await (const { rows, broken, left, bytesRead } of readRows(profile)) {
      if (signal?.aborted === true) throw new SyncError('interrupted', 'Stopped while reading; nothing was written.');
      const count = rows.length + broken.length + left.length;
      tally.addRows(file, count);
      for (const { line, code, value, hint } of broken)
        tally.add('reject', { row: { file, line }, column: null, code, value, hint });
      for (const { line, reason } of left) tally.addSkip({ row: { file, line }, code: 'report-line', reason });
      rowsRead += count;
      onProgress?.({ file: profile.name, bytesRead, bytes: profile.tableBytes, rows: rowsRead });
    }
    looks.push(await inspectProfile(profile));
  }
  return {
    files: looks.map((look, file) => ({ ...look, counts: tally.countsOf(file), problems: tally.problemsOf(file) })),
    joins: [],
    totals: { ...tally.totals(), records: 0, contacts: 0 },
    refused,
  };
}

/** The n-th link of a contact meets the n-th key of a company. */
function joinsOf(sources: readonly SourceFile[], orphansOf: (file: number) => number): readonly Join[] {
  const companies = sources.filter(({ role, layout }) => role === 'clients' && (layout?.keys ?? []).length > 0);
  const people = sources.filter(({ role, layout }) => role === 'contacts' && (layout?.links ?? []).length > 0);
  return people.flatMap((contact) =>
    companies.map((company): Join => {
      const keys = company.layout?.keys ?? [];
      const by = (contact.layout?.links ?? []).flatMap((link, nth) => {
        const key = keys[nth];
        const columns = namesIn(contact, namedColumns(link));
        const theirs = key === undefined ? '' : namesIn(company, namedColumns(key));
        return columns === '' || theirs === '' ? [] : [{ link: columns, key: theirs }];
      });
      const orphans = orphansOf(sources.indexOf(contact));
      return { contacts: contact.profile.name, companies: company.profile.name, by, orphans };
    }),
  );
}

function countOrphans(problems: readonly Problem[]): number {
  return problems.filter(({ code }) => code === 'orphan-contact').reduce((sum, { rows }) => sum + rows, 0);
}

/** Those of the columns that the file has. */
function namesIn({ profile }: SourceFile, columns: readonly string[]): string {
  const header = readHeader(profile.columns);
  return columns.filter((column) => header.find(column) !== undefined).join(' + ');
}
