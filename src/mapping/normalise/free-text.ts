/**
 * The normalisers of free text, notes and web addresses, and what all others begin with.
 *
 * Invariant: each gives back its own output unchanged. What one step uncovers (a guard inside a guard, a tag inside a
 * tag, a blank at a cut) is cleaned again until nothing changes.
 */

import { LOST_CHARACTER_HINT, hasLostCharacter } from './damage.js';
import { stripTags } from './html.js';
import { countCharacters, cutBytes, cutCharacters } from './length.js';
import { warnCell } from './problem.js';
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

/** Where a browser would begin a new line: without this, paragraphs would grow together when their tags go. */
const BLOCK_END = /<\/(?:p|div|li|tr|h[1-6])>/giu;

/** One line, at most `lengthMax` code points. Warnings: `html-removed` (with `tags`), `text-cut`, `lost-character`. */
export function textNormaliser(lengthMax: number, tags: boolean): (raw: string) => Normalised {
  const clean = (raw: string): string => untilStable(raw, cleanTextOnce);
  const bare = tags ? (text: string): string => untilStable(text, (step) => cleanTextOnce(stripTags(step))) : clean;
  return (raw) => {
    if (raw.length <= lengthMax && isTidy(raw)) return isBlankText(raw) ? '' : raw;
    const text = clean(raw);
    const plain = tags ? bare(text) : text;
    const cut = cutCharacters(plain, lengthMax);
    if (cut !== plain) return warnCut(bare(cut), countCharacters(plain), lengthMax);
    if (plain !== text) return warnTags(plain);
    return hasLostCharacter(text) ? warnCell('lost-character', text, LOST_CHARACTER_HINT) : text;
  };
}

function cleanTextOnce(raw: string): string {
  const text = isTidy(raw) ? raw : stripGuard(tidyText(raw));
  return isBlankText(text) ? '' : text;
}

/**
 * Lines, at most `bytesMax` bytes in UTF-8 (FACTS.md [346]). Warnings as for text, and `line-breaks-restored` for a
 * program's `\\n` that is two characters.
 */
export function notesNormaliser(bytesMax: number, tags: boolean): (raw: string) => Normalised {
  const clean = (raw: string): string => untilStable(raw, cleanNotesOnce);
  const bare = tags ? (text: string): string => untilStable(text, (step) => cleanNotesOnce(stripTags(step))) : clean;
  return (raw) => {
    const isPlain = raw.length * 3 <= bytesMax && isTidyLines(raw) && !hasWrittenBreaks(raw);
    if (isPlain) return isBlankText(raw) ? '' : raw;
    const cleaned = tags ? bare(clean(raw.replace(BLOCK_END, '\n'))) : clean(raw);
    const broken = hasWrittenBreaks(cleaned);
    const text = broken ? bare(cleaned.replaceAll(WRITTEN_BREAK, '\n')) : cleaned;
    const cut = cutBytes(text, bytesMax);
    if (cut === text) return remarkOn(text, broken);
    const bytes = new TextEncoder().encode(text).length;
    return warnCell(
      'text-cut',
      bare(cut),
      `The notes have ${bytes} bytes and Invoice Ninja keeps ${bytesMax}; the end is cut off.`,
    );
  };
}

const WRITTEN_BREAK = /\\r\\n|\\n/gu;
/** A drive or a share: there `\\n` begins the name of a folder. */
const WINDOWS_PATH = /(?:^|[^A-Za-z])[A-Za-z]:\\|\\\\/u;

/** Some program wrote its line breaks as `\\n`: where there is no real one, and no path of Windows. */
function hasWrittenBreaks(raw: string): boolean {
  return raw.includes('\\n') && !raw.includes('\n') && !WINDOWS_PATH.test(raw);
}

function remarkOn(text: string, broken: boolean): Normalised {
  if (hasLostCharacter(text)) return warnCell('lost-character', text, LOST_CHARACTER_HINT);
  if (!broken) return text;
  const hint = 'A program wrote \\n instead of new lines; new lines are made of them.';
  return warnCell('line-breaks-restored', text, hint);
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

/** A web address as it is written; a scheme with nothing behind it, which forms put in, is blank. */
export function normaliseUrl(raw: string, lengthMax: number): Normalised {
  return cutValue(cleanUrl(raw), lengthMax, cleanUrl);
}

function cleanUrl(raw: string): string {
  const url = cleanValue(raw);
  return url === 'http://' || url === 'https://' ? '' : url;
}

/** A value that is cut at what the target keeps, with a warning, as is one with a lost character. */
export function cutValue(value: string, lengthMax: number, clean: (text: string) => string): Normalised {
  const cut = cutCharacters(value, lengthMax);
  if (cut === value && hasLostCharacter(value)) return warnCell('lost-character', value, LOST_CHARACTER_HINT);
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
