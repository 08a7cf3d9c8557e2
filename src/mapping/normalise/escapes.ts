/**
 * Letters that a program wrote as something else: `M&uuml;ller`, `M=C3=BCller`, `M\u00fcller`, `M%C3%BCller`, or as nothing
 * but a question mark: `M?ller`. Said, and never changed: the cell may be the only one of its kind, and what a question mark
 * was nobody knows.
 *
 * Only for names and addresses: web addresses, passwords and notes may hold all of it. Pure.
 */

import type { WarningCode } from '../record.js';
import { isMisread } from './misread.js';

export interface Escape {
  readonly code: WarningCode;
  readonly hint: string;
}

const OTHER_THAN_ASCII = /[^ -~]/;
/** Nearly no name has one of these, so that nothing else is looked for. */
const SIGNS = /[?&=%\\+]/;

const NOTATIONS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/&(?:#\d{2,7}|#x[\da-f]{2,6}|[a-z]{2,8}\d{0,2});/i, 'HTML'],
  [/=[C-F][\dA-F]=[89AB][\dA-F]|\p{L}=[89A-F][\dA-F](?=\p{Ll}|=)/u, 'mails (quoted-printable)'],
  [/\\u[\da-f]{4}|\\x[\da-f]{2}/i, 'JSON or a programming language'],
  [/%[C-F][\dA-F]%[89AB][\dA-F]|\p{L}%(?:20|2C|26|27)\p{L}|\p{L}%[89A-F][\dA-F]\p{Ll}/iu, 'web addresses'],
  [/\p{L}\+[A-Za-z\d/]{3}-/u, 'UTF-7'],
];
/** Between letters, before the first one of a word, or instead of all of them. */
const LOST = /\p{L}\?{1,4}\p{Ll}|\p{Lu}\?{1,4}\p{Lu}{2}|(?:^|[\s(-])\?{1,2}\p{Ll}{2}|\?{4}|\?{2}\s\?{2}/u;

const LOST_HINT =
  'There is a question mark where a letter should be: a program could not write the letter. Export the file again as UTF-8, or correct the cell.';

const MISREAD: Escape = {
  code: 'misread-text',
  hint: 'The cell looks as if it had been read in another encoding than it was written in; it is kept so: export the file again as UTF-8, or correct the cell.',
};

/** What is wrong with a text; undefined when nothing is. */
export function findEscape(text: string): Escape | undefined {
  if (OTHER_THAN_ASCII.test(text) && isMisread(text)) return MISREAD;
  if (!SIGNS.test(text) || text.includes('://')) return undefined;
  const notation = NOTATIONS.find(([pattern]) => pattern.test(text))?.[1];
  if (notation !== undefined) {
    const hint = `A character is written in the notation of ${notation}, and the text is kept so: export the file again as plain text, or correct the cell.`;
    return { code: 'escaped-text', hint };
  }
  return text.includes('?') && LOST.test(text) ? { code: 'lost-character', hint: LOST_HINT } : undefined;
}
