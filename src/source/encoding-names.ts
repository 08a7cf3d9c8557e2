/**
 * Names of encodings: every one that iconv-lite reads, by any of its names, under the one name that this program says.
 *
 * `latin1`, `iso-8859-1` and `ascii` mean windows-1252, as in every browser: what calls itself so has its quotation marks
 * and its euro sign as often as not, and no text has the control characters that stand there otherwise.
 */

import iconv from 'iconv-lite';
import { SyncError } from '../errors.js';
import type { Encoding } from './profile.js';

/** By the name that iconv-lite has for it. */
const NAMES: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  ucs2: 'utf-16le',
  utf16be: 'utf-16be',
  utf32le: 'utf-32le',
  utf32be: 'utf-32be',
  ascii: 'windows-1252',
  iso88591: 'windows-1252',
  macroman: 'macintosh',
  shiftjis: 'shift_jis',
  eucjp: 'euc-jp',
  cp949: 'euc-kr',
  cp936: 'gbk',
  cp950: 'big5',
  big5hkscs: 'big5',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
};
/** Texts in which a byte means something else after a switch, or none at all by itself. */
const STATEFUL = /^(?:iso2022|utf7|hz|scsu|bocu)/;
/** The byte order of these is said by the mark of a file. */
const WITHOUT_ORDER = /^(?:utf16|utf32|ucs4)$/;
const NEAR_NAMES_MAX = 3;
const EXAMPLES = ['utf-8', 'windows-1252', 'shift_jis'];

/** The name under which an encoding is known here; undefined when it is unknown or cannot be read. */
export function findEncoding(name: string): Encoding | undefined {
  const bare = strip(name);
  if (bare === '' || WITHOUT_ORDER.test(bare) || !iconv.encodingExists(bare)) return undefined;
  const known = resolve(bare);
  return known === undefined ? undefined : nameOf(known);
}

/**
 * @param name as somebody wrote it
 * @throws SyncError `usage` for an encoding that is unknown or cannot be read, with names that are near
 */
export function readEncodingName(name: string): Encoding {
  const found = findEncoding(name);
  if (found !== undefined) return found;
  throw new SyncError('usage', `"${name}" is no encoding that can be read.`, { hint: adviseName(name) });
}

/** What to say instead of a name that `findEncoding` does not know. */
export function adviseName(name: string): string {
  const bare = strip(name);
  if (STATEFUL.test(bare)) return 'Save the file as UTF-8 first: text with switches in it is not read row by row.';
  if (WITHOUT_ORDER.test(bare)) return `Use ${name}le or ${name}be, or leave it out: the mark of the file says which.`;
  const near = findNear(bare);
  return near.length === 0 ? `Use a name such as ${EXAMPLES.join(', ')}.` : `Did you mean ${near.join(' or ')}?`;
}

function strip(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

type Table = Readonly<Record<string, unknown>>;

function table(): Table {
  iconv.encodingExists('utf8');
  return (iconv as unknown as { readonly encodings: Table }).encodings;
}

/** Follows aliases; undefined for what is no text (base64) or has no fixed byte order. */
function resolve(name: string): string | undefined {
  const encodings = table();
  let entry = encodings[name];
  let known = name;
  for (let steps = 0; typeof entry === 'string' && steps < 10; steps++) {
    known = entry;
    entry = encodings[known];
  }
  if (known in NAMES) return known;
  const type = (entry as { readonly type?: string } | undefined)?.type;
  return type === '_sbcs' || type === '_dbcs' ? known : undefined;
}

function nameOf(known: string): Encoding {
  const named = NAMES[known];
  if (named !== undefined) return named;
  return known.replace(/^windows(\d+)$/, 'windows-$1').replace(/^iso8859(\d+)$/, 'iso-8859-$1');
}

function findNear(bare: string): readonly Encoding[] {
  const digits = /\d{3,}$/.exec(bare)?.[0];
  const ranked = Object.keys(table())
    .filter((name) => !/^_|^\d+$/.test(name))
    .map((name) => ({ name, far: distance(name, bare) - (digits !== undefined && name.endsWith(digits) ? 1 : 0) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(bare.length / 4)))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name));
  const names = ranked.map(({ name }) => findEncoding(name)).filter((name) => name !== undefined);
  return [...new Set(names)].slice(0, NEAR_NAMES_MAX);
}

/** Letters to change, put in or take out to come from one to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
