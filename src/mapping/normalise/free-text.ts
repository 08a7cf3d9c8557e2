/**
 * The normalisers of free text, notes, keys, phones and web addresses.
 *
 * Invariant: each gives back its own output unchanged. What one step uncovers (a guard inside a guard, a tag inside a
 * tag, a blank at a cut) is cleaned again until nothing changes.
 */

import { stripTags } from './html.js';
import { countCharacters, cutBytes, cutCharacters } from './length.js';
import { rejectCell, warnCell } from './problem.js';
import type { Normalised } from './problem.js';
import {
  isBlankText,
  isPlaceholder,
  isTidy,
  isTidyLines,
  stripGuard,
  tidyLines,
  tidyText,
  untilStable,
} from './text.js';

/** What a spreadsheet makes of a long number: `4.87688E+18`. A key such as `1E5` or `12E-4` is left alone. */
const SCIENTIFIC = /^[+-]?\d(?:(?:[.,]\d+)?[eE][+-]\d{1,3}|[.,]\d+[eE]\d{1,3})$/u;
const FLOAT = /^\d+\.0$/u;
const FLOAT_PHONE = /^\+?\d{5,}\.0$/u;
/** Where a browser would begin a new line: without this, paragraphs would grow together when their tags go. */
const BLOCK_END = /<\/(?:p|div|li|tr|h[1-6])>/giu;
const CODE_DOT = 0x2e;

/** One line, at most `lengthMax` code points. Warnings: `html-removed` (with `tags`), `text-cut`. */
export function textNormaliser(lengthMax: number, tags: boolean): (raw: string) => Normalised {
  const clean = (raw: string): string => untilStable(raw, cleanTextOnce);
  const bare = tags ? (text: string): string => untilStable(text, (step) => cleanTextOnce(stripTags(step))) : clean;
  return (raw) => {
    if (raw.length <= lengthMax && isTidy(raw)) return isBlankText(raw) ? '' : raw;
    const text = clean(raw);
    const plain = tags ? bare(text) : text;
    const cut = cutCharacters(plain, lengthMax);
    if (cut !== plain) return warnCut(bare(cut), countCharacters(plain), lengthMax);
    return plain === text ? text : warnTags(plain);
  };
}

function cleanTextOnce(raw: string): string {
  const text = isTidy(raw) ? raw : stripGuard(tidyText(raw));
  return isBlankText(text) ? '' : text;
}

/** Lines, at most `bytesMax` bytes in UTF-8 (FACTS.md [346]). Warnings as for text. */
export function notesNormaliser(bytesMax: number, tags: boolean): (raw: string) => Normalised {
  const clean = (raw: string): string => untilStable(raw, cleanNotesOnce);
  const bare = tags ? (text: string): string => untilStable(text, (step) => cleanNotesOnce(stripTags(step))) : clean;
  return (raw) => {
    if (raw.length * 3 <= bytesMax && isTidyLines(raw)) return isBlankText(raw) ? '' : raw;
    const text = tags ? bare(clean(raw.replace(BLOCK_END, '\n'))) : clean(raw);
    const cut = cutBytes(text, bytesMax);
    if (cut === text) return text;
    const bytes = new TextEncoder().encode(text).length;
    return warnCell(
      'text-cut',
      bare(cut),
      `The notes have ${bytes} bytes and Invoice Ninja keeps ${bytesMax}; the end is cut off.`,
    );
  };
}

/**
 * The server writes `<-` for `</sc` in notes (FACTS.md [043]); done here, in any case, the next comparison finds no
 * change.
 */
function cleanNotesOnce(raw: string): string {
  const text = isTidyLines(raw) ? raw : stripGuard(tidyLines(raw)).replaceAll(/<\/sc/gi, '<-');
  return isBlankText(text) ? '' : text;
}

/** A value that is no free text: cleaned, without guard, blank for every placeholder. */
export function cleanValue(raw: string): string {
  const text = isTidy(raw) ? raw : untilStable(raw, (step) => stripGuard(tidyText(step)));
  return isPlaceholder(text) ? '' : text;
}

/**
 * An id or number, never read as a number: `007` stays. Rejects: `damaged-key` for scientific notation, whose last
 * digits are lost for good, `key-too-long`. Warning: `number-guard-removed` for `123.0`, where only the type was lost.
 */
export function normaliseKey(raw: string, lengthMax: number): Normalised {
  const key = cleanValue(raw);
  if (SCIENTIFIC.test(key)) {
    return rejectCell('damaged-key', 'The last digits are lost; open the original export, not one saved by Excel.');
  }
  if (key.length > lengthMax && countCharacters(key) > lengthMax) {
    return rejectCell(
      'key-too-long',
      `The key has ${countCharacters(key)} characters and Invoice Ninja keeps ${lengthMax}; use a shorter one.`,
    );
  }
  if (key.charCodeAt(key.length - 2) !== CODE_DOT || !FLOAT.test(key)) return key;
  return warnCell(
    'number-guard-removed',
    key.slice(0, -2),
    'A program has made a decimal number of the key; its ".0" is taken off. Export the column as text.',
  );
}

/** The text of a phone number as it is. `4930123456.0` loses its `.0`; scientific notation has lost the number. */
export function normalisePhone(raw: string, lengthMax: number): Normalised {
  const phone = cleanPhone(raw);
  if (SCIENTIFIC.test(phone)) {
    return warnCell(
      'number-guard-removed',
      '',
      'The digits are lost, so the phone number is left alone; open the original export, not one saved by Excel.',
    );
  }
  return cutValue(phone, lengthMax, cleanPhone);
}

function cleanPhone(raw: string): string {
  const phone = cleanValue(raw);
  return FLOAT_PHONE.test(phone) ? phone.slice(0, -2) : phone;
}

/** A web address as it is written; a scheme with nothing behind it, which forms put in, is blank. */
export function normaliseUrl(raw: string, lengthMax: number): Normalised {
  return cutValue(cleanUrl(raw), lengthMax, cleanUrl);
}

function cleanUrl(raw: string): string {
  const url = cleanValue(raw);
  return url === 'http://' || url === 'https://' ? '' : url;
}

function cutValue(value: string, lengthMax: number, clean: (text: string) => string): Normalised {
  const cut = cutCharacters(value, lengthMax);
  return cut === value ? value : warnCut(untilStable(cut, clean), countCharacters(value), lengthMax);
}

function warnCut(value: string, length: number, lengthMax: number): Normalised {
  return warnCell(
    'text-cut',
    value,
    `The text has ${length} characters and Invoice Ninja keeps ${lengthMax}; the end is cut off.`,
  );
}

function warnTags(value: string): Normalised {
  return warnCell(
    'html-removed',
    value,
    'Invoice Ninja takes out everything between < and > here; write the text without these signs.',
  );
}
