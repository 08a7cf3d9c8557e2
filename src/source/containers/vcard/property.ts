/** One property of a card: its name, what its parameters say, and its value, decoded. */

import type { ValueDecoder } from '../text-lines.js';
import type { RawProperty } from './cards.js';

export interface Property {
  /** In capitals: `EMAIL`, `X-SKYPE`. */
  readonly name: string;
  /** `item1` of `item1.EMAIL`, by which a label belongs to it. */
  readonly group: string | null;
  /** In small letters: `work`, `cell`, `fax`. */
  readonly types: ReadonlySet<string>;
  /** 1 is the most preferred; 101: nothing is said. */
  readonly preference: number;
  /** Parts between semicolons; most properties have one. */
  readonly parts: readonly string[];
}

const NO_PREFERENCE = 101;
/** Parts of a value, for properties that have them. In others a semicolon is a character. */
const STRUCTURED = /^(?:N|ORG|ADR|GENDER)$/;
/** Spellings of encodings among bare parameters of 2.1. */
const ENCODINGS = /^(?:quoted-printable|base64|b|8bit|7bit)$/i;

export function readProperty({ line, bytes }: RawProperty, version: string, decoder: ValueDecoder): Property {
  const colon = findColon(bytes);
  const [head = '', ...params] = splitOutside(bytes.slice(0, colon), ';');
  const dot = head.lastIndexOf('.');
  const name = head.slice(dot + 1).toUpperCase();
  const said = readParameters(params);
  const value = bytes.slice(colon + 1);
  const raw = STRUCTURED.test(name) ? splitUnescaped(value, ';') : [value];
  const parts = raw.map((part) => {
    const text = decoder.decode(decodeTransfer(part, said.encoding), line, said.charset);
    return unescape(text, version).trim();
  });
  if (/^tel:/i.test(parts[0] ?? '')) parts[0] = readTelephoneUri(parts[0]!);
  if (name === 'EMAIL' && /^mailto:/i.test(parts[0] ?? '')) parts[0] = parts[0]!.slice('mailto:'.length);
  return { name, group: dot === -1 ? null : head.slice(0, dot).toLowerCase(), ...said, parts };
}

interface Parameters {
  readonly types: ReadonlySet<string>;
  readonly preference: number;
  readonly encoding: string;
  readonly charset?: string;
}

function readParameters(params: readonly string[]): Parameters {
  const types = new Set<string>();
  let preference = NO_PREFERENCE;
  let encoding = '';
  let charset: string | undefined;
  for (const param of params) {
    const equals = param.indexOf('=');
    const key = equals === -1 ? '' : param.slice(0, equals).trim().toUpperCase();
    const value = param
      .slice(equals + 1)
      .trim()
      .replaceAll('"', '');
    if (key === 'ENCODING' || (key === '' && ENCODINGS.test(value))) encoding = value.toLowerCase();
    else if (key === 'CHARSET') charset = value;
    else if (key === 'PREF' && /^\d+$/.test(value)) preference = Math.min(preference, Number(value));
    else if (key === 'TYPE' || key === '') {
      for (const type of value.split(',')) types.add(type.trim().toLowerCase());
    }
  }
  if (types.delete('pref')) preference = Math.min(preference, 1);
  return { types, preference, encoding, ...(charset === undefined ? {} : { charset }) };
}

/** Bytes to bytes, one character each. */
function decodeTransfer(bytes: string, encoding: string): string {
  if (encoding === 'quoted-printable')
    return bytes
      .replace(/=$/, '')
      .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (encoding === 'b' || encoding === 'base64') return Buffer.from(bytes, 'base64').toString('latin1');
  return bytes;
}

/** 2.1 knows no escape for a line break, and paths of Windows have backslashes. */
function unescape(text: string, version: string): string {
  const unified = text.replaceAll(/\r\n?/g, '\n');
  if (!unified.includes('\\')) return unified;
  if (version === '2.1') return unified.replaceAll(/\\([;,:\\])/g, '$1');
  return unified.replaceAll(/\\([;,:"\\nN])/g, (_, escaped: string) => (/n/i.test(escaped) ? '\n' : escaped));
}

/** `tel:+1-418-656-9254;ext=102` → `+1-418-656-9254 x102`. */
function readTelephoneUri(uri: string): string {
  const [number = '', ...params] = uri.slice('tel:'.length).split(';');
  const extension = params.find((param) => /^ext=/i.test(param))?.slice('ext='.length);
  return extension === undefined ? number : `${number} x${extension}`;
}

function findColon(bytes: string): number {
  const first = bytes.indexOf(':');
  if (bytes.lastIndexOf('"', first) === -1) return first;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === '"') quoted = !quoted;
    else if (bytes[at] === ':' && !quoted) return at;
  }
  // A quote that is never closed is none.
  return first;
}

function splitOutside(text: string, by: string): readonly string[] {
  if (!text.includes('"')) return text.split(by);
  const parts: string[] = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === by && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Escapes stay in the parts. */
function splitUnescaped(text: string, by: string): readonly string[] {
  if (!text.includes('\\')) return text.split(by);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === by) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
