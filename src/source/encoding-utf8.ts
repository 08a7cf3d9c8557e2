/** Whether the bytes of a file are UTF-8, and whether some of them look as if they had been encoded to it twice. */

import { isAscii, isUtf8 } from 'node:buffer';
import { hasOneByte, lowByteOf, unitBytesOf } from './bytes.js';
import { isDoubledAt } from './double-encoding.js';
import { hasGarbledTrace } from './garbled-text.js';
import type { Encoding } from './profile.js';

const LF = 10;
/** From so many on it does not matter how many more there are; ten sound ones outweigh a bad one. */
const BAD_COUNTED_MAX = 10_000;
const GOOD_COUNTED_MAX = 10 * BAD_COUNTED_MAX;

/** Is it UTF-8? Blocks are cut anywhere, so the bytes of an incomplete character wait for the next block. */
export class Utf8Check {
  good = 0;
  bad = 0;
  firstBadLine = 0;
  maybeDoubled = false;
  private rest: Buffer = Buffer.alloc(0);

  /** False when there are bytes in the block that are no UTF-8. */
  push(block: Buffer, line: number): boolean {
    if (this.rest.length === 0 && isAscii(block)) return true;
    const bytes = this.rest.length === 0 ? block : Buffer.concat([this.rest, block]);
    const cut = bytes.length - countIncomplete(bytes);
    this.rest = bytes.subarray(cut);
    const whole = bytes.subarray(0, cut);
    if (!isUtf8(whole)) {
      // A file of another encoding shows that early; what is counted after that changes nothing.
      if (this.bad < BAD_COUNTED_MAX || this.good > this.bad) this.countCharacters(whole, line);
      return false;
    }
    if (this.good < GOOD_COUNTED_MAX) this.good += countCharactersOf(whole);
    if (!this.maybeDoubled) this.maybeDoubled = hasDoubled(whole) || hasGarbledTrace(whole);
    return true;
  }

  /** Of UTF-16 and UTF-32 only the letters that double encoding makes of umlauts and accents are looked for. */
  pushWide(block: Buffer, wide: Encoding): void {
    if (this.maybeDoubled) return;
    const unit = unitBytesOf(wide);
    const low = lowByteOf(wide);
    for (let at = block.indexOf(0xc3); at !== -1; at = block.indexOf(0xc3, at + 1)) {
      const next = block[at + unit] ?? 0;
      if (next < 0x80 || next > 0xbf) continue;
      if (hasOneByte(block, at - low, at, unit) && hasOneByte(block, at - low + unit, at + unit, unit)) {
        this.maybeDoubled = true;
        return;
      }
    }
  }

  /** A file that was cut inside its last character is still UTF-8 if it has others; a single odd byte is no proof. */
  finish(): boolean {
    return this.bad === 0 && (this.rest.length === 0 || this.good > 0);
  }

  private countCharacters(bytes: Buffer, firstLine: number): void {
    let line = firstLine;
    for (let index = 0; index < bytes.length;) {
      const byte = bytes[index]!;
      if (byte < 0x80) {
        if (byte === LF) line++;
        index++;
        continue;
      }
      const length = lengthFrom(byte);
      if (length > 1 && isContinued(bytes, index, length) && isUtf8(bytes.subarray(index, index + length))) {
        this.good++;
        index += length;
      } else {
        this.bad++;
        this.firstBadLine ||= line;
        index++;
      }
    }
  }
}

/** Characters of more than one byte, of sound UTF-8. */
function countCharactersOf(bytes: Buffer): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) if (bytes[index]! >= 0xc0) count++;
  return count;
}

/** The letters that a first byte of UTF-8 becomes in windows-1252 are all written with this one. */
function hasDoubled(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(0xc3); at !== -1; at = bytes.indexOf(0xc3, at + 1))
    if (bytes[at + 2]! >= 0xc2 && isDoubledAt(bytes, at)) return true;
  return false;
}

/** Are the next bytes such as stand behind a first one? Settles nearly all cases without a look at them together. */
function isContinued(bytes: Buffer, at: number, length: number): boolean {
  for (let index = at + 1; index < at + length; index++) if ((bytes[index] ?? 0) >> 6 !== 2) return false;
  return true;
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
