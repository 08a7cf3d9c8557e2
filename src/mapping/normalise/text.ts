/**
 * Text as it should have been typed: no stray white space, one Unicode form, no control characters, no placeholders.
 *
 * Every function here is idempotent, and text without any of these damages is found by one pass over its characters
 * and given back as it is, since nearly every cell of nearly every file is such text.
 */

import { isLost } from './damage.js';

const CODE_LINE_FEED = 0x0a;
const CODE_BLANK = 0x20;
const CODE_EQUALS = 0x3d;
const CODE_LESS = 0x3c;
const CODE_UNDERSCORE = 0x5f;
const CODE_X = 0x78;

/** What can never be seen and never joins letters or emoji: zero-width space, word joiner, soft hyphen, BOM. */
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/gu;
/** Spaces that word processors and number formats put where a person typed a blank, and the tab. */
const ODD_BLANK = /[\t\u00a0\u2007\u202f]/gu;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/gu;
/** A line break as text files, old office programs (VT, FF), HTML and the XML of a spreadsheet write it. */
// oxlint-disable-next-line no-control-regex
const LINE_BREAK = /(?:_x000d_)?(?:\r\n|[\n\r\u000b\u000c\u2028\u2029])|_x000d_|<br\s*\/?>/giu;

const GUARD = /^="(.*)"$/su;

/**
 * Placeholders that no person and no company is called. `NA` is not one: it is Namibia, and a name. `None`, `Null`
 * and `Unknown` are family names, so only the spellings of programs count here (`NULL`, `NaN`, `undefined`, `*None`).
 */
const BLANK_TEXTS: ReadonlySet<string> = new Set([
  'n/a',
  'N/A',
  'N/a',
  '#n/a',
  '#N/A',
  '#NV',
  'NULL',
  'NaN',
  'undefined',
  '-',
  '--',
  '---',
  '–',
  '—',
  '*None',
  '0000-00-00',
  '000000000000000AAA',
]);

/** For every field that is not free text; compared in lower case. */
const BLANK_VALUES: ReadonlySet<string> = new Set([
  ...[...BLANK_TEXTS].map((text) => text.toLowerCase()),
  '.',
  'none',
  'null',
  'nil',
  '0/0/00',
  '00/00/0000',
]);
const BLANK_LENGTH_MAX = Math.max(...[...BLANK_VALUES].map((text) => text.length));

/** True for the placeholders of fields that hold a value and not free text: `n/a`, `-`, `none`, `#REF!`, `0000-00-00`, `1900-01-01` … */
export function isPlaceholder(text: string): boolean {
  if (!startsLikeBlank(text)) return text.length === 10 && text.startsWith('1900-01-0');
  return (text.length <= BLANK_LENGTH_MAX && BLANK_VALUES.has(text.toLowerCase())) || isLost(text);
}

/** True for the placeholders that cannot be anybody's name, see `BLANK_TEXTS`. */
export function isBlankText(text: string): boolean {
  if (!startsLikeBlank(text)) return false;
  return (text.length <= BLANK_LENGTH_MAX && BLANK_TEXTS.has(text)) || isLost(text);
}

/** Spares nearly every cell the look-up: placeholders begin with `N n U u # [ - – — * 0 .` and nothing else. */
function startsLikeBlank(text: string): boolean {
  switch (text.charCodeAt(0)) {
    case 0x4e:
    case 0x6e:
    case 0x55:
    case 0x75:
    case 0x23:
    case 0x5b:
    case 0x2d:
    case 0x2013:
    case 0x2014:
    case 0x2a:
    case 0x30:
    case 0x2e:
      return true;
    default:
      return false;
  }
}

/**
 * True when `tidyText`, `tidyLines` and `stripGuard` would all give the text back as it is: no blank at an end, no
 * guard, no mark-up, only characters below U+0300 (which are their own NFC form) without control characters.
 */
export function isTidy(text: string): boolean {
  return isTidyWith(text, -1);
}

/** As `isTidy` for several lines: `\n` inside the text is as it should be. */
export function isTidyLines(text: string): boolean {
  return isTidyWith(text, CODE_LINE_FEED);
}

function isTidyWith(text: string, allowed: number): boolean {
  const { length } = text;
  if (length === 0) return true;
  const first = text.charCodeAt(0);
  if (first <= CODE_BLANK || first === CODE_EQUALS || text.charCodeAt(length - 1) <= CODE_BLANK) return false;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < CODE_BLANK && code !== allowed) || code === CODE_LESS) return false;
    if (code > 0x7e && (code < 0xa1 || code === 0xad || code > 0x2ff)) return false;
    if (code === CODE_UNDERSCORE && (text.charCodeAt(at + 1) | 0x20) === CODE_X) return false;
  }
  return true;
}

/** One line of clean text: `tidyText` without the unmistakable placeholders. */
export function cleanText(raw: string): string {
  const text = isTidy(raw) ? raw : tidyText(raw);
  return isBlankText(text) ? '' : text;
}

/** Trimmed, NFC, on one line (line breaks become `, `), with plain blanks and without control characters. */
export function tidyText(raw: string): string {
  const text = tidyLines(raw);
  if (!text.includes('\n')) return text;
  const lines = text.split('\n').map(trimText);
  const filled = lines.filter((line) => line !== '');
  return filled.map((line, at) => (at === filled.length - 1 ? line : dropTrailingCommas(line))).join(', ');
}

function dropTrailingCommas(line: string): string {
  let end = line.length;
  while (end > 0 && (line.charAt(end - 1) === ',' || isEdge(line.charCodeAt(end - 1)))) end -= 1;
  return line.slice(0, end);
}

/** As `tidyText`, with line breaks as `\n`. A lone surrogate, which no JSON reader accepts, becomes U+FFFD. */
export function tidyLines(raw: string): string {
  const lines = raw
    .replace(LINE_BREAK, '\n')
    .replace(INVISIBLE, '')
    .replace(ODD_BLANK, ' ')
    .replace(CONTROL, '')
    .toWellFormed()
    .normalize('NFC');
  const text = trimText(lines);
  // What is removed may have split a break (`<b\u00adr>`): rare enough to look again only where one is there now.
  return text !== raw && text.search(LINE_BREAK_OTHER) >= 0 ? tidyLines(text) : text;
}
const LINE_BREAK_OTHER = /_x000d_|<br\s*\/?>/iu;

/** Loops, because a pattern for "blanks at the end" takes quadratic time for blanks in the middle. */
function trimText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isEdge(text.charCodeAt(start))) start += 1;
  while (end > start && isEdge(text.charCodeAt(end - 1))) end -= 1;
  return end - start === text.length ? text : text.slice(start, end);
}

/** White space and invisible marks that mean nothing at the ends of a cell; the server trims most of them, too. */
function isEdge(code: number): boolean {
  if (code <= CODE_BLANK) return true;
  if (code < 0x7f) return false;
  return EDGE_CODES.has(code) || (code >= 0x2000 && code <= 0x200f);
}
const EDGE_CODES: ReadonlySet<number> = new Set([
  0x7f, 0x85, 0xa0, 0xad, 0x1680, 0x180e, 0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff,
  // marks that turn the direction of writing; phone numbers copied from Windows' contacts are wrapped in them
  0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
]);

/** `="001"`, by which a program keeps a spreadsheet from making a number of it, is `001`. Other text is given back. */
export function stripGuard(raw: string): string {
  if (raw.charCodeAt(0) !== CODE_EQUALS) return raw;
  return GUARD.exec(raw)?.[1]?.replaceAll('""', '"') ?? raw;
}

/** One leading apostrophe, which some products write before ids and phones, is removed. */
export function stripApostrophe(raw: string): string {
  return raw.charCodeAt(0) === 0x27 ? raw.slice(1) : raw;
}

/** `clean` again and again until nothing changes: what one step uncovers, the next may have to clean. Each step shortens. */
export function untilStable(raw: string, clean: (text: string) => string): string {
  let text = raw;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = clean(text);
    if (next === text) return text;
    text = next;
  }
  return text;
}
/** Far more layers than any file has; an attacker's thousandth layer is simply left in the text. */
const ROUNDS_MAX = 1_000;
