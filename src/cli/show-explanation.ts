/** Where the values of a client come from: for people row by row and step by step, for machines as JSON lines. */

import { writeExpression } from '../job/expression-words.js';
import type { Reject, Warning } from '../mapping/record.js';
import type { Candidate, ExplainedField, ExplainedRow, RecordExplanation } from '../run/explain-record.js';
import type { SourceFile } from '../run/sources.js';
import type { Io } from './io.js';
import { describeRows, paint, quoteText, showSentence, showText } from './text.js';

/** More is no answer to anybody's question. */
const CANDIDATES_SHOWN_MAX = 20;

export function printExplanation(io: Io, explanation: RecordExplanation, sources: readonly SourceFile[]): void {
  const { label, record, rows, together, rejects, warnings } = explanation;
  const files = sources.map(({ profile }) => profile);
  const refs = rows.map(({ row }) => row);
  const state = record === null ? ', rejected' : record.lifecycle === 'active' ? '' : `, ${record.lifecycle}`;
  io.print(`${quoteText(label)}  (${describeRows(refs, files)})${state}`);
  for (const sentence of together) io.print(`  ${showSentence(sentence)}`);
  for (const row of rows) printRow(io, row);
  for (const reject of rejects) printRemark(io, 'x', 'REJECTED', reject, files);
  for (const warning of warnings) printRemark(io, '!', 'warning', warning, files);
}

const ROLES: Readonly<Record<ExplainedRow['says'], string>> = {
  client: '',
  person: ', a person without a company',
  child: ', a person below a company',
};

function printRow(io: Io, row: ExplainedRow): void {
  const { file, unit, layout, says, client, contacts, rejected, onlyContacts } = row;
  const how = layout === 'job' || layout === 'dictionary' ? '' : `, layout ${layout}`;
  const state = rejected ? ', REJECTED' : '';
  io.print(`\n  ${paint(io, '@', `${showText(file)}, ${unit} ${row.row.line}`)}${how}${ROLES[says]}${state}`);
  if (onlyContacts) {
    io.print("    What it says of the client is not asked: the client's own row says that.");
  } else {
    for (const field of client) if (isTold(field)) printField(io, field.field, field);
    printBlank(io, 'client', client);
  }
  for (const [nth, contact] of contacts.entries()) {
    const name = contacts.length === 1 ? 'contact' : `contact ${nth + 1}`;
    for (const field of contact.fields) if (isTold(field)) printField(io, `${name}.${field.field}`, field);
    for (const further of contact.contacts.slice(1))
      io.print(`    ${name}, one more: ${showText(further.email ?? '')}`);
    printBlank(io, name, contact.fields);
  }
}

function isTold({ value, rejects, warnings }: ExplainedField): boolean {
  return value !== undefined || rejects.length + warnings.length > 0;
}

function printField(io: Io, name: string, field: ExplainedField): void {
  const { value, expression, origin, cells, steps, rejects, warnings } = field;
  const shown = rejects.length > 0 ? 'rejected' : value === undefined ? 'left alone' : quoteText(value);
  io.print(`    ${paint(io, '+', name)} = ${shown}`);
  io.print(`        by the ${origin}: ${showSentence(writeExpression(expression))}`);
  for (const { column, raw } of cells) io.print(`        cell ${quoteText(column)}: ${quoteText(raw)}`);
  for (const step of steps) io.print(`        ${showSentence(step.what)} → ${quoteText(step.value)}`);
  for (const { code, hint } of [...rejects, ...warnings]) io.print(`        ${code}: ${showSentence(hint)}`);
}

function printBlank(io: Io, name: string, fields: readonly ExplainedField[]): void {
  const blank = fields.filter((field) => !isTold(field)).map(({ field }) => field);
  if (blank.length > 0) io.print(`    ${name}, left alone since blank: ${blank.join(', ')}`);
}

function printRemark(
  io: Io,
  sign: string,
  word: string,
  { row, column, value, code, hint }: Reject | Warning,
  files: readonly { readonly name: string }[],
): void {
  const where = `${describeRows([row], files)}${column === null ? '' : `, ${showText(column)}`}`;
  io.print(`\n  ${paint(io, sign, word)} ${where}: ${quoteText(value)} ${code}. ${showSentence(hint)}`);
}

export function emitExplanation(io: Io, explanation: RecordExplanation, sources: readonly SourceFile[]): void {
  const { label, record, rows, together, rejects, warnings } = explanation;
  for (const { row, ...rest } of rows) io.emit({ type: 'row', line: row.line, ...rest });
  const place = ({ row, ...rest }: Reject | Warning): Readonly<Record<string, unknown>> => ({
    file: sources[row.file]?.profile.name,
    line: row.line,
    ...rest,
  });
  for (const reject of rejects) io.emit({ type: 'reject', ...place(reject) });
  for (const warning of warnings) io.emit({ type: 'warning', ...place(warning) });
  io.emit({
    type: 'summary',
    label,
    together,
    client: record?.client ?? null,
    contacts: record?.contacts ?? null,
    lifecycle: record?.lifecycle ?? null,
    rows: rows.length,
    rejects: rejects.length,
    warnings: warnings.length,
  });
}

/** Several clients are meant: which, and how to name one. */
export function showCandidates(
  io: Io,
  wanted: string,
  candidates: readonly Candidate[],
  sources: readonly SourceFile[],
): void {
  const files = sources.map(({ profile }) => profile);
  if (io.json) {
    for (const { label, rows, by } of candidates) {
      const places = rows.map((row) => ({ file: files[row.file]?.name, line: row.line }));
      io.emit({ type: 'candidate', label, by, rows: places });
    }
    io.emit({ type: 'summary', wanted, candidates: candidates.length });
    return;
  }
  io.print(`${candidates.length} clients answer to ${quoteText(wanted)}:`);
  for (const { label, rows, by } of candidates.slice(0, CANDIDATES_SHOWN_MAX))
    io.print(`  ${quoteText(label)}  (${describeRows(rows, files)}), by its ${by.join(' and ')}`);
  if (candidates.length > CANDIDATES_SHOWN_MAX) io.print(`  … and ${candidates.length - CANDIDATES_SHOWN_MAX} more`);
  io.talk('Name one by its id_number, its number or an e-mail address.');
}
