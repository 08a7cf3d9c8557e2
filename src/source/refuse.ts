/** Files that cannot be a table of rows: what each is, by its first bytes, and what to do instead. */

import { closeSync, openSync, readSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { SyncError } from '../errors.js';
import { SAVE_AGAIN } from './containers/workbook/parts.js';
import { zipNames } from './containers/workbook/zip-names.js';

interface Kind {
  readonly name: string;
  readonly bytes: readonly number[] | string;
}

const KINDS: readonly Kind[] = [
  { name: 'a PDF document', bytes: '%PDF' },
  { name: 'a gzip archive', bytes: [0x1f, 0x8b] },
  { name: 'a PNG image', bytes: [0x89, 0x50, 0x4e, 0x47] },
  { name: 'a JPEG image', bytes: [0xff, 0xd8, 0xff] },
  { name: 'a GIF image', bytes: 'GIF8' },
  { name: 'a WebP image or another RIFF file', bytes: 'RIFF' },
  { name: 'a 7z archive', bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'a RAR archive', bytes: 'Rar!' },
  { name: 'a SQLite database', bytes: 'SQLite format 3' },
];
/** The container of old Office files, and of new ones with a password. */
const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0];
const DIRECTORY_BYTES = 16 * 1024;
/** One NUL in a thousand bytes, or one control character in a hundred, is no accident in a text. */
const NUL_SHARE_MAX = 0.001;
const CONTROL_SHARE_MAX = 0.01;
const SIMILAR_NAMES_MAX = 3;

/** Size of a regular file; throws `file-missing` (with names that are near) or `file-unreadable`. */
export async function measureFile(path: string): Promise<number> {
  const found = await stat(path).catch(async (cause: unknown) => {
    throw isMissing(cause) ? await refuseMissing(path) : refuseUnreadable(path, cause);
  });
  if (found.isDirectory()) {
    throw new SyncError('file-unreadable', `${path}: is a folder, not a file`, { hint: 'Name one file in it.' });
  }
  if (!found.isFile())
    throw new SyncError('file-unreadable', `${path}: is not a regular file`, { hint: 'Copy it into a file first.' });
  return found.size;
}

function isMissing(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function refuseUnreadable(path: string, cause: unknown): SyncError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SyncError('file-unreadable', `${path}: cannot be read (${why})`, {
    cause,
    hint: 'Check the permissions of the file and its folder.',
  });
}

async function refuseMissing(path: string): Promise<SyncError> {
  const names = await readdir(dirname(path)).catch(() => undefined);
  if (names === undefined) {
    return new SyncError('file-missing', `${path}: there is no folder ${dirname(path)}`, { hint: 'Check the path.' });
  }
  const similar = names
    .filter((name) => isSimilar(name, basename(path)))
    .sort()
    .slice(0, SIMILAR_NAMES_MAX);
  const hint =
    similar.length === 0 ? 'Check the path.' : `Did you mean ${similar.map((name) => `"${name}"`).join(' or ')}?`;
  return new SyncError('file-missing', `${path}: there is no such file`, { hint, details: { similar } });
}

/** Same name but for case, separators, the extension, or up to a third of its letters at the end. */
function isSimilar(a: string, b: string): boolean {
  const [left, right] = [a, b].map((name) =>
    name
      .toLowerCase()
      .replace(/\.[^.]*$/, '')
      .replace(/[^\p{L}\p{N}]/gu, ''),
  ) as [string, string];
  let common = 0;
  while (common < left.length && left[common] === right[common]) common++;
  return common >= 3 && common >= Math.max(left.length, right.length) * 0.66;
}

/** Throws `file-binary` when the first bytes are those of something that is not text. */
export function refuseBinary(path: string, head: Buffer): void {
  const binary = (name: string, hint: string): SyncError =>
    new SyncError('file-binary', `${path}: is ${name}, not a CSV file`, { hint });
  if (startsWith(head, OLD_OFFICE)) {
    throw isProtected(path, head)
      ? binary('a workbook that is protected by a password', 'Save it without a password, then use that file.')
      : binary('an old Excel workbook (.xls)', SAVE_AGAIN);
  }
  if (isAppleDocument(head)) {
    throw binary('a document of Numbers, Pages or Keynote', 'Export it from Numbers as Excel (.xlsx) or CSV.');
  }
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]))
    throw binary('a zip archive', 'Unpack it and use the CSV file inside.');
  if (head.toString('latin1', 257, 262) === 'ustar')
    throw binary('a tar archive', 'Unpack it and use the CSV file inside.');
  const kind = KINDS.find(({ bytes }) => startsWith(head, bytes));
  if (kind !== undefined) throw binary(kind.name, 'Export the data as CSV.');
}

/** Numbers, Pages and Keynote pack their documents as zip archives of parts of their own. */
export function isAppleDocument(head: Buffer): boolean {
  return zipNames(head).some((name) => /(?:^|\/)Index(?:\.zip$|\/.*\.iwa$)/.test(name));
}

/** A new workbook with a password lies in the container of the old ones, whose list of contents then says so. */
function isProtected(path: string, head: Buffer): boolean {
  const mark = Buffer.from('EncryptedPackage', 'utf16le');
  if (head.includes(mark)) return true;
  if (head.length < 64) return false;
  const sectorBytes = 2 ** Math.min(head.readUInt16LE(30), 16);
  const directory = Buffer.alloc(DIRECTORY_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, directory, 0, directory.length, (head.readUInt32LE(48) + 1) * sectorBytes);
  } finally {
    closeSync(file);
  }
  return directory.includes(mark);
}

function startsWith(head: Buffer, bytes: readonly number[] | string): boolean {
  const wanted = Buffer.from(bytes as string, 'latin1');
  return head.subarray(0, wanted.length).equals(wanted);
}

/** Throws `file-binary` or `file-not-csv` for decoded text that is no table. */
export function refuseNotCsv(path: string, text: string): void {
  let nuls = 0;
  let controls = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0) nuls++;
    else if (code < 32 && (code < 9 || code > 13) && code !== 26 && code !== 27) controls++;
  }
  if (nuls > text.length * NUL_SHARE_MAX || controls > text.length * CONTROL_SHARE_MAX) {
    const what = nuls > 0 ? `${nuls} NUL characters` : `${controls} control characters`;
    const hint = 'Export the data as CSV.';
    throw new SyncError('file-binary', `${path}: is not text (${what} in its first ${text.length} characters)`, {
      hint,
    });
  }
  const start = text.trimStart().slice(0, 4000);
  const name = nameFormat(start);
  if (name === undefined) return;
  // Products write HTML and call it .xls, and Excel opens it.
  const isSheet = name.includes('workbook') || (/\.xls[a-z]?$/i.test(path) && /HTML|XML/.test(name));
  throw new SyncError('file-not-csv', `${path}: is ${name}, not a CSV file`, {
    hint: isSheet ? SAVE_AGAIN : 'Export the data as CSV, with one header line.',
  });
}

function nameFormat(start: string): string | undefined {
  const sheet = nameSheet(start);
  if (sheet !== undefined) return sheet;
  if (/^(?:<!doctype html|<html|<head|<body|<table|<div|<meta)/i.test(start)) return 'an HTML page';
  if (/^(?:<\?xml|<[a-z][\w:.-]*[\s/>])/i.test(start)) return 'an XML file';
  if (/^BEGIN:VCALENDAR\s/i.test(start)) return 'a calendar file (.ics)';
  if (/^ID;P\w/.test(start) && /^(?:[BCFP];|E\s*$)/m.test(start)) return 'a SYLK workbook (.slk)';
  if (/^TABLE\r?\n0,1\r?\n/.test(start)) return 'a DIF workbook (.dif)';
  return start.startsWith('{\\rtf') ? 'an RTF document' : undefined;
}

/** Workbooks in one file of text, among them those that products write as HTML and call `.xls`. */
function nameSheet(start: string): string | undefined {
  if (!start.startsWith('<')) return undefined;
  if (start.includes('urn:schemas-microsoft-com:office:excel') && /<html/i.test(start))
    return 'an HTML page that is called a workbook';
  if (start.includes('urn:schemas-microsoft-com:office:spreadsheet') || start.includes('progid="Excel.Sheet"'))
    return 'an Excel 2003 workbook in XML';
  const isFlat = start.includes('office:mimetype="application/vnd.oasis.opendocument.spreadsheet"');
  return isFlat ? 'a workbook in flat OpenDocument XML (.fods)' : undefined;
}
