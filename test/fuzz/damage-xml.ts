/**
 * Workbooks whose XML is damaged but, mostly, still XML: tags, attributes and values that are not what they should be,
 * in a zip that is sound.
 */

import * as fc from 'fast-check';
import { buildZip } from '../support/zip.js';
import type { Book } from './books.js';

export interface XmlDamage {
  readonly part: number;
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly to: number;
  readonly pick: number;
}

const KINDS = [
  'drop-attribute',
  'change-attribute',
  'change-text',
  'drop-element',
  'repeat-element',
  'move-element',
  'nest-element',
  'rename-element',
  'close-early',
  'cut',
  'cut-and-close',
] as const;

export const xmlDamageArbitrary: fc.Arbitrary<XmlDamage> = fc.record({
  part: fc.nat({ max: 11 }),
  kind: fc.constantFrom(...KINDS),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  to: fc.double({ min: 0, max: 0.999, noNaN: true }),
  pick: fc.nat({ max: 9999 }),
});

const VALUES = [
  '',
  ' ',
  '0',
  '1',
  '-1',
  '3',
  '1.5',
  '1e3',
  '1E400',
  '99999',
  '1048577',
  '16777216',
  '99999999999999999999',
  '-2.5E-300',
  'NaN',
  'INF',
  '0x10',
  '60',
  '2958466',
  'A1',
  'B3',
  'ZZZZ9',
  'XFD2',
  '2A',
  '$B$2',
  's',
  'n',
  'b',
  'd',
  'e',
  'str',
  'inlineStr',
  'S',
  'float',
  'date',
  'percentage',
  'currency',
  'boolean',
  'time',
  'string',
  'true',
  '2024-02-30',
  '2024-03-05T25:61:00',
  'PT99H99M',
  '#REF!',
  '_x0000_',
  '_x000D_',
  '&#10;',
  '&#13;',
  '&#9;',
  '&#x10FFFF;',
  '&#0;',
  '&#xD800;',
  '&unknown;',
  '&amp;amp;',
  '&lt;c&gt;',
  '[h]:mm',
  'yyyy-mm-dd',
  '[$-F800]dddd',
  '0;-0;;@',
  '[<=9]0;[',
  '"',
  'x'.repeat(40_000),
];
const NAMES = [
  'c',
  'row',
  'v',
  't',
  'is',
  'si',
  'r',
  'sheetData',
  'x',
  'table:table-row',
  'table:table-cell',
  'text:p',
];

/** A tag or what stands between two. */
type Piece = string;

const piecesOf = (xml: string): Piece[] => xml.match(/<[^>]*>|[^<]+/g) ?? [];
const isOpening = (piece: Piece): boolean => /^<[^/?!]/.test(piece);
const nameOf = (piece: Piece): string => /^<\/?([^\s/>]+)/.exec(piece)?.[1] ?? '';

/** @returns position of the tag that closes the element which opens at `from` */
function endOf(pieces: readonly Piece[], from: number): number {
  let depth = 0;
  for (let at = from; at < pieces.length; at++) {
    const piece = pieces[at]!;
    if (isOpening(piece) && !piece.endsWith('/>')) depth++;
    else if (piece.startsWith('</')) depth--;
    if (depth === 0) return at;
  }
  return pieces.length - 1;
}

/** The texts of `book` in a zip with sound check sums, after the damages. */
export function damageBook(book: Book, damages: readonly XmlDamage[]): Book {
  const parts = { ...book.parts };
  // The cells are what most damages are for.
  const names = [
    ...Object.keys(parts).filter((name) => name.endsWith('xml') || name.endsWith('rels')),
    'xl/styles.xml',
  ];
  for (const damage of damages) {
    const name = damage.part < 7 ? book.cells : names[(damage.part * 31 + damage.pick) % names.length]!;
    const xml = parts[name];
    if (xml !== undefined) parts[name] = damageXml(xml, damage);
  }
  return { ...book, parts };
}

export function packBook({ parts }: Book): Buffer {
  return buildZip(Object.entries(parts).map(([name, content]) => ({ name, content })));
}

function damageXml(xml: string, { kind, at, to, pick }: XmlDamage): string {
  const pieces = piecesOf(xml);
  // The root of a document stays: without it, it is no XML and no more is to be learned.
  const openings = pieces.flatMap((piece, index) => (isOpening(piece) ? [index] : [])).slice(1);
  const from = openings[Math.floor(at * openings.length)];
  const other = openings[Math.floor(to * openings.length)];
  if (from === undefined || other === undefined) return xml;
  const end = endOf(pieces, from);
  const element = pieces.slice(from, end + 1);
  const value = VALUES[pick % VALUES.length]!;
  switch (kind) {
    case 'drop-attribute':
    case 'change-attribute': {
      const attributes = [...pieces[from]!.matchAll(/ ([\w:-]+)="([^"]*)"/g)];
      const chosen = attributes[pick % Math.max(attributes.length, 1)]?.[0];
      // A number that is another one is no damage that anybody could see.
      if (chosen === undefined || (chosen.startsWith(' office:value=') && Number(value || 'none') < Infinity))
        return xml;
      const written = value.replaceAll('"', '&quot;');
      const now = kind === 'drop-attribute' ? '' : chosen.replace(/"[^"]*"/, () => `"${written}"`);
      return pieces
        .with(
          from,
          pieces[from]!.replace(chosen, () => now),
        )
        .join('');
    }
    case 'change-text': {
      const texts = pieces.flatMap((piece, index) => (piece.startsWith('<') ? [] : [index]));
      const text = texts[Math.floor(at * texts.length)];
      return text === undefined ? xml : pieces.with(text, value).join('');
    }
    case 'drop-element':
      return pieces.toSpliced(from, element.length).join('');
    case 'repeat-element':
      return pieces.toSpliced(end + 1, 0, ...Array.from({ length: (pick % 3) + 1 }, () => element).flat()).join('');
    case 'move-element': {
      if (other >= from && other <= end) return xml;
      const moved = pieces.toSpliced(other + (pick % 2), 0, ...element);
      return moved.toSpliced(other < from ? from + element.length : from, element.length).join('');
    }
    case 'nest-element':
      return pieces.toSpliced(from + 1 > end ? from : from + 1, 0, ...element).join('');
    case 'rename-element': {
      const name = NAMES[pick % NAMES.length]!;
      const rename = (piece: Piece): Piece => piece.replace(nameOf(piece), name);
      return pieces.map((piece, index) => (index === from || index === end ? rename(piece) : piece)).join('');
    }
    case 'close-early': {
      if (end === from) return xml;
      const closing = pieces[end]!;
      const place = from + 1 + Math.floor(to * (end - from));
      return pieces.toSpliced(end, 1).toSpliced(place, 0, closing).join('');
    }
    case 'cut':
      return pieces.slice(0, from).join('');
    default:
      return pieces.slice(0, from).join('') + closeAll(pieces.slice(0, from));
  }
}

/** The tags that close what the pieces leave open. */
function closeAll(pieces: readonly Piece[]): string {
  const open: string[] = [];
  for (const piece of pieces) {
    if (isOpening(piece) && !piece.endsWith('/>')) open.push(nameOf(piece));
    else if (piece.startsWith('</')) open.pop();
  }
  return open
    .toReversed()
    .map((name) => `</${name}>`)
    .join('');
}

/** The marks that stand in texts of the table; those in attributes are a second copy. */
export function marksOf(book: Book): readonly string[] {
  const xml = book.parts[book.cells] ?? '';
  // Of several sheets one is read, and that is said.
  if (xml.split('<table:table ').length > 2) return [];
  const from = xml.search(/<(?:sheetData|table:table )/);
  const table = xml.slice(from, Math.max(xml.lastIndexOf('</row>'), xml.lastIndexOf('</table:table-row>')));
  const texts = piecesOf(table).filter((piece) => !piece.startsWith('<'));
  return texts.flatMap((text) => [...text.matchAll(/77\d{3}/g)].map(([mark]) => mark));
}
