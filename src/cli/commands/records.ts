/** `ninja-sync records FILE…`: the desired clients, without any target. */

import path from 'node:path';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import type { Reject, SyncRecord, Warning } from '../../mapping/record.js';
import { explainRecord, findRecords } from '../../run/explain-record.js';
import { collectRecords } from '../../run/records.js';
import type { RecordSet } from '../../run/records.js';
import { openSources } from '../../run/sources.js';
import type { SourceFile } from '../../run/sources.js';
import { EXIT_DONE, EXIT_REJECTS, action, readOverrides, useJob } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { openProgress } from '../progress.js';
import { emitExplanation, printExplanation, showCandidates } from '../show-explanation.js';
import { showNotes } from '../show-remarks.js';
import { describeRows, showText } from '../text.js';

export function addRecords(program: Command): void {
  program
    .command('records')
    .description('the clients with contacts that the rows make, without any target')
    .argument('<file...>', 'files that belong together, such as companies and contacts')
    .option('--job <name>', 'a job file (name in jobs/, or a path)')
    .option('--explain <id>', 'only this client (its id_number, number, e-mail or name): where each value comes from')
    .option('--json', 'JSON lines')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .addHelpText(
      'after',
      '\nExamples:\n  ninja-sync records samples/hubspot/companies.csv samples/hubspot/contacts.csv\n  ninja-sync records samples/hubspot/companies.csv --explain 17204502238',
    )
    .action(action(records));
}

interface RecordsOptions extends CommonOptions {
  readonly explain?: string;
}

async function records(session: Session, options: RecordsOptions, paths: readonly string[]): Promise<number> {
  const { io, config } = session;
  const job = options.job === undefined ? null : await useJob(session, options);
  const sources = await openSources(paths, job, readOverrides(options));
  const progress = openProgress(io);
  const set = await collectRecords(sources, path.join(config.dataDir, 'tmp'), {
    onProgress: (read) => progress({ phase: 'reading', done: read.bytesRead, total: read.bytes, unit: 'bytes' }),
    signal: session.signal,
  });
  session.defer(() => set.close());
  if (options.explain !== undefined) return await explain(session, set, sources, job, options.explain);
  for (const { profile } of sources) showNotes(io, profile);
  let count = 0;
  let rejectedRows = set.rejectedRows;
  for (let group = 0; group < set.count; group += 1) {
    const { record, rejects, warnings } = set.assemble(group);
    rejectedRows += new Set(rejects.map((reject) => reject.row)).size;
    for (const reject of rejects) set.rejects.add(reject);
    for (const warning of warnings) set.warnings.add(warning);
    if (record === null) continue;
    count += 1;
    if (io.json) io.emit({ type: 'record', ...describeRecord(record, sources) });
    else printRecord(session, record, sources);
  }
  showRemarks(session, set, sources);
  const [first] = sources;
  const summary = {
    encoding: first?.profile.encoding,
    delimiter: first?.profile.delimiter,
    layout: sources.map((source) => source.layoutName).join(' + '),
    rows: set.rows,
    records: count,
    rejects: rejectedRows,
    skipped: set.skippedRows,
    warnings: set.warnings.count,
  };
  if (io.json) {
    io.emit({ type: 'summary', ...summary });
  } else {
    io.print(
      `\n${summary.records} records from ${summary.rows} rows (${summary.layout}); ${summary.rejects} rows rejected, ${summary.skipped} skipped, ${summary.warnings} warnings.`,
    );
    io.talk(
      `Next: ninja-sync plan ${paths.join(' ')} --job ${options.job ?? 'JOB'}    (no job yet? ninja-sync init ${paths.join(' ')})`,
    );
  }
  return rejectedRows > 0 ? EXIT_REJECTS : EXIT_DONE;
}

/** @throws SyncError `usage` when no client is called so */
async function explain(
  { io }: Session,
  set: RecordSet,
  sources: readonly SourceFile[],
  job: Job | null,
  wanted: string,
): Promise<number> {
  const candidates = findRecords(set, wanted);
  const [only] = candidates;
  if (only === undefined) {
    throw new SyncError(
      'usage',
      `No client in ${set.rows} rows has the id_number, number, e-mail or name "${wanted}".`,
      {
        hint: 'Write it as the file has it. Rows that are skipped or cannot be read make no client: ninja-sync inspect shows them.',
      },
    );
  }
  if (candidates.length > 1) {
    showCandidates(io, wanted, candidates, sources);
    return EXIT_DONE;
  }
  const explanation = await explainRecord(set, sources, job, only.group);
  if (io.json) emitExplanation(io, explanation, sources);
  else printExplanation(io, explanation, sources);
  return explanation.record === null || explanation.rejects.length > 0 ? EXIT_REJECTS : EXIT_DONE;
}

function describeRecord(record: SyncRecord, sources: readonly SourceFile[]): Readonly<Record<string, unknown>> {
  return {
    lines: record.rows.map((row) => row.line),
    ...(sources.length > 1 ? { files: record.rows.map((row) => sources[row.file]?.profile.name) } : {}),
    client: record.client,
    contacts: record.contacts,
    lifecycle: record.lifecycle,
    ...(record.documents === undefined ? {} : { documents: record.documents.map(({ reference }) => reference) }),
  };
}

function printRecord({ io }: Session, record: SyncRecord, sources: readonly SourceFile[]): void {
  const files = sources.map((source) => source.profile);
  io.print(
    `${showText(record.client.name ?? '(no name)')}  (${describeRows(record.rows, files)})${record.lifecycle === 'active' ? '' : `, ${record.lifecycle}`}`,
  );
  for (const [field, value] of Object.entries(record.client))
    if (field !== 'name') io.print(`    ${field.padEnd(24)} ${showText(value)}`);
  for (const contact of record.contacts) {
    io.print(
      `    contact                  ${Object.entries(contact)
        .map(([field, value]) => `${field}: ${showText(value)}`)
        .join(', ')}`,
    );
  }
  for (const { reference } of record.documents ?? []) io.print(`    document                 ${showText(reference)}`);
}

function showRemarks({ io }: Session, set: RecordSet, sources: readonly SourceFile[]): void {
  const files = sources.map((source) => source.profile);
  const show = (type: 'reject' | 'warning', remark: Reject | Warning): void => {
    const { row, column, code, value, hint } = remark;
    const file = sources.length > 1 ? { file: files[row.file]?.name } : {};
    if (io.json) io.emit({ type, ...file, line: row.line, column, code, value, hint });
    else
      io.print(
        `${type === 'reject' ? 'REJECTED' : 'warning '} ${describeRows([row], files)}${column === null ? '' : `, ${column}`}: ${showText(value)} ${code}. ${hint}`,
      );
  };
  for (const reject of set.rejects) show('reject', reject);
  for (const warning of set.warnings) show('warning', warning);
  if (!io.json) return;
  for (const { row, code, reason } of set.skips) {
    io.emit({
      type: 'skip',
      ...(sources.length > 1 ? { file: files[row.file]?.name } : {}),
      line: row.line,
      code,
      reason,
    });
  }
}
