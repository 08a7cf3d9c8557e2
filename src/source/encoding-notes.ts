/** What is said about the encoding of a file, and which files are refused for it. */

import { SyncError } from '../errors.js';
import { decodeToUtf8, hasMarkOfUtf16, isWide, unitBytesOf } from './bytes.js';
import type { EncodingGuess } from './encoding-guess.js';
import type { Fingerprint } from './fingerprint.js';
import type { FileNote, FileOverrides, FileProfile } from './profile.js';

/** So many sound characters for each broken byte, and a file that is not UTF-8 was meant to be. */
const GOOD_PER_BAD_MIN = 10;
/** `ESC $ B` and its like: ISO-2022-JP, -KR and -CN switch between sets of characters. */
const SWITCH = new RegExp(`${String.fromCharCode(27)}\\$(?:[@AB]|[()*+][A-H])`);
/** A character that the encoding has not, a mark inside of a word, or letters of two scripts side by side in one. */
const MISFIT =
  /[\u0080-\u009f\ufffd]|\p{L}[“”„…†‡‰ˆ˜™¢£¤¥¦¨¬¯±¶¸»«¿¡×÷]\p{Ll}|\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u;
const SIDE_BY_SIDE_MAX = 3;
const CELLS_SHOWN_MAX = 5;
const CELL_CHARACTERS_MAX = 30;
const SAY_IT = '--encoding NAME, or source.encoding in the job';

/** Throws `file-encoding` for a text that cannot be decoded without harm. */
export function refuseEncoding(path: string, print: Fingerprint, overrides: FileOverrides): void {
  if (SWITCH.test(print.head.toString('latin1'))) {
    const message = `${path}: is written in ISO-2022, a text with switches, which is not read`;
    throw new SyncError('file-encoding', message, { hint: 'Save it as UTF-8 or Shift_JIS.' });
  }
  if (unitBytesOf(print.encoding) === 4) refuseCutUtf32(path, print);
  if (isWide(print.encoding) && !print.bom && overrides.encoding === undefined) refuseInnerMark(path, print);
  refuseBadUtf8(path, print, overrides);
  if (print.guess !== undefined) refuseWeakGuess(path, print.guess);
}

/** What is taken for UTF-16 by its zeros, and has a mark only further on, begins with a text of another encoding. */
function refuseInnerMark(path: string, print: Fingerprint): void {
  const at = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])].map((mark) => print.head.indexOf(mark));
  if (at.every((offset) => offset === -1)) return;
  const message = `${path}: is written in two encodings: UTF-16 begins ${Math.max(...at)} bytes behind its beginning`;
  throw new SyncError('file-encoding', message, {
    hint: 'Export it again in one go, or take it apart into two files.',
  });
}

function refuseCutUtf32(path: string, print: Fingerprint): void {
  const over = (print.bytes - (hasMarkOfUtf16(print.head) ? 2 : 0)) % 4;
  if (over === 0) return;
  const message = `${path}: is UTF-32, which has four bytes a character, and ends with ${over} of them`;
  throw new SyncError('file-encoding', message, { hint: 'The file was cut off: export it again.' });
}

/**
 * Most of the file is UTF-8 and a few bytes are not: read as windows-1252 every umlaut would be wrong, read as UTF-8 the
 * broken places would be lost. A person decides, by naming the encoding.
 */
function refuseBadUtf8(path: string, print: Fingerprint, overrides: FileOverrides): void {
  const { good, bad, firstBadLine } = print.utf8;
  const stated = overrides.encoding;
  // Nobody said what it is, or the mark or somebody says UTF-8.
  if (bad === 0 || (print.guess === undefined && print.encoding !== 'utf-8')) return;
  const meant = print.bom || good >= bad * GOOD_PER_BAD_MIN;
  if (stated === 'utf-8' && meant) return;
  if (stated === 'utf-8') {
    const message = `${path}: is not UTF-8 as stated, from line ${firstBadLine} on`;
    throw new SyncError('file-encoding', message, { hint: 'Leave the encoding out, or state windows-1252.' });
  }
  if (!meant) return;
  const places = bad === 1 ? '1 byte that is' : `${bad} bytes that are`;
  throw new SyncError('file-encoding', `${path}: is UTF-8 with ${places} not, the first on line ${firstBadLine}`, {
    hint: 'Export it again; or state the encoding: utf-8 shows the broken places as \ufffd.',
  });
}

/**
 * Throws `file-encoding` for a file that is no UTF-8 as a whole, though some cells of a column are and others are not: rows
 * of two programs in one file. Read as either, some of its letters would be wrong.
 *
 * @param notes of the search for double encoding: UTF-8 read as something else looks like that
 */
export function refuseTwoEncodings(profile: Pick<FileProfile, 'path' | 'encoding'>, notes: readonly FileNote[]): void {
  const suspicion = notes.find(({ code }) => code === 'double-encoding-suspected');
  if (suspicion === undefined) return;
  const message = `${profile.path}: is written in two encodings, UTF-8 and ${profile.encoding}. ${suspicion.message}`;
  throw new SyncError('file-encoding', message, {
    hint: `Export it again in one go; or take it as it is by stating the encoding: ${SAY_IT}.`,
  });
}

/**
 * Throws `file-encoding` when no encoding is likely enough, with cells as the best ones would read them.
 *
 * @param guess best first
 */
export function refuseWeakGuess(path: string, guess: EncodingGuess): void {
  const [best] = guess;
  if (best.score >= best.scoreMin) return;
  const answers = guess.slice(0, SIDE_BY_SIDE_MAX);
  const scores = answers.map(({ encoding, score }) => `${encoding} ${score.toFixed(2)}`).join(', ');
  const telling = findTelling(answers.map(({ cells }) => cells));
  const lines = answers.map(
    ({ encoding, cells }) => `${encoding}: ${telling.map((at) => show(cells[at]!)).join(' · ')}`,
  );
  const message = `${path}: its encoding cannot be told (${scores}; ${best.scoreMin.toFixed(2)} is needed)`;
  throw new SyncError('file-encoding', message, {
    hint: [`Say which of these is right, with ${SAY_IT}:`, ...lines].join('\n    '),
    details: {
      candidates: answers.map(({ encoding, score, cells }) => ({
        encoding,
        score: Number(score.toFixed(3)),
        cells: telling.map((at) => cells[at]!),
      })),
    },
  });
}

/** Places of the cells on which the answers differ most; the first ones where they agree. */
function findTelling(answers: readonly (readonly string[])[]): readonly number[] {
  const kinds = (at: number): number => new Set(answers.map((cells) => cells[at])).size;
  const places = answers[0]!.map((_, at) => at).sort((a, b) => kinds(b) - kinds(a) || a - b);
  return places.slice(0, CELLS_SHOWN_MAX);
}

/** What a person should know about the encoding: nothing where the file or somebody says it, or it is UTF-8. */
export function noteEncoding(print: Fingerprint, overrides: FileOverrides): readonly FileNote[] {
  if (print.guess !== undefined) {
    const [{ encoding, score, cells }] = print.guess;
    const example = cells.find((cell) => /\p{L}/u.test(cell)) ?? cells[0] ?? '';
    const noted = noteGuess(`${encoding} (score ${score.toFixed(2)}), in which a cell reads`, example);
    return [noted, ...noteMisfits(encoding, cells)];
  }
  if (print.bom || overrides.encoding !== undefined || !isWide(print.encoding)) return [];
  const text = decodeToUtf8(print.head.subarray(0, 400), print.encoding).toString('utf8');
  return [noteGuess(`${print.encoding} (score 1.00, by its zero bytes), in which the file begins with`, text)];
}

/** Cells that no text in the guessed encoding has: another program may have written them, in another encoding. */
function noteMisfits(encoding: string, cells: readonly string[]): readonly FileNote[] {
  const misfits = cells.filter((cell) => MISFIT.test(cell));
  if (misfits.length === 0) return [];
  const shown = misfits.slice(0, SIDE_BY_SIDE_MAX).map((cell) => `"${show(cell)}"`);
  const message =
    `Read as ${encoding} ${shown.join(', ')}${misfits.length > shown.length ? ' and others' : ''} look wrong: the file may be ` +
    'put together from two that have different encodings. Look at these cells, or export the file again as UTF-8.';
  return [{ code: 'encoding-misfits', message }];
}

function noteGuess(what: string, example: string): FileNote {
  const message = `The encoding is a guess: ${what} "${show(example)}". If that is wrong, say the right one: ${SAY_IT}.`;
  return { code: 'encoding-guessed', message };
}

function show(cell: string): string {
  const bare = cell.replaceAll(/[\p{Cc}]/gu, '\ufffd');
  return bare.length > CELL_CHARACTERS_MAX ? `${bare.slice(0, CELL_CHARACTERS_MAX)}…` : bare;
}
