/**
 * What PHP and MySQL make of a value on its way from a request into a column: trimmed, blanks to null, cut without a
 * word, booleans and numbers as their odd texts.
 */

import { breakDown } from './refusal.js';

export type Input = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null;
}

const EDGES = /^[\s\u200b]+|[\s\u200b]+$/gu;

/** Every text trimmed and blank text made null, at any depth: the server does so before anything looks at a request [030]. */
export function cleanInput(value: unknown): unknown {
  if (typeof value === 'string') {
    if (isTrimmed(value)) return value;
    const text = value.replaceAll(EDGES, '');
    return text === '' ? null : text;
  }
  if (Array.isArray(value)) return value.map(cleanInput);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleanInput(part)]));
  return value;
}

/** Begins and ends with printable ASCII: nearly every text, and much faster than a pattern. */
function isTrimmed(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f;
}

/** The text that a column gets; lists and objects break the server [066, 350], `true` becomes "1" [346, 347]. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  throw breakDown();
}

/** A text as an integer column takes it: its leading digits, otherwise 0. */
export function toInteger(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string') return 0;
  return Number.parseInt(value, 10) || 0;
}

/** A flag as its column keeps it: "yes" is stored as false [346, 347]. */
export function toFlag(value: unknown): boolean {
  return toInteger(value) !== 0;
}

/** A flag as PHP sees it before it is stored: "yes" is answered as true [346]. */
export function isTruthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '' && value !== '0';
}

export function cutCharacters(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return Array.from(text).slice(0, lengthMax).join('');
}

/** Never inside a character. */
export function cutBytes(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** PHP's strip_tags: from `<` that is not followed by a blank to the next `>` outside quotes, or to the end [043]. */
export function stripTags(text: string): string {
  if (!text.includes('<')) return text;
  return text.replaceAll(/<(?!\s)(?:"[^"]*"|'[^']*'|[^'">])*(?:>|$)/g, '');
}

/** What the server does to notes against script tags [043]. */
export function disarmNotes(text: string): string {
  return text.replaceAll(/<\/sc/gi, '<-');
}
