/**
 * What a file is, found before its first row is used: encoding, delimiter, header, footer, digest.
 *
 * A file that cannot be a table is refused here, with what it is and what to do. A header without rows is not refused:
 * a person may want to look at it. What the caller says (`overrides`) is never second-guessed, only checked.
 */

import { basename } from 'node:path';
import { SyncError } from '../errors.js';
import { withoutAdded } from './added-columns.js';
import { decodeToUtf8 } from './bytes.js';
import type { Container } from './containers/container.js';
import { findContainer } from './containers/index.js';
import { writeTable } from './containers/table-file.js';
import { trimTrailingBlanks } from './cell-kinds.js';
import { detectDelimiter, detectQuote, readSepLine } from './dialect.js';
import { takeFingerprint } from './fingerprint.js';
import type { Fingerprint } from './fingerprint.js';
import { countFooterLines } from './footer.js';
import { findHeaderLine } from './header.js';
import type { FileOverrides, FileProfile } from './profile.js';
import { markShape, readHeader } from './read.js';
import type { FileShape } from './read.js';
import { parseRecords } from './records.js';
import { measureFile, refuseBinary, refuseNotCsv, refuseUnreadable } from './refuse.js';
import type { Row } from './row.js';

/** So many sound characters for each broken byte, and a file that is not UTF-8 was meant to be. */
const GOOD_PER_BAD_MIN = 10;

/**
 * Reads all bytes once. Throws `file-missing`, `file-unreadable`, `file-empty`, `file-binary`, `file-not-csv`,
 * `file-encoding` (UTF-8 with broken places, where the choice would harm every umlaut) or `usage` (a header line that the
 * file does not have).
 */
export async function profileFile(path: string, overrides: FileOverrides = {}): Promise<FileProfile> {
  const size = await measureFile(path);
  const print = await printOf(path, size, overrides);
  const text = decodeToUtf8(print.head, print.encoding).toString('utf8');
  const container = findContainer(print.head, text, basename(path));
  if (container !== undefined) return await profileContainer(container, path, print, overrides);
  refuseBinary(path, print.head);
  // Blank UTF-16 has NUL bytes too: it is told from a file of NUL bytes by its decoded text.
  if (print.blank && !print.head.includes(0)) throw refuseEmpty(path, print);
  const shape = findShape(path, print, overrides);
  return { ...(await profileTable(shape, print)), digest: print.digest, bytes: size };
}

async function printOf(path: string, size: number, overrides: FileOverrides): Promise<Fingerprint> {
  return await takeFingerprint(path, size, overrides.encoding).catch((cause: unknown) => {
    throw refuseUnreadable(path, cause);
  });
}

/** The container's table, described as what the container is. */
async function profileContainer(
  container: Container,
  path: string,
  print: Fingerprint,
  overrides: FileOverrides,
): Promise<FileProfile> {
  const { bytes, encoding } = print;
  const input = { path, name: basename(path), bytes, encoding, overrides };
  const table = await writeTable(container, input, print.digest);
  const printed = await printOf(table.path, await measureFile(table.path), { encoding: 'utf-8' });
  if (printed.blank) throw refuseEmpty(path, print);
  const tablePrint: Fingerprint = { ...printed, lines: table.lines, lineEnd: 'cr' };
  const marks = { delimiter: ',', quote: '"', lineEnd: 'cr' } as const;
  const whole = tablePrint.bytes <= tablePrint.head.length;
  const ownHeader = container.header === 'own';
  const found = overrides.headerLine ?? findHeaderLine(readSample(tablePrint.head, markShape(marks), whole));
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
  return {
    ...(await profileTable(shape, tablePrint)),
    ...table.facts,
    format: container.format,
    unit: container.unit,
    digest: print.digest,
    bytes,
    // A container that was cut off is not read at all.
    endsWithLineEnd: true,
  };
}

/** Header, footer and columns of a text whose dialect is known. */
async function profileTable(shape: FileShape, print: Fingerprint): Promise<Omit<FileProfile, 'digest' | 'bytes'>> {
  const header = await readHeader(shape);
  if (header === undefined) throw refuseHeader(shape.path, shape.headerLine, print.lines);
  const columns = trimTrailingBlanks(header.cells.map((cell) => cell.replace(/^\ufeff+/, '').trim()));
  if (columns.length === 0) throw refuseEmpty(shape.path, print);
  const footerLines =
    shape.firstLine === 0
      ? 0
      : countFooterLines({
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
    notes: [],
    bom: print.bom,
    preambleLines: shape.headerLine - shape.firstLine,
    footerLines,
    columns,
    endsWithLineEnd: print.endsWithLineEnd,
    partial: withoutAdded(columns).length < columns.length,
  };
}

function findShape(path: string, print: Fingerprint, overrides: FileOverrides): FileShape {
  const whole = print.bytes <= print.head.length;
  const sample = decodeToUtf8(print.head, print.encoding);
  const text = sample.toString('utf8');
  if (text.trim() === '' && whole) throw refuseEmpty(path, print);
  refuseNotCsv(path, text, whole);
  refuseBadUtf8(path, print, overrides);
  const crOnly = print.lineEnd === 'cr';
  const quote = detectQuote(text);
  const delimiter = overrides.delimiter ?? readSepLine(text) ?? detectDelimiter(sample, quote, crOnly, whole);
  const records = readSample(sample, { delimiter, quote, crOnly }, whole);
  return {
    path,
    name: basename(path),
    tablePath: path,
    tableBytes: print.bytes,
    firstLine: 1,
    encoding: print.encoding,
    delimiter,
    quote,
    lineEnd: print.lineEnd,
    headerLine: overrides.headerLine ?? findHeaderLine(records),
    footerLines: 0,
  };
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

function refuseHeader(path: string, headerLine: number, lines: number): SyncError {
  if (headerLine > lines || headerLine < 1) {
    const message = `${path}: header line ${headerLine} is not in the file, which has ${lines} lines`;
    return new SyncError('usage', message, { hint: 'Name the line on which the names of the columns are.' });
  }
  return new SyncError('file-not-csv', `${path}: the header on line ${headerLine} has a quote that is never closed`, {
    hint: 'Mend that line, or name the line on which the names of the columns are.',
  });
}

/**
 * Most of the file is UTF-8 and a few bytes are not: read as windows-1252 every umlaut would be wrong, read as UTF-8 the
 * broken places would be lost. A person decides, by naming the encoding.
 */
function refuseBadUtf8(path: string, print: Fingerprint, overrides: FileOverrides): void {
  const { good, bad, firstBadLine } = print.utf8;
  const meant = print.bom || good >= bad * GOOD_PER_BAD_MIN;
  if (bad === 0 || overrides.encoding === 'windows-1252' || (overrides.encoding === 'utf-8' && meant)) return;
  if (overrides.encoding === 'utf-8') {
    const message = `${path}: is not UTF-8 as stated, from line ${firstBadLine} on`;
    throw new SyncError('file-encoding', message, { hint: 'Leave the encoding out, or state windows-1252.' });
  }
  if (!meant) return;
  const places = bad === 1 ? '1 byte that is' : `${bad} bytes that are`;
  throw new SyncError('file-encoding', `${path}: is UTF-8 with ${places} not, the first on line ${firstBadLine}`, {
    hint: 'Export it again; or state the encoding: utf-8 shows the broken places as \ufffd.',
  });
}
