/** Damages of a file, each described by a few numbers so that fast-check can make, show and shrink them. */

import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import type { Export } from './samples.js';

const KINDS = [
  'flip',
  'cut',
  'remove',
  'repeat',
  'insert',
  'line-ends',
  'recode',
  'swap-lines',
  'change-marks',
  'splice',
  'truncate-lines',
] as const;

const LOCAL = ['flip', 'remove', 'repeat', 'insert', 'splice', 'swap-lines'] as const;

export interface Damage {
  readonly kind: (typeof KINDS)[number];
  /** Where, and how much: shares of the file, 0 to 1. */
  readonly at: number;
  readonly share: number;
  /** Which one of several. */
  readonly pick: number;
}

/** Even over the file: `fc.double` is mostly next to nothing. */
const share = fc.nat({ max: 1_000_000 }).map((millionths) => millionths / 1_000_000);

export const damageArbitrary: fc.Arbitrary<Damage> = fc.record({
  // What changes the whole file ends many a damage beside it.
  kind: fc.constantFrom(...KINDS, ...LOCAL, ...LOCAL),
  at: share,
  // Small ones more often.
  share: share.map((value) => value ** 4),
  pick: fc.nat({ max: 1000 }),
});

const INSERTED: readonly (string | Buffer)[] = [
  '"',
  "'",
  '""',
  '"\n',
  ',',
  ';',
  '\t',
  '|',
  '\0',
  '\0\0\0\0',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '\u2028',
  '\u0085',
  '\u001a',
  '\f',
  '\ufeff',
  '\u202e',
  '\ufffd',
  '\u200b',
  'é',
  '漢',
  '😀',
  '\\"',
  '="',
  '=HYPERLINK("x")',
  'sep=;\n',
  '-----BEGIN',
  '{',
  '[',
  '<html>',
  'BEGIN:VCARD\r\n',
  'version: 1\n',
  ','.repeat(300),
  '"'.repeat(301),
  'x'.repeat(5000),
  '9'.repeat(400),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xfe, 0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from([0x81, 0x8d, 0x8f]),
  Buffer.from([0x1f, 0x8b, 0x08]),
  Buffer.from('PK\u0003\u0004'),
];
const ENCODINGS = [
  'utf16-le',
  'utf16-be',
  'utf-32',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'shift_jis',
  'gbk',
  'big5',
  'macintosh',
  'ibm850',
  'utf-7',
];
const MARKS = [',', ';', '\t', '|', "'", '"', '\\', ' ', ':', '\u00a7'];
const LINE_ENDS = ['\n', '\r', '\r\n', '\n\r', '\r\r\n', '\u2028'];
const SHARE_BYTES_MAX = 4096;
/** Damages grow a file by repeating; it stays small. */
const BYTES_MAX = 256 * 1024;

/** @param other a file that a piece of is put in */
function damageFile(bytes: Buffer, damages: readonly Damage[], other: Buffer): Buffer {
  return damages.reduce((damaged, damage) => damageOnce(damaged, damage, other).subarray(0, BYTES_MAX), bytes);
}

/** Damages what is in a packed file, or, once in four times, the file. */
export function damageExport(file: Export, damages: readonly Damage[], other: Buffer): Export {
  const { name, bytes, pack } = file;
  if (pack === undefined) return { name, bytes: damageFile(bytes, damages, other) };
  const isOutside = (damages[0]?.pick ?? 0) % 4 === 0;
  return { name, bytes: isOutside ? damageFile(pack(bytes), damages, other) : pack(damageFile(bytes, damages, other)) };
}

function damageOnce(bytes: Buffer, { kind, at, share: size, pick }: Damage, other: Buffer): Buffer {
  const from = Math.floor(at * bytes.length);
  const length = Math.max(1, Math.floor(size * Math.min(bytes.length, SHARE_BYTES_MAX)));
  const to = Math.min(bytes.length, from + length);
  const put = (...pieces: readonly (Buffer | string)[]): Buffer =>
    Buffer.concat([bytes.subarray(0, from), ...pieces.map((piece) => Buffer.from(piece)), bytes.subarray(to)]);
  switch (kind) {
    case 'flip':
      return flip(bytes, from, pick);
    case 'cut':
      return pick % 4 > 0 ? bytes.subarray(0, from) : bytes.subarray(from);
    case 'remove':
      return put();
    case 'repeat':
      return put(...Array<Buffer>((pick % 3) + 2).fill(bytes.subarray(from, to)));
    case 'insert':
      return Buffer.concat([bytes.subarray(0, from), Buffer.from(pickOf(INSERTED, pick)), bytes.subarray(from)]);
    case 'splice':
      return put(other.subarray(pick % (other.length + 1), (pick % (other.length + 1)) + length));
    case 'recode':
      return recode(bytes, pick);
    default:
      return damageText(bytes, { kind, at, share: size, pick });
  }
}

/** Byte for byte, whatever the encoding: what is no ASCII stays as it is. */
function damageText(bytes: Buffer, { kind, at, share: size, pick }: Damage): Buffer {
  const text = bytes.toString('latin1');
  if (kind === 'line-ends') {
    const every = Math.floor(size * 5) + 1;
    let nth = 0;
    const end = Buffer.from(pickOf(LINE_ENDS, pick)).toString('latin1');
    return Buffer.from(
      text.replace(/\r\n|\n|\r/g, (old) => (nth++ % every === 0 ? end : old)),
      'latin1',
    );
  }
  if (kind === 'change-marks') {
    const [old, mark] = [pickOf(MARKS, pick), pickOf(MARKS, Math.floor(at * 100))];
    return Buffer.from(text.replaceAll(old, mark), 'latin1');
  }
  const lines = text.split('\n');
  const line = Math.floor(at * lines.length);
  if (kind === 'swap-lines') {
    const other = pick % lines.length;
    const [one, two] = [lines[line] ?? '', lines[other] ?? ''];
    return Buffer.from(
      lines
        .with(other, one)
        .with(Math.min(line, lines.length - 1), two)
        .join('\n'),
      'latin1',
    );
  }
  const cut = (text.length / lines.length) * (0.5 + size);
  return Buffer.from(lines.map((one, index) => (index < line ? one : one.slice(0, cut))).join('\n'), 'latin1');
}

function flip(bytes: Buffer, at: number, pick: number): Buffer {
  const flipped = Buffer.from(bytes);
  if (flipped.length > 0) flipped[Math.min(at, flipped.length - 1)]! ^= (pick % 255) + 1;
  return flipped;
}

function recode(bytes: Buffer, pick: number): Buffer {
  const encoding = pickOf(ENCODINGS, pick);
  const encoded = iconv.encode(bytes.toString('utf8'), encoding, { addBOM: pick % 3 === 0 });
  // Also what a program reads that takes the bytes for another encoding, and saves so.
  return pick % 5 === 0 ? Buffer.from(encoded.toString('latin1')) : encoded;
}

function pickOf<Value>(values: readonly Value[], pick: number): Value {
  return values[pick % values.length]!;
}
