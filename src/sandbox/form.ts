/** Query strings, form bodies and multipart bodies, read as PHP reads them. */

import type { Input } from './value.js';
import { isObject } from './value.js';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Form {
  readonly fields: Input;
  /** Only files of fields that end in `[]` or `[n]` count; the rest is not even looked at [166, 173]. */
  readonly documents: readonly UploadedFile[];
}

/** Fields that one form may have, as in PHP's max_input_vars. */
const FIELDS_MAX = 1000;

/** `a=1&b[]=2&c[0][d]=3`; a name that comes twice keeps its last value. Without a prototype, as names come from outside. */
export function parseForm(text: string): Input {
  const root: Record<string, unknown> = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > FIELDS_MAX) break;
    setField(root, name, value);
  }
  return toLists(root) as Input;
}

function setField(root: Record<string, unknown>, name: string, value: string): void {
  const open = name.indexOf('[');
  if (open < 1) {
    root[name] = value;
    return;
  }
  const path = [
    name.slice(0, open),
    ...[...name.slice(open).matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? ''),
  ];
  let target = root;
  path.forEach((part, i) => {
    const key = part === '' ? String(Object.keys(target).length) : part;
    if (i === path.length - 1) {
      target[key] = value;
      return;
    }
    if (!isObject(target[key])) target[key] = Object.create(null);
    target = target[key] as Record<string, unknown>;
  });
}

/** PHP has one kind of array; here those with the keys 0, 1, 2 … become lists. */
function toLists(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, toLists(part)] as const);
  if (entries.length > 0 && entries.every(([key], i) => key === String(i))) return entries.map(([, part]) => part);
  return Object.fromEntries(entries);
}

export function parseMultipart(body: Buffer, contentType: string): Form {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const root: Record<string, unknown> = Object.create(null);
  const documents: UploadedFile[] = [];
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return { fields: {}, documents };
  const delimiter = Buffer.from(`--${mark}`);
  let start = body.indexOf(delimiter);
  for (let count = 0; start >= 0 && count < FIELDS_MAX; count++) {
    start += delimiter.length;
    const end = body.indexOf(delimiter, start);
    if (end < 0) break;
    readPart(body.subarray(start + 2, end - 2), root, documents);
    start = end;
  }
  return { fields: toLists(root) as Input, documents };
}

function readPart(part: Buffer, root: Record<string, unknown>, documents: UploadedFile[]): void {
  const split = part.indexOf('\r\n\r\n');
  if (split < 0) return;
  const head = part.toString('utf8', 0, split);
  const bytes = part.subarray(split + 4);
  const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
  const fileName = /filename="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return;
  if (fileName === undefined) setField(root, name, bytes.toString('utf8'));
  else if (/^documents\[\d*\]$/.test(name) && fileName !== '')
    documents.push({ name: fileName, bytes: Buffer.from(bytes) });
}
