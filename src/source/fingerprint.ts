/**
 * One pass over all bytes of a file: digest, encoding, line ends, and its first and last 64 KB.
 *
 * The encoding is decided by the whole file, not by a sample: the first umlaut of an export may be in its last row.
 */

import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isWide, readBlocks, SAMPLE_BYTES } from './bytes.js';
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
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];
/** Share of NUL bytes on one side of the two-byte units from which a text without a mark counts as UTF-16. */
const WIDE_SHARE_MIN = 0.6;
const LF = 10;
const CR = 13;

/** Throws what the file system throws. With `forced` the encoding is what the caller says; the findings are still made. */
export async function takeFingerprint(path: string, size: number, forced: Encoding | undefined): Promise<Fingerprint> {
  const hash = createHash('sha256');
  const utf8 = new Utf8Check();
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
      marked = findBom(head);
      const decided = forced ?? marked ?? findWide(head);
      wide = decided !== undefined && isWide(decided) ? decided : undefined;
      ends = new LineEndCount(wide);
    }
    hash.update(block);
    if (wide === undefined) utf8.push(block, ends.lines + 1);
    ends.push(block);
    blank &&= isBlankBlock(block);
    tail = Buffer.from(
      block.length >= SAMPLE_BYTES
        ? block.subarray(-SAMPLE_BYTES)
        : Buffer.concat([tail, block]).subarray(-SAMPLE_BYTES),
    );
    bytes += block.length;
  }
  ends ??= new LineEndCount(undefined);
  return {
    bytes,
    digest: hash.digest('hex'),
    encoding: forced ?? marked ?? wide ?? (utf8.finish() ? 'utf-8' : 'windows-1252'),
    bom: marked !== undefined && (forced === undefined || forced === marked),
    lineEnd: ends.kind,
    lines: ends.lines + (ends.endsWithLineEnd || bytes === 0 ? 0 : 1),
    endsWithLineEnd: ends.endsWithLineEnd,
    blank,
    head,
    tail,
    utf8: { good: utf8.good, bad: utf8.bad, firstBadLine: utf8.firstBadLine },
  };
}

function findBom(head: Buffer): Encoding | undefined {
  return BOMS.find((bom) => bom.bytes.every((byte, index) => head[index] === byte))?.encoding;
}

/** UTF-16 without a mark: in Western text nearly every unit has a zero byte, always on the same side. */
function findWide(head: Buffer): Encoding | undefined {
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

/** Counts line ends over blocks. A block of a UTF-16 file holds whole units, only the last one may have an odd byte. */
class LineEndCount {
  private lf = 0;
  private cr = 0;
  private crlf = 0;
  private last = 0;
  private readonly step: 1 | 2;
  private readonly low: 0 | 1;

  constructor(wide: Encoding | undefined) {
    this.step = wide === undefined ? 1 : 2;
    this.low = wide === 'utf-16be' ? 1 : 0;
  }

  push(block: Buffer): void {
    const { step, low } = this;
    let { lf, cr, crlf, last } = this;
    for (let index = low; index < block.length; index += step) {
      const byte = step === 1 || block[index + 1 - 2 * low] === 0 ? block[index]! : 0;
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

/** Is it UTF-8? Blocks are cut anywhere, so the bytes of an incomplete character wait for the next block. */
class Utf8Check {
  good = 0;
  bad = 0;
  firstBadLine = 0;
  private rest: Buffer = Buffer.alloc(0);

  push(block: Buffer, line: number): void {
    if (this.rest.length === 0 && isAscii(block)) return;
    const bytes = Buffer.concat([this.rest, block]);
    const cut = bytes.length - countIncomplete(bytes);
    this.rest = bytes.subarray(cut);
    const whole = bytes.subarray(0, cut);
    if (isUtf8(whole)) {
      let good = 0;
      for (let index = 0; index < whole.length; index++) if (whole[index]! >= 0xc0) good++;
      this.good += good;
    } else this.countCharacters(whole, line);
  }

  /** A file that was cut inside its last character is still UTF-8 if it has others; a single odd byte is no proof. */
  finish(): boolean {
    return this.bad === 0 && (this.rest.length === 0 || this.good > 0);
  }

  private countCharacters(bytes: Buffer, firstLine: number): void {
    let line = firstLine;
    for (let index = 0; index < bytes.length;) {
      const byte = bytes[index]!;
      if (byte === LF) line++;
      const length = byte < 0x80 ? 1 : lengthFrom(byte);
      if (length > 1 && isUtf8(bytes.subarray(index, index + length))) this.good++;
      else if (length !== 1) {
        this.bad++;
        this.firstBadLine ||= line;
        index++;
        continue;
      }
      index += length;
    }
  }
}

/** Bytes of the character which `lead` begins; 0 when no character begins with it. */
function lengthFrom(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** How many of the last bytes are the beginning of a character whose end is in the next block. */
function countIncomplete(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthFrom(byte) > back ? back : 0;
  }
  return 0;
}
