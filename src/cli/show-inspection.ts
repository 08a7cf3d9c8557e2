/** What inspecting files found, on stdout: tables for people, JSON lines for machines. */

import type { FileInspection, Inspection } from '../run/inspect.js';
import type { Problem } from '../run/inspect-problems.js';
import {
  describeField,
  describeFile,
  describeJoin,
  describePlaces,
  describeSize,
  describeTotals,
} from './inspection-facts.js';
import type { Io } from './io.js';
import { paint, quoteText, showSentence, showText } from './text.js';

/** Kinds of problems a file shows on a terminal; JSON and the page have them all. */
const PROBLEMS_SHOWN_MAX = 30;
const SAMPLE_SHOWN_MAX = 30;
const COLUMN_WIDTHS = { min: 6, max: 36 };

const SIGNS: Readonly<Record<Problem['severity'], string>> = { reject: 'x', warning: '!', skip: '' };
const WORDS: Readonly<Record<Problem['severity'], string>> = {
  reject: 'REJECTED',
  warning: 'warning',
  skip: 'skipped',
};

export function printInspection(io: Io, inspection: Inspection): void {
  for (const file of inspection.files) printFile(io, file);
  for (const join of inspection.joins) io.print(`\n${describeJoin(join)}`);
  if (inspection.refused !== null) {
    io.print(paint(io, 'x', `\nNo client can be made of it: ${inspection.refused.message}`));
    if (inspection.refused.hint !== undefined) io.print(inspection.refused.hint);
    return;
  }
  io.print(`\n${describeTotals(inspection)}`);
}

function printFile(io: Io, file: FileInspection): void {
  const { profile, columns, problems } = file;
  io.print(describeSize(profile));
  for (const { term, text } of describeFile(file)) io.print(`  ${paint(io, '@', term.padEnd(10))} ${text}`);
  for (const { code, message } of profile.notes)
    io.print(`  ${paint(io, '!', 'note'.padEnd(10))} ${showSentence(message)} (${code})`);
  const fields = columns.map((column) => [
    showText(column.header),
    describeField(column),
    column.samples.map((sample) => cut(showText(sample), SAMPLE_SHOWN_MAX)).join(' · '),
  ]);
  io.print('');
  for (const line of layTable(io, ['column', 'field', 'samples'], fields)) io.print(`  ${line}`);
  for (const problem of problems.slice(0, PROBLEMS_SHOWN_MAX)) printProblem(io, problem, file);
  if (problems.length > PROBLEMS_SHOWN_MAX)
    io.print(`  … and ${problems.length - PROBLEMS_SHOWN_MAX} more kinds: --json or --html has them all`);
  io.print('');
}

function printProblem(io: Io, problem: Problem, { profile }: FileInspection): void {
  const { severity, code, column, example, hint, rows } = problem;
  const where = column === null ? '' : `, column ${showText(column)}`;
  const value = example === null ? '' : `, such as ${quoteText(example)}`;
  io.print(
    `\n  ${paint(io, SIGNS[severity], `${WORDS[severity]} ${rows}`)}  ${code}${where}: ${describePlaces(problem, profile)}${value}\n      ${showSentence(hint)}`,
  );
}

/** Columns as wide as what stands in them, within limits; the last one is as long as it is. */
function layTable(io: Io, heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = heads.map((head, at) => {
    const widest = Math.max(head.length, ...rows.map((cells) => cells[at]?.length ?? 0));
    return Math.min(COLUMN_WIDTHS.max, Math.max(COLUMN_WIDTHS.min, widest));
  });
  const lay = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at === cells.length - 1 ? cell : cut(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [paint(io, '@', lay(heads)), ...rows.map(lay)];
}

function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

export function emitInspection(io: Io, { files, joins, totals, refused }: Inspection): void {
  for (const file of files) emitFile(io, file);
  for (const join of joins) io.emit({ type: 'join', ...join });
  if (refused !== null) {
    const { code, message, hint = null } = refused;
    io.emit({ type: 'refused', code, message, hint });
  }
  io.emit({ type: 'summary', files: files.length, ...totals });
}

function emitFile(io: Io, { profile, layout, hint, columns, counts, problems }: FileInspection): void {
  const { name, bytes, digest, format, unit, sheet, encoding, bom, delimiter, quote, lineEnd } = profile;
  io.emit({
    type: 'file',
    file: name,
    bytes,
    digest,
    format,
    unit,
    ...(sheet === undefined ? {} : { sheet }),
    encoding,
    bom,
    delimiter,
    quote,
    lineEnd,
    headerLine: profile.headerLine,
    preambleLines: profile.preambleLines,
    footerLines: profile.footerLines,
    partial: profile.partial,
    layout: layout?.name ?? null,
    confidence: layout?.confidence ?? null,
    ...(layout === null ? {} : { evidence: layout.evidence, by: layout.by, usual: layout.usual }),
    ...(hint === null ? {} : { hint: hint.name }),
    ...counts,
  });
  for (const { code, message } of profile.notes) io.emit({ type: 'note', file: name, code, message });
  for (const { position, header, proposed, score, why, samples } of columns)
    io.emit({ type: 'column', file: name, position: position + 1, column: header, proposed, score, why, samples });
  for (const { severity, ...problem } of problems) io.emit({ type: 'problem', file: name, severity, ...problem });
}
