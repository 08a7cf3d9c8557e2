/**
 * What a file is, found before its first row is used: encoding, delimiter, header, footer, digest.
 *
 * A file that cannot be a table is refused here, with what it is and what to do. A header without rows is not refused:
 * a person may want to look at it. What the caller says (`overrides`) is never second-guessed, only checked.
 */

import { basename } from 'node:path';
import { unguardCell } from '../csv-cell.js';
import { SyncError } from '../errors.js';
import { withoutAdded } from './added-columns.js';
import { decodeToUtf8 } from './bytes.js';
import type { TableSource } from './containers/container.js';
import { findContainer } from './containers/index.js';
import { writeTable } from './containers/table-file.js';
import { trimTrailingBlanks } from './cell-kinds.js';
import { findModalWidth, isDelimiter, readSepLine } from './dialect.js';
import { findDoubleEncoding } from './double-encoding-columns.js';
import { readEncodingName } from './encoding-names.js';
import { noteEncoding, refuseEncoding, refuseTwoEncodings, refuseWeakGuess } from './encoding-notes.js';
import { takeFingerprint } from './fingerprint.js';
import type { Fingerprint } from './fingerprint.js';
import { findFooter } from './footer.js';
import type { Footer } from './footer.js';
import { findHeaderLine } from './header.js';
import type { FileFormat, FileNote, FileOverrides, FileProfile } from './profile.js';
import { findCellShapes } from './mend-rows.js';
import { markShape } from './judge-rows.js';
import { readHeader, readRows } from './read.js';
import type { FileShape } from './read.js';
import { findReading } from './reading.js';
import { parseRecords } from './records.js';
import { refuseDelimiter } from './refuse-delimiter.js';
import { measureFile, refuseBinary, refuseNotCsv, refuseUnreadable } from './refuse.js';
import { findRowShape } from './row-shape.js';
import { rewriteAs } from './rewrite.js';
import type { Reading } from './rewrite.js';
import type { Row } from './row.js';
import { refuseTables } from './tables.js';

/** Formats in which a file that was cut off behind a line looks whole. */
const ENDS_ANYWHERE: ReadonlySet<FileFormat> = new Set(['csv', 'jsonl', 'ldif', 'iif']);
/** Of a footer, in a note. */
const FOOTER_TEXT_MAX = 120;

/**
 * Reads all bytes once. Throws `file-missing`, `file-unreadable`, `file-empty`, `file-binary`, `file-not-csv`,
 * `file-encoding` (UTF-8 with broken places, or an encoding that cannot be told, where the choice would harm every umlaut)
 * or `usage` (a header line that the file does not have, an encoding that nobody knows).
 */
export async function profileFile(path: string, wishes: FileOverrides = {}): Promise<FileProfile> {
  const overrides = wishes.encoding === undefined ? wishes : { ...wishes, encoding: readEncodingName(wishes.encoding) };
  const size = await measureFile(path);
  const print = await printOf(path, size, overrides);
  const text = decodeToUtf8(print.head, print.encoding).toString('utf8');
  const container = findContainer(print.head, text, basename(path));
  if (container !== undefined) return await profileContainer(container, path, print, overrides);
  refuseBinary(path, print.head);
  // Blank UTF-16 has NUL bytes too: it is told from a file of NUL bytes by its decoded text.
  if (print.blank && !print.head.includes(0)) throw refuseEmpty(path, print);
  const { shape, rewrite, records } = findShape(path, print, overrides);
  if (rewrite !== undefined) return await profileContainer(rewriteAs(rewrite), path, print, overrides);
  const described = await profileTable(shape, print, records);
  const notes = [...noteEncoding(print, overrides), ...described.notes];
  const rows = records.filter(({ line }) => line > shape.headerLine);
  const cellCount = findModalWidth(rows.map(({ cells }) => cells));
  const cellShapes = findCellShapes(rows, described.columns.length, cellCount);
  const known = described.partial ? {} : { cellShapes, cellCount };
  return await repairDoubled({ ...described, ...known, notes, digest: print.digest, bytes: size }, print);
}

/** The profile of a file with text that was encoded twice says which columns are repaired; all rows are read for that. */
async function repairDoubled(profile: FileProfile, print: Fingerprint): Promise<FileProfile> {
  if (!print.maybeDoubled) return profile;
  const { columns, repairs, notes } = await findDoubleEncoding(profile, readRows(profile));
  if (print.guess !== undefined) refuseTwoEncodings(profile, notes);
  return {
    ...profile,
    columns,
    notes: [...profile.notes, ...notes],
    ...(repairs.length === 0 ? {} : { repairs }),
  };
}

async function printOf(path: string, size: number, overrides: FileOverrides): Promise<Fingerprint> {
  return await takeFingerprint(path, size, overrides.encoding).catch((cause: unknown) => {
    throw refuseUnreadable(path, cause);
  });
}

/** The container's table, described as what the container is. */
async function profileContainer(
  container: TableSource,
  path: string,
  print: Fingerprint,
  overrides: FileOverrides,
): Promise<FileProfile> {
  const { bytes, encoding, guess } = print;
  const isMixed = container.encodings === 'mixed';
  if (guess !== undefined && !isMixed) refuseWeakGuess(path, guess);
  const input = { path, name: basename(path), bytes, encoding, overrides, ...(guess === undefined ? {} : { guess }) };
  const table = await writeTable(container, input, print.digest);
  const printed = await printOf(table.path, await measureFile(table.path), { encoding: 'utf-8' });
  if (printed.blank) throw refuseEmpty(path, print);
  const tablePrint: Fingerprint = { ...printed, lines: table.lines, lineEnd: 'cr' };
  const marks = { delimiter: ',', quote: '"', lineEnd: 'cr' } as const;
  const whole = tablePrint.bytes <= tablePrint.head.length;
  const ownHeader = container.header === 'own';
  const records = readSample(tablePrint.head, markShape(marks), whole);
  const found = overrides.headerLine ?? findHeaderLine(records);
  if (!ownHeader && overrides.headerLine === undefined) refuseTables(path, records, found, container.unit);
  const shape: FileShape = {
    path,
    name: basename(path),
    tablePath: table.path,
    tableBytes: tablePrint.bytes,
    firstLine: ownHeader ? 0 : 1,
    encoding: 'utf-8',
    ...marks,
    headerLine: ownHeader ? 0 : found,
    footerLines: 0,
  };
  const described = await profileTable(shape, tablePrint, records, container.unit);
  const profile = {
    ...described,
    ...table.facts,
    notes: [...(isMixed ? [] : noteEncoding(print, overrides)), ...table.facts.notes, ...described.notes],
    format: container.format,
    unit: container.unit,
    digest: print.digest,
    bytes,
    // Of the others one that was cut off is not read at all.
    endsWithLineEnd: !ENDS_ANYWHERE.has(container.format) || /[\r\n]\0{0,3}$/.test(print.tail.toString('latin1')),
  };
  return await repairDoubled(profile, tablePrint);
}

/** Header, footer and columns of a text whose dialect is known. */
async function profileTable(
  shape: FileShape,
  print: Fingerprint,
  records: readonly Row[],
  unit: FileProfile['unit'] = 'line',
): Promise<Omit<FileProfile, 'digest' | 'bytes'>> {
  const header = await readHeader(shape);
  if (header === undefined) throw refuseHeader(shape.path, shape.headerLine, print.lines, unit);
  const named = trimTrailingBlanks(header.cells.map((cell) => cell.replace(/^\ufeff+/, '').trim()));
  // Of a file of rejects, whose cells were guarded when it was written.
  const partial = withoutAdded(named).length < named.length;
  const columns = partial ? named.map(unguardCell) : named;
  if (columns.length === 0) throw refuseEmpty(shape.path, print);
  const footer =
    shape.firstLine === 0
      ? null
      : findFooter({
          bytes: print.tail,
          fileBytes: print.bytes,
          encoding: print.encoding,
          marks: markShape(shape),
          columnCount: columns.length,
          lines: print.lines,
          headerEndLine: header.endLine,
        });
  return {
    ...shape,
    format: 'csv',
    unit: 'line',
    notes: footer === null ? [] : [describeFooter(footer, print.lines, unit)],
    bom: print.bom,
    preambleLines: shape.headerLine - shape.firstLine,
    footerLines: footer?.lines ?? 0,
    columns,
    rowShape: findRowShape(records, shape.headerLine, columns.length),
    endsWithLineEnd: print.endsWithLineEnd,
    partial,
  };
}

function describeFooter({ lines, text }: Footer, fileLines: number, unit: FileProfile['unit']): FileNote {
  const word = unit === 'row' ? 'Row' : 'Line';
  const where = lines === 1 ? `${word} ${fileLines} is` : `${word}s ${fileLines - lines + 1} to ${fileLines} are`;
  const shown = text.length > FOOTER_TEXT_MAX ? `${text.slice(0, FOOTER_TEXT_MAX)}…` : text;
  return { code: 'footer-left-out', message: `${where} below the rows and left out: "${shown}".` };
}

function findShape(
  path: string,
  print: Fingerprint,
  overrides: FileOverrides,
): { readonly shape: FileShape; readonly records: readonly Row[]; readonly rewrite?: Reading } {
  const whole = print.bytes <= print.head.length;
  const sample = decodeToUtf8(print.head, print.encoding);
  const text = sample.toString('utf8');
  if (text.trim() === '' && whole) throw refuseEmpty(path, print);
  refuseNotCsv(path, text);
  refuseEncoding(path, print, overrides);
  const sep = readSepLine(text);
  const stated = overrides.delimiter ?? (isDelimiter(sep) ? sep : undefined);
  if (stated === undefined) refuseDelimiter(path, { bytes: sample, whole }, sep);
  const { marks, rewrite } = findReading({ bytes: sample, whole }, print.lineEnd, stated);
  const records = readSample(sample, marks, whole);
  const headerLine = overrides.headerLine ?? findHeaderLine(records);
  if (overrides.headerLine === undefined && rewrite === undefined) refuseTables(path, records, headerLine);
  const shape: FileShape = {
    path,
    name: basename(path),
    tablePath: path,
    tableBytes: print.bytes,
    firstLine: 1,
    encoding: print.encoding,
    delimiter: marks.delimiter,
    quote: marks.quote,
    lineEnd: print.lineEnd,
    headerLine,
    footerLines: 0,
  };
  return rewrite === undefined ? { shape, records } : { shape, records, rewrite };
}

/**
 * The complete records of a sample; a first record longer than the sample counts as it is. Broken ones are among them,
 * roughly cut: where one of them is the header, the file is refused for that and the next line is not taken instead.
 */
function readSample(sample: Buffer, marks: ReturnType<typeof markShape>, whole: boolean): readonly Row[] {
  const complete = parseRecords(sample, marks, 1, whole);
  const { rows, broken } = complete.rows.length > 0 ? complete : parseRecords(sample, marks, 1, true);
  const cut = broken.map(({ line, endLine, value }) => ({ line, endLine, cells: value.split(marks.delimiter) }));
  return [...rows, ...cut].sort((a, b) => a.line - b.line);
}

function refuseEmpty(path: string, print: Fingerprint): SyncError {
  const what =
    print.bytes === 0 ? 'is empty (0 bytes)' : `holds nothing but blank lines and blank cells (${print.lines} lines)`;
  return new SyncError('file-empty', `${path}: ${what}`, {
    hint: 'Check the export: it needs a header line with the names of the columns.',
  });
}

function refuseHeader(path: string, headerLine: number, lines: number, unit: FileProfile['unit']): SyncError {
  if (headerLine > lines || headerLine < 1) {
    const message = `${path}: header ${unit} ${headerLine} is not in the file, which has ${lines} ${unit}s`;
    return new SyncError('usage', message, { hint: `Name the ${unit} on which the names of the columns are.` });
  }
  return new SyncError('file-not-csv', `${path}: the header on line ${headerLine} has a quote that is never closed`, {
    hint: 'Mend that line, or name the line on which the names of the columns are.',
  });
}
