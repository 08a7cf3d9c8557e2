/**
 * All records of a run's files, without holding them in memory: the rows' fragments go to a spill file, and only the
 * groups (which fragments are one client) stay, as numbers.
 *
 * Invariant: every row that was read is in exactly one place: a record, the rejects, or the skips.
 */

import { assert, SyncError } from '../errors.js';
import { assembleRecord } from '../mapping/assemble.js';
import type { AssembledRecord } from '../mapping/assemble.js';
import type { Fragment } from '../mapping/fragment.js';
import type { Reject, Skip, Warning } from '../mapping/record.js';
import { KeyIndex } from '../plan/key-index.js';
import type { BrokenRow, LeftLine, Row } from '../source/row.js';
import { readRows } from '../source/read.js';
import { Companies } from './companies.js';
import { FileEnd } from './file-reading.js';
import type { FileReading } from './file-reading.js';
import { FragmentGroups } from './fragment-groups.js';
import { headerOnly, keysRounded } from './refuse-source.js';
import { LookAlikes } from './look-alikes.js';
import { openRemarks } from './remarks.js';
import type { Remarks } from './remarks.js';
import type { SourceFile } from './sources.js';

/** Companies of one name among which a contact is looked for; with more of them nothing is removed or archived at all. */
const CANDIDATES_MAX = 100;

const CLEARS_HINT =
  'The row lacks its last cells, and the job empties fields whose cells are blank: write them, or leave the row out.';

export interface ReadProgress {
  readonly file: string;
  readonly bytesRead: number;
  readonly bytes: number;
  readonly rows: number;
}

export interface RecordSet {
  /** Groups of rows; each is at most one record. */
  readonly count: number;
  readonly rows: number;
  readonly files: readonly FileReading[];
  /** Rows that were rejected or skipped so far; `assemble` adds those that do not fit together. */
  readonly rejectedRows: number;
  readonly skippedRows: number;
  /** A row was rejected that names no client, or not by all its keys: any client might be the one that it means. */
  readonly hidesAnyClient: boolean;
  readonly rejects: Remarks<Reject>;
  readonly warnings: Remarks<Warning>;
  readonly skips: Remarks<Skip>;
  /** Puts the rows of a group together; the same answer each time. */
  assemble(group: number): AssembledRecord;
  /** What each row of a group says, in the order in which they were read. */
  fragments(group: number): readonly Fragment[];
  close(): void;
}

export interface CollectOptions {
  /** A file without any row is no error: whoever reads it has another way to refuse it. */
  readonly allowEmpty?: boolean;
  readonly onProgress?: (progress: ReadProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all rows of all files.
 *
 * @throws SyncError `file-header-only` when a file has no row at all
 */
export async function collectRecords(
  sources: readonly SourceFile[],
  folder: string,
  { allowEmpty = false, onProgress, signal }: CollectOptions = {},
): Promise<RecordSet> {
  const collector = new Collector(sources, folder);
  try {
    for (const [file, source] of sources.entries()) {
      for await (const batch of readRows(source.profile)) {
        if (signal?.aborted === true) throw new SyncError('interrupted', 'Stopped while reading; nothing was written.');
        collector.addBroken(file, batch.broken);
        collector.addLeft(file, batch.left);
        for (const row of batch.rows) collector.addRow(file, row);
        onProgress?.({
          file: source.profile.name,
          bytesRead: batch.bytesRead,
          bytes: source.profile.tableBytes,
          rows: collector.rows,
        });
      }
      if (!allowEmpty && collector.files[file]?.rows === 0) throw headerOnly(source);
      const { warnings, rounded } = source.mapping.findings();
      for (const warning of warnings) collector.warnings.add(warning);
      if (rounded !== null) throw keysRounded(source, rounded);
    }
  } catch (error) {
    collector.close();
    throw error;
  }
  collector.endReading();
  return collector;
}

class Collector implements RecordSet {
  readonly rejects: Remarks<Reject>;
  readonly warnings: Remarks<Warning>;
  readonly skips: Remarks<Skip>;
  readonly files: readonly FileEnd[];
  rows = 0;
  rejectedRows = 0;
  skippedRows = 0;
  hidesAnyClient = false;
  count = 0;
  readonly #sources: readonly SourceFile[];
  readonly #fragments: FragmentGroups;
  #groups = new KeyIndex();
  readonly #companies = new Companies();
  #lookAlikes = new LookAlikes();
  readonly #joins: boolean;

  constructor(sources: readonly SourceFile[], folder: string) {
    this.#sources = sources;
    this.#fragments = new FragmentGroups(folder);
    this.rejects = openRemarks(folder);
    this.warnings = openRemarks(folder);
    this.skips = openRemarks(folder);
    this.files = sources.map(() => new FileEnd());
    this.#joins =
      sources.some((source) => source.role === 'contacts') && sources.some((source) => source.role === 'clients');
  }

  addBroken(file: number, broken: readonly BrokenRow[]): void {
    for (const row of broken) {
      const { line, code, value, hint } = row;
      this.rows += 1;
      this.files[file]?.addBroken(row);
      this.rejectedRows += 1;
      this.hidesAnyClient = true;
      this.rejects.add({ row: { file, line }, column: null, code, value, hint });
    }
  }

  addLeft(file: number, left: readonly LeftLine[]): void {
    for (const { line, reason } of left) {
      this.rows += 1;
      this.skippedRows += 1;
      this.files[file]?.addRow(line, null);
      this.skips.add({ row: { file, line }, code: 'report-line', reason });
    }
  }

  addRow(file: number, row: Row): void {
    const { line, cells, remark } = row;
    const source = this.#sources[file];
    assert(source !== undefined, `file ${file} is a source`);
    if (remark?.code === 'row-padded' && source.mapping.clearsBlanks) {
      this.addBroken(file, [{ ...row, ...remark, code: 'too-few-cells', hint: CLEARS_HINT }]);
      return;
    }
    this.rows += 1;
    if (remark !== undefined) this.warnings.add({ row: { file, line }, ...remark });
    const { fragment, rejects, warnings, skip } = source.mapping.map(line, cells);
    this.files[file]?.addRow(line, fragment);
    for (const reject of rejects) this.rejects.add(reject);
    for (const warning of warnings) this.warnings.add(warning);
    if (skip !== null) {
      this.skippedRows += 1;
      this.skips.add(skip);
      if (this.#joins && source.role === 'clients') this.#companies.leaveOut(source.mapping.namesOf(cells), skip);
      return;
    }
    assert(fragment !== null, 'a row that is not skipped has a fragment');
    if (fragment.rejected) this.rejectedRows += 1;
    if (losesKey(fragment, rejects)) this.hidesAnyClient = true;
    this.#place(fragment, rejects.length > 0, () => source.mapping.linksAsWritten(cells));
  }

  #place(fragment: Fragment, alreadyRejected: boolean, written: () => readonly string[]): void {
    if (fragment.links === null || !this.#joins) {
      const group = this.#groupOf(fragment);
      if (this.#joins) this.#companies.add(fragment.names, group);
      return;
    }
    const found = this.#companies.find(fragment.links, written);
    if (found.kind === 'group') {
      this.#append(found.group, fragment);
      return;
    }
    if (found.kind === 'left-out' && !alreadyRejected) {
      const { row, code } = found.company;
      this.skippedRows += 1;
      const { name, unit } = this.#sources[row.file]!.profile;
      const reason = `Its company is left out (${unit} ${row.line} of ${name}).`;
      this.skips.add({ row: fragment.row, code, reason });
      return;
    }
    const groups = found.kind === 'orphan' ? found.groups : [];
    if (found.kind === 'orphan' && !alreadyRejected) {
      this.rejectedRows += 1;
      this.rejects.add({
        row: fragment.row,
        column: null,
        code: 'orphan-contact',
        value: found.value,
        hint: found.hint,
      });
    }
    // Whichever of several companies it belongs to, that one's list of contacts lacks somebody.
    if (groups.length > CANDIDATES_MAX) this.hidesAnyClient = true;
    for (const group of groups.slice(0, CANDIDATES_MAX)) this.#append(group, { ...fragment, rejected: true });
    if (groups.length > 0) return;
    // It makes no change, but the client that it names may be there and must not count as missing.
    const [id = ''] = fragment.links;
    this.#groupOf({
      ...fragment,
      rejected: true,
      client: id === '' ? fragment.client : { ...fragment.client, id_number: id },
    });
  }

  #groupOf(fragment: Fragment): number {
    const known = this.#groups.first(fragment.key);
    const group = known === -1 ? this.count : known;
    if (known === -1) {
      this.#groups.add(fragment.key, group);
      this.count += 1;
    }
    this.#append(group, fragment);
    return group;
  }

  #append(group: number, fragment: Fragment): void {
    const opens = this.#fragments.append(group, fragment);
    for (const { code, value, other } of this.#lookAlikes.note(fragment, group, opens)) {
      const { row, client } = this.#fragments.first(other);
      const { name: file, unit } = this.#sources[row.file]!.profile;
      const where = `${unit} ${row.line}${row.file === fragment.row.file ? '' : ` of ${file}`}`;
      const hint =
        code === 'same-contact'
          ? `It is a contact of ${client.name ? `"${client.name}"` : 'another client'} in ${where} too; both keep it. Where the two are one customer, merge them in the source.`
          : `The client in ${where}${client.name ? `, "${client.name}",` : ''} has the same name and another key; both are kept. If they are one customer, merge them in the source.`;
      this.warnings.add({ row: fragment.row, column: null, code, value, hint });
    }
  }

  /** Which group a row belongs to is settled: what found them is as large as the file and not needed any more. */
  endReading(): void {
    this.#groups = new KeyIndex();
    this.#companies.clear();
    this.#lookAlikes = new LookAlikes();
    this.#fragments.endAppending();
  }

  assemble(group: number): AssembledRecord {
    const fragments = this.#fragments.read(group);
    const [first] = fragments;
    const source = this.#sources[first?.row.file ?? 0];
    return assembleRecord(fragments, source?.spec.conflicts ?? 'reject');
  }

  fragments(group: number): readonly Fragment[] {
    return this.#fragments.read(group);
  }

  close(): void {
    this.#fragments.close();
    this.rejects.close();
    this.warnings.close();
    this.skips.close();
  }
}

/**
 * The key by which the target knows the row's client stands in a cell that could not be used; what else the row names
 * may be another client. An e-mail address counts only where the row has nothing better, or another address besides.
 */
function losesKey(fragment: Fragment, rejects: readonly Reject[]): boolean {
  if (rejects.some(({ code }) => code === 'damaged-key' || code === 'key-too-long')) return true;
  if (!rejects.some(({ code }) => code === 'invalid-email' || code === 'email-too-long')) return false;
  if (fragment.links?.some((link) => link !== '') === true) return false;
  const { id_number: id, number } = fragment.client;
  return (!id && !number) || fragment.contacts.some((contact) => contact.email);
}
