/**
 * E-mail addresses: taking them out of a cell, and telling which of them the server accepts.
 *
 * The server checks with Laravel's `email` rule, which follows the RFC: `a@b` and international domains are valid
 * (FACTS.md [046, 047]). What that rule accepts beyond dot-separated words (quoted local parts, comments, IP literals)
 * is refused here: in an export it is always a damage. Case is kept.
 */

import { rejectCell } from './problem.js';
import type { Normalised } from './problem.js';
import { isPlaceholder, stripGuard, tidyLines, untilStable } from './text.js';

/** The column of the target; a longer address would be cut in the middle of the domain (FACTS.md "POST create"). */
const EMAIL_LENGTH_MAX = 100;
const LABEL_LENGTH_MAX = 63;

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const PLAIN = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`, 'u');

const LOCAL_REFUSED = /[\s,[\]<>:;"()\\\p{C}]|[^\P{S}$+<=>^`|~]/u;
const DOMAIN_REFUSED = /[\s!-,/:-@[-`{-~\p{C}\p{S}]/u;

/** Addresses that people type where a form insists on one. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'none@none.com',
  'none@none.none',
  'noemail@noemail.com',
  'noemail@none.com',
  'no@email.com',
  'no-email@no-email.com',
  'no@no.com',
  'na@na.com',
  'n/a@n/a',
  'n/a@n/a.com',
]);

/**
 * One address, trimmed, without `<>`, `mailto:` and display name. A placeholder is blank. Rejects: `invalid-email`,
 * `email-too-long`; a cell with several addresses is invalid here, `splitEmails` takes it apart.
 */
export function normaliseEmail(raw: string): Normalised {
  if (raw === '') return '';
  if (raw.length <= EMAIL_LENGTH_MAX && PLAIN.test(raw)) return isEmailPlaceholder(raw) ? '' : raw;
  const [address = '', ...others] = splitEmails(raw);
  if (others.length > 0) {
    return rejectCell('invalid-email', 'The cell holds several addresses; keep one, or map the column as a list.');
  }
  if (isEmailPlaceholder(address)) return '';
  const flaw = findFlaw(address);
  if (flaw !== undefined) return rejectCell('invalid-email', `Correct the address: ${flaw}.`);
  const length = address.length > EMAIL_LENGTH_MAX ? Array.from(address).length : address.length;
  if (length <= EMAIL_LENGTH_MAX) return address;
  return rejectCell(
    'email-too-long',
    `The address has ${length} characters and Invoice Ninja keeps ${EMAIL_LENGTH_MAX}; use a shorter one.`,
  );
}

function isEmailPlaceholder(address: string): boolean {
  return address === '' || isPlaceholder(address) || (address.length <= 24 && PLACEHOLDERS.has(address.toLowerCase()));
}

/** What is wrong with an address, for people; `undefined` when the server takes it. */
function findFlaw(address: string): string | undefined {
  const at = address.indexOf('@');
  if (at < 0) return 'there is no @ in it';
  if (address.includes('@', at + 1)) return 'there is more than one @ in it';
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (local === '') return 'nothing stands before the @';
  if (domain === '') return 'nothing stands after the @';
  if (/\s/u.test(address)) return 'there is a blank in it';
  const refused = LOCAL_REFUSED.exec(local)?.[0] ?? DOMAIN_REFUSED.exec(domain)?.[0];
  if (refused !== undefined) return `the character ${refused} is not allowed there`;
  return findDotFlaw(local, domain);
}

function findDotFlaw(local: string, domain: string): string | undefined {
  if (local.startsWith('.') || local.endsWith('.')) return 'the part before the @ begins or ends with a dot';
  if (local.includes('..') || domain.includes('..')) return 'there are two dots in a row';
  if (domain.startsWith('.') || domain.endsWith('.')) return 'the domain begins or ends with a dot';
  const labels = domain.split('.');
  if (domain.startsWith('-') || labels.some((label) => label.endsWith('-'))) {
    return 'a part of the domain begins or ends with a hyphen';
  }
  if (labels.some((label) => label.length > LABEL_LENGTH_MAX)) {
    return `a part of the domain is longer than ${LABEL_LENGTH_MAX} characters`;
  }
  return undefined;
}

const X500 = /^(?:x500:|ex:)?\/o=/iu;
const BRACKETED = /^(.*)<([^<>]*)>$/su;
const SCHEME = /^(?:mailto|smtp):/iu;
const COMMENT_AFTER = /^(\S+@\S+) +\([^()]*\)$/u;

/**
 * The addresses of one cell as they are written, valid or not: without display names, `mailto:`, quotes and brackets.
 * Separators: `;` `,` `|` ` ::: ` line breaks, and blanks between two addresses. Exchange's internal paths
 * (`/o=ExchangeLabs/…`) are no addresses and are left out, as are placeholders.
 */
export function splitEmails(raw: string): readonly string[] {
  if (raw.length <= EMAIL_LENGTH_MAX && PLAIN.test(raw)) return isEmailPlaceholder(raw) ? [] : [raw];
  const pieces = splitPieces(tidyLines(raw));
  const addresses: string[] = [];
  for (const [at, piece] of pieces.entries()) {
    // `Muster, Max <max@x.de>`: the comma stands inside a display name, and its first half is no address.
    const halfName = !piece.includes('@') && BRACKETED.test(pieces[at + 1] ?? '');
    if (!halfName) addresses.push(...readPiece(piece));
  }
  return addresses;
}

/** Cuts at separators outside of quotes and brackets. */
function splitPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let closing = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (closing !== '') {
      if (char === closing) closing = '';
      continue;
    }
    if (char === '"' && text.includes('"', at + 1)) closing = '"';
    else if (char === '<' && text.includes('>', at + 1)) closing = '>';
    const length = separatorLength(text, at);
    if (length === 0) continue;
    pieces.push(text.slice(start, at).trim());
    start = at + length;
    at = start - 1;
  }
  pieces.push(text.slice(start).trim());
  return pieces.filter((piece) => piece !== '');
}

function separatorLength(text: string, at: number): number {
  switch (text.charAt(at)) {
    case ';':
    case ',':
    case '|':
    case '\n':
      return 1;
    case ':':
      return text.startsWith(':::', at) ? 3 : 0;
    default:
      return 0;
  }
}

function readPiece(piece: string): readonly string[] {
  const bare = untilStable(piece, (text) => tidyLines(stripGuard(peel(text))));
  if (bare === '' || X500.test(bare) || isEmailPlaceholder(bare)) return [];
  // Quotes may have stood around the whole list.
  if (bare !== piece) return splitPieces(bare).flatMap(readPiece);
  const words = bare.split(/\s+/u);
  const several = words.length > 1 && words.every((word) => word.includes('@'));
  return several ? words.flatMap(readPiece) : [bare];
}

/** Takes one layer off what stands around an address: `"Max" <mailto:max@x.de>` is `mailto:max@x.de`. */
function peel(text: string): string {
  const bracketed = BRACKETED.exec(text)?.[2];
  if (bracketed !== undefined) return bracketed;
  const first = text.charAt(0);
  if (text.length > 1 && (first === '"' || first === "'") && text.endsWith(first)) return text.slice(1, -1);
  if (SCHEME.test(text)) return text.replace(SCHEME, '').replace(/\?.*$/su, '');
  return COMMENT_AFTER.exec(text)?.[1] ?? text;
}
