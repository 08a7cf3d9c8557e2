/** What an answer to a request for an export means. Pure. */

import { SyncError } from '../errors.js';

/** By what a server tells whether a file is still the same one. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** File types that are told by content types, for names that tell none. */
const TYPES: Readonly<Record<string, string>> = {
  'text/csv': '.csv',
  'text/plain': '.txt',
  'text/vcard': '.vcf',
  'application/json': '.json',
  'application/gzip': '.gz',
  'application/zip': '.zip',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
};
/** What is shorter is no secret, and stands in many names. */
const HIDDEN_LENGTH_MIN = 4;
/** File systems take 255 bytes; there has to be room for what stands before and behind a name. */
const NAME_BYTES_MAX = 180;

/** @param shown the address as messages show it */
export function refuseStatus(status: number, shown: string): SyncError {
  const answered = `${shown} answered with status ${status}`;
  if (status === 401 || status === 403)
    return new SyncError('source-refused', `${answered}: it lets nobody in with these headers.`, {
      hint: 'Is the token right, and not expired? Check source.from.headers in the job and the variable that it names.',
    });
  if (status === 404 || status === 410)
    return new SyncError('source-missing', `${answered}: there is no export.`, {
      hint: 'Check source.from in the job.',
    });
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return new SyncError('source-unreachable', `${answered}.`, { retry: 'later', hint: 'Try again later.' });
  return new SyncError('source-unusable', `${answered}, and 200 is needed.`, { hint: 'Check source.from in the job.' });
}

/** @throws SyncError `source-unusable` when what comes is no export as it is, `source-too-large` */
export function checkHeaders(headers: Headers, shown: string, bytesMax: number, tooLarge: () => SyncError): void {
  if (contentTypeOf(headers) === 'text/html')
    throw new SyncError('source-unusable', `${shown} shows a web page (a login?), not an export.`, {
      hint: 'Use the address of the file itself, and check that the token still holds.',
    });
  const packed = textOf(headers['content-encoding']) ?? 'identity';
  if (packed.toLowerCase() !== 'identity')
    throw new SyncError('source-unusable', `${shown} is sent packed (${packed}), also when it is asked not to be.`, {
      hint: 'Switch the compression off for this address, or put the file up as .csv.gz.',
    });
  if (Number(textOf(headers['content-length']) ?? 0) > bytesMax) throw tooLarge();
}

export function validatorsOf(headers: Headers): Validators {
  return { etag: textOf(headers['etag']) ?? null, lastModified: textOf(headers['last-modified']) ?? null };
}

/**
 * The name that the server gives the file, else the last part of its path; without folders, and with an ending.
 *
 * @param hidden what must not stand in it: a secret of the address
 */
export function fileNameOf(headers: Headers, at: URL, hidden: readonly string[] = []): string {
  const disposition = textOf(headers['content-disposition']) ?? '';
  const encoded = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;]+))/i.exec(disposition);
  const named = encoded === undefined ? (plain?.[1] ?? plain?.[2]) : decode(encoded);
  const shown = clean(named ?? '') || clean(decode(at.pathname)) || 'export';
  const secrets = hidden.filter((text) => text.length >= HIDDEN_LENGTH_MIN).flatMap((text) => [text, decode(text)]);
  const name = secrets.reduce((text, secret) => text.replaceAll(secret, 'x'), shown);
  const ending = TYPES[contentTypeOf(headers)];
  return ending === undefined || /\.[a-z]\w{1,4}$/i.test(name) ? name : name + ending;
}

function clean(text: string): string {
  const letters = text
    .slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
    .toWellFormed()
    .replaceAll(/["\p{Cc}]/gu, '_')
    .trim()
    .replace(/^\.+/, '');
  // Its end tells what it is.
  let name = letters.slice(-NAME_BYTES_MAX).toWellFormed();
  while (Buffer.byteLength(name) > NAME_BYTES_MAX) name = name.replace(/^./su, '');
  return name.replace(/^\.+/, '');
}

function contentTypeOf(headers: Headers): string {
  return (textOf(headers['content-type']) ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
