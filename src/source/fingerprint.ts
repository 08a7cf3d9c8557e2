/**
 * One pass over all bytes of a file: digest, encoding, line ends, and its first and last 64 KB.
 *
 * The encoding is decided by the whole file, not by its beginning: the first umlaut of an export may be in its last row. A
 * mark decides; then zeros where UTF-16 and UTF-32 have them; then UTF-8, if all of it is sound. What is left is guessed.
 */

import { createHash } from 'node:crypto';
import { hasMarkOfUtf16, hasOneByte, isWide, lowByteOf, readBlocks, SAMPLE_BYTES, unitBytesOf } from './bytes.js';
import { guessEncoding } from './encoding-guess.js';
import type { EncodingGuess } from './encoding-guess.js';
import { CellSample } from './encoding-sample.js';
import { Utf8Check } from './encoding-utf8.js';
import type { Encoding, FileProfile } from './profile.js';

export interface Fingerprint {
  readonly bytes: number;
  readonly digest: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly lineEnd: FileProfile['lineEnd'];
  /** Physical lines; a last one without a line end counts. */
  readonly lines: number;
  readonly endsWithLineEnd: boolean;
  /** Nothing but white space, NUL and byte order marks. */
  readonly blank: boolean;
  readonly head: Buffer;
  readonly tail: Buffer;
  readonly utf8: Utf8Findings;
  /** Where the encoding is neither said nor shown by the file: how it was found, best first. */
  readonly guess?: EncodingGuess;
  /** There is text that looks as if UTF-8 had been read as windows-1252 and saved so: the cells are worth a look. */
  readonly maybeDoubled: boolean;
}

interface Utf8Findings {
  /** Characters of more than one byte, and bytes that belong to none. */
  readonly good: number;
  readonly bad: number;
  /** Physical line of the first bad byte; 0 when there is none. */
  readonly firstBadLine: number;
}

const BOMS: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  // Before UTF-16, whose mark begins in the same way.
  { encoding: 'utf-32le', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'utf-32be', bytes: [0, 0, 0xfe, 0xff] },
  { encoding: 'gb18030', bytes: [0x84, 0x31, 0x95, 0x33] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];
/** Share of units of four bytes which can be a character of UTF-32, from which a text without a mark counts as that. */
const UTF32_SHARE_MIN = 0.95;
/** One NUL in a thousand bytes is no accident in a text: what has more is not guessed to be one. */
const NUL_SHARE_MAX = 0.001;
/** Share of NUL bytes on one side of the two-byte units from which a text without a mark counts as UTF-16. */
const WIDE_SHARE_MIN = 0.6;
const LF = 10;
const CR = 13;

/** Throws what the file system throws. With `forced` the encoding is what the caller says; the findings are still made. */
export async function takeFingerprint(path: string, size: number, forced: Encoding | undefined): Promise<Fingerprint> {
  const hash = createHash('sha256');
  const utf8 = new Utf8Check();
  const sample = new CellSample();
  let ends: LineEndCount | undefined;
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  let blank = true;
  let bytes = 0;
  let marked: Encoding | undefined;
  let wide: Encoding | undefined;
  for await (const block of readBlocks(path, size)) {
    if (ends === undefined) {
      head = Buffer.from(block.subarray(0, SAMPLE_BYTES));
      marked = findMark(head);
      const decided = forced ?? marked ?? findWide(head);
      wide = decided !== undefined && isWide(decided) ? decided : undefined;
      ends = new LineEndCount(wide, head);
    }
    hash.update(block);
    if (wide === undefined && utf8.push(block, ends.lines + 1)) sample.pass(block);
    else if (wide === undefined) sample.push(block);
    else utf8.pushWide(block, wide);
    ends.push(block);
    blank &&= isBlankBlock(block);
    tail = Buffer.from(
      block.length >= SAMPLE_BYTES
        ? block.subarray(-SAMPLE_BYTES)
        : Buffer.concat([tail, block]).subarray(-SAMPLE_BYTES),
    );
    bytes += block.length;
  }
  ends ??= new LineEndCount(undefined, head);
  const decided = forced ?? marked ?? wide ?? (utf8.finish() ? 'utf-8' : undefined);
  const guess = decided === undefined && isText(head) ? guessEncoding(sample.finish()) : undefined;
  const encoding = decided ?? guess?.[0].encoding ?? 'windows-1252';
  return {
    bytes,
    digest: hash.digest('hex'),
    encoding,
    bom: marked !== undefined && (forced === undefined || forced === marked),
    lineEnd: ends.kind,
    lines: ends.lines + (ends.endsWithLineEnd || bytes === 0 ? 0 : 1),
    endsWithLineEnd: ends.endsWithLineEnd,
    blank,
    head,
    tail,
    utf8: { good: utf8.good, bad: utf8.bad, firstBadLine: utf8.firstBadLine },
    ...(guess === undefined ? {} : { guess }),
    // Sound UTF-8 between bytes that are none: two kinds of text in one file.
    maybeDoubled: utf8.maybeDoubled || (guess !== undefined && utf8.good > 0),
  };
}

function isText(head: Buffer): boolean {
  let nuls = 0;
  for (const byte of head) if (byte === 0) nuls++;
  return nuls <= head.length * NUL_SHARE_MAX;
}

function findMark(head: Buffer): Encoding | undefined {
  if (hasMarkOfUtf16(head)) return head[0] === 0xff ? 'utf-32le' : 'utf-32be';
  return BOMS.find((bom) => bom.bytes.every((byte, index) => head[index] === byte))?.encoding;
}

/** UTF-16 or UTF-32 without a mark: in Western text nearly every unit has zero bytes, always on the same side. */
function findWide(head: Buffer): Encoding | undefined {
  return findUtf32(head) ?? findUtf16(head);
}

function findUtf32(head: Buffer): Encoding | undefined {
  const units = head.length >> 2;
  let little = 0;
  let big = 0;
  for (let index = 0; index < units * 4; index += 4) {
    if (isCharacter(head.readUInt32LE(index))) little++;
    if (isCharacter(head.readUInt32BE(index))) big++;
  }
  if (units === 0 || head.length % 4 !== 0) return undefined;
  if (little / units >= UTF32_SHARE_MIN) return 'utf-32le';
  return big / units >= UTF32_SHARE_MIN ? 'utf-32be' : undefined;
}

function isCharacter(code: number): boolean {
  return code > 0 && code <= 0x1ffff;
}

/** UTF-16 without a mark. */
function findUtf16(head: Buffer): Encoding | undefined {
  const units = head.length >> 1;
  if (units === 0) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let index = 0; index < units * 2; index += 2) {
    if (head[index] === 0) evenZeros++;
    if (head[index + 1] === 0) oddZeros++;
  }
  if (oddZeros / units >= WIDE_SHARE_MIN && evenZeros / units < 0.05) return 'utf-16le';
  if (evenZeros / units >= WIDE_SHARE_MIN && oddZeros / units < 0.05) return 'utf-16be';
  return undefined;
}

function isBlankBlock(block: Buffer): boolean {
  const marks = [0xef, 0xbb, 0xbf, 0xff, 0xfe];
  for (const byte of block) if (byte > 32 && !marks.includes(byte)) return false;
  return true;
}

/** Counts line ends over blocks. A block begins with the first byte of a unit, but for UTF-32 behind a mark of two bytes. */
class LineEndCount {
  private lf = 0;
  private cr = 0;
  private crlf = 0;
  private last = 0;
  private readonly unit: number;
  /** Offset of the low byte in a unit, and of the first one in a block. */
  private readonly low: number;
  private readonly first: number;

  constructor(wide: Encoding | undefined, head: Buffer) {
    this.unit = wide === undefined ? 1 : unitBytesOf(wide);
    this.low = wide === undefined ? 0 : lowByteOf(wide);
    this.first = this.unit === 4 && hasMarkOfUtf16(head) ? (this.low + 2) % 4 : this.low;
  }

  push(block: Buffer): void {
    if (this.unit === 1) this.pushBytes(block);
    else this.pushUnits(block);
  }

  /** Searching costs a tenth of looking at each byte. */
  private pushBytes(block: Buffer): void {
    const behind = this.last;
    for (let at = block.indexOf(LF); at !== -1; at = block.indexOf(LF, at + 1)) {
      this.lf++;
      if ((at === 0 ? behind : block[at - 1]) === CR) this.crlf++;
    }
    for (let at = block.indexOf(CR); at !== -1; at = block.indexOf(CR, at + 1)) this.cr++;
    this.last = block.at(-1) ?? this.last;
  }

  private pushUnits(block: Buffer): void {
    const { unit, low } = this;
    let { lf, cr, crlf, last } = this;
    for (let index = this.first; index < block.length; index += unit) {
      let byte = block[index]!;
      if ((byte === LF || byte === CR) && !hasOneByte(block, index - low, index, unit)) byte = 0;
      if (byte === LF) {
        lf++;
        if (last === CR) crlf++;
      } else if (byte === CR) cr++;
      last = byte;
    }
    this.lf = lf;
    this.cr = cr;
    this.crlf = crlf;
    this.last = last;
  }

  get kind(): FileProfile['lineEnd'] {
    if (this.lf === 0) return this.cr > 0 ? 'cr' : 'lf';
    if (this.crlf === 0) return 'lf';
    return this.crlf === this.lf ? 'crlf' : 'mixed';
  }

  get lines(): number {
    return this.lf > 0 ? this.lf : this.cr;
  }

  get endsWithLineEnd(): boolean {
    return this.last === (this.lf > 0 ? LF : CR);
  }
}
