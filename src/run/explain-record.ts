/**
 * Where the values of one client come from: its rows are found, read again from their files, and followed cell by cell.
 *
 * Memory stays flat: all rows are put together as for any other command, and only those of the one client are traced.
 */

import type { Job } from '../job/schema.js';
import type { Fragment } from '../mapping/fragment.js';
import type { ContactValues, Reject, RowRef, SyncRecord, Warning } from '../mapping/record.js';
import { compileTrace } from '../mapping/trace.js';
import type { FieldTrace, RowTrace } from '../mapping/trace.js';
import { foldKey } from '../plan/fold.js';
import type { FileProfile } from '../source/profile.js';
import { readRows } from '../source/read.js';
import { describeGrouping } from './explain-record-grouping.js';
import type { RecordSet } from './records.js';
import { mappingInputOf } from './sources.js';
import type { SourceFile } from './sources.js';

/** Where a rule stands. */
type RuleOrigin = 'job' | 'layout' | 'dictionary';

export interface ExplainedField extends FieldTrace<string> {
  readonly origin: RuleOrigin;
}

export interface ExplainedRow {
  readonly row: RowRef;
  /** Name of the file. */
  readonly file: string;
  readonly unit: FileProfile['unit'];
  /** Name of the layout; `job` or `dictionary` where none was recognised. */
  readonly layout: string;
  readonly says: RowTrace['says'];
  readonly client: readonly ExplainedField[];
  readonly contacts: readonly {
    readonly contacts: readonly ContactValues[];
    readonly fields: readonly ExplainedField[];
  }[];
  /** Something in it was refused: it makes no change. */
  readonly rejected: boolean;
  /** Another row is the client's own: what this one says of the client is not asked, only its contacts are. */
  readonly onlyContacts: boolean;
}

export interface RecordExplanation {
  readonly label: string;
  /** `null`: nothing usable is left of its rows. */
  readonly record: SyncRecord | null;
  readonly rows: readonly ExplainedRow[];
  /** Why these rows are one client, a sentence each; none for a single row. */
  readonly together: readonly string[];
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
}

/** A client that somebody may mean. */
export interface Candidate {
  readonly group: number;
  readonly label: string;
  readonly rows: readonly RowRef[];
  /** By what it was found. */
  readonly by: readonly ('id_number' | 'number' | 'email' | 'name')[];
}

/** The clients whose `id_number`, `number`, name or e-mail address is this, compared as the target compares. */
export function findRecords(set: RecordSet, wanted: string): readonly Candidate[] {
  const key = foldKey(wanted.trim());
  const found: Candidate[] = [];
  for (let group = 0; group < set.count; group += 1) {
    const fragments = set.fragments(group);
    const by = new Set(fragments.flatMap((fragment) => matchesOf(fragment, key)));
    if (by.size === 0) continue;
    found.push({ group, label: labelOf(fragments), rows: fragments.map(({ row }) => row), by: [...by] });
  }
  return found;
}

function matchesOf({ client, contacts }: Fragment, key: string): Candidate['by'] {
  const is = (text: string | undefined): boolean => text !== undefined && text !== '' && foldKey(text.trim()) === key;
  return [
    ...(['id_number', 'number', 'name'] as const).filter((field) => is(client[field])),
    ...(contacts.some(({ email }) => is(email)) ? (['email'] as const) : []),
  ];
}

function labelOf(fragments: readonly Fragment[]): string {
  const own = fragments.toSorted((one, other) => Number(one.links !== null) - Number(other.links !== null));
  for (const { client, contacts } of own) {
    const email = contacts.find((contact) => contact.email)?.email;
    const label = [client.name, client.id_number, client.number, email].find(Boolean);
    if (label !== undefined) return label;
  }
  return '(no name)';
}

/**
 * Follows the values of one group of rows.
 *
 * @param job that the sources were opened with
 * @throws SyncError `file-changed` when a file is no longer what was read
 */
export async function explainRecord(
  set: RecordSet,
  sources: readonly SourceFile[],
  job: Job | null,
  group: number,
): Promise<RecordExplanation> {
  const fragments = set.fragments(group);
  const { record, rejects, warnings } = set.assemble(group);
  const isOurs = ({ row }: { readonly row: RowRef }): boolean => fragments.some((one) => isSameRow(one.row, row));
  const hasCompany = fragments.some(({ links }) => links === null);
  const rows: ExplainedRow[] = [];
  for (const [file, source] of sources.entries()) {
    const wanted = new Map(fragments.filter(({ row }) => row.file === file).map((one) => [one.row.line, one]));
    if (wanted.size === 0) continue;
    const trace = compileTrace(mappingInputOf(source, job, file));
    for (const { line, cells } of await readLines(source, wanted)) {
      const fragment = wanted.get(line)!;
      rows.push({
        row: fragment.row,
        file: source.profile.name,
        unit: source.profile.unit,
        layout: source.layoutName,
        ...withOrigins(trace(line, cells), source, job),
        rejected: fragment.rejected,
        onlyContacts: hasCompany && fragment.links !== null,
      });
    }
  }
  return {
    label: labelOf(fragments),
    record,
    rows,
    together: describeGrouping(fragments, sources),
    rejects: [...pick(set.rejects, isOurs), ...rejects],
    warnings: [...pick(set.warnings, isOurs), ...warnings],
  };
}

function isSameRow(one: RowRef, other: RowRef): boolean {
  return one.file === other.file && one.line === other.line;
}

/** The rows of these lines, read again; it ends at the last of them. */
async function readLines(
  { profile }: SourceFile,
  wanted: ReadonlyMap<number, unknown>,
): Promise<readonly { readonly line: number; readonly cells: readonly string[] }[]> {
  const found: { readonly line: number; readonly cells: readonly string[] }[] = [];
  for await (const { rows } of readRows(profile)) {
    found.push(...rows.filter(({ line }) => wanted.has(line)));
    if (found.length === wanted.size) break;
  }
  return found;
}

/** There may be as many remarks as rows: only these few are kept. */
function pick<Remark>(remarks: Iterable<Remark>, isWanted: (remark: Remark) => boolean): readonly Remark[] {
  const picked: Remark[] = [];
  for (const remark of remarks) if (isWanted(remark)) picked.push(remark);
  return picked;
}

/** The job's own columns come before what a layout or the names of columns say. */
function withOrigins(
  { says, client, contacts }: RowTrace,
  { layout, layoutName }: SourceFile,
  job: Job | null,
): Pick<ExplainedRow, 'says' | 'client' | 'contacts'> {
  const base: RuleOrigin = layout !== null ? 'layout' : layoutName === 'job' ? 'job' : 'dictionary';
  const isOfJob = (field: string): boolean => says !== 'child' && Object.hasOwn(job?.columns ?? {}, field);
  const ofContacts = says !== 'child' && job?.contacts !== undefined ? 'job' : base;
  return {
    says,
    client: client.map((field) => ({ ...field, origin: isOfJob(field.field) ? 'job' : base })),
    contacts: contacts.map((contact) => ({
      contacts: contact.contacts,
      fields: contact.fields.map((field) => ({ ...field, origin: ofContacts })),
    })),
  };
}
