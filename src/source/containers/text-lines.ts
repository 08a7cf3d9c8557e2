/**
 * Physical lines of a text whose values may each be in another encoding, as the bytes that they are.
 *
 * Formats that fold lines may cut a character in two, and vCards name a charset value by value: so lines are put
 * together as bytes, and only a whole value is decoded.
 */

import { isUtf8 } from 'node:buffer';
import { decode, encodingExists } from 'iconv-lite';
import { SyncError } from '../../errors.js';
import { createUtf8Decoder, isWide, readBlocks } from '../bytes.js';
import { refuseWeakGuess } from '../encoding-notes.js';
import type { FileNote } from '../profile.js';
import type { ContainerInput } from './container.js';

const EXAMPLE_CHARACTERS_MAX = 30;
/** A picture in one line is smaller. */
const LINE_BYTES_MAX = 32 * 1024 * 1024;

export interface TextLine {
  /** From 1. */
  readonly line: number;
  /** One character a byte, without its line end. */
  readonly bytes: string;
}

/** The refusal of a text that is not what its format asks for. */
export function refuseText({ path }: Pick<ContainerInput, 'path'>, what: string, hint: string): SyncError {
  return new SyncError('file-not-csv', `${path}: ${what}`, { hint });
}

/** Yields the lines of one block after the other. A line ends with LF, CRLF or CR. */
export async function* readTextLines(input: ContainerInput): AsyncGenerator<readonly TextLine[]> {
  const { path, bytes, encoding } = input;
  const toUtf8 = createUtf8Decoder(isWide(encoding) ? encoding : 'utf-8');
  let rest = '';
  let line = 1;
  let bytesRead = 0;
  for await (const block of readBlocks(path, bytes)) {
    bytesRead += block.length;
    const atEnd = bytesRead >= bytes;
    const text = rest + toUtf8(block, atEnd).toString('latin1');
    // A CR at the end may be the first half of a CRLF.
    const parts = (!atEnd && text.endsWith('\r') ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    rest = (parts.pop() ?? '') + (!atEnd && text.endsWith('\r') ? '\r' : '');
    const lines = parts.map((part): TextLine => ({ line: line++, bytes: part }));
    if (rest.length > LINE_BYTES_MAX) {
      const limit = `${LINE_BYTES_MAX / 1024 / 1024} MB`;
      throw refuseText(input, `line ${line} is longer than ${limit}`, 'Export it again without pictures.');
    }
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [{ line, bytes: rest }];
}

/** Decodes values, and remembers which of them were no UTF-8. */
export class ValueDecoder {
  readonly #input: ContainerInput;
  #guessed = 0;
  #firstGuess = 0;
  #example = '';
  #broken = 0;
  #firstBroken = 0;

  constructor(input: ContainerInput) {
    this.#input = input;
  }

  /**
   * @param bytes one character a byte
   * @param charset what the value itself says
   * @throws SyncError `file-encoding` for UTF-8 with broken places
   */
  decode(bytes: string, line: number, charset?: string): string {
    if (
      /^\p{ASCII}*$/u.test(bytes) &&
      (charset === undefined || /^(?:us-ascii|utf-?8|iso-8859|windows|cp125)/i.test(charset))
    )
      return bytes;
    const raw = Buffer.from(bytes, 'latin1');
    if (charset !== undefined && !/^utf-?8$/i.test(charset) && encodingExists(charset)) return decode(raw, charset);
    if (isUtf8(raw)) return raw.toString('utf8');
    if (charset === undefined || !/^utf-?8$/i.test(charset)) return this.#decodeOther(raw, line);
    this.#broken += 1;
    this.#firstBroken ||= line;
    return raw.toString('utf8');
  }

  notes(): readonly FileNote[] {
    const notes: FileNote[] = [];
    if (this.#guessed > 0) {
      const values = this.#guessed === 1 ? 'One value is' : `${this.#guessed} values are`;
      const message = `${values} not UTF-8 and read as ${this.#fallback()}, the first on line ${this.#firstGuess}: "${this.#example}". If that is wrong, say the right encoding: --encoding NAME, or source.encoding in the job.`;
      notes.push({ code: 'encoding-guessed', message });
    }
    if (this.#broken > 0) {
      const values = this.#broken === 1 ? 'One value has' : `${this.#broken} values have`;
      const message = `${values} broken characters, shown as \ufffd, the first on line ${this.#firstBroken}.`;
      notes.push({ code: 'characters-broken', message });
    }
    return notes;
  }

  #fallback(): string {
    const { encoding } = this.#input;
    return isUnicode(encoding) ? 'windows-1252' : encoding;
  }

  #decodeOther(raw: Buffer, line: number): string {
    const { path, overrides, guess } = this.#input;
    if (overrides.encoding === 'utf-8') return raw.toString('utf8');
    if (overrides.encoding === undefined) {
      if (/[^\p{ASCII}\ufffd]/u.test(raw.toString('utf8'))) {
        throw new SyncError('file-encoding', `${path}: line ${line} is UTF-8 with places that are not`, {
          hint: 'Export it again; or state the encoding: utf-8 shows the broken places as \ufffd.',
        });
      }
      if (guess !== undefined) refuseWeakGuess(path, guess);
      this.#guessed += 1;
      this.#firstGuess ||= line;
    }
    const text = decode(raw, this.#fallback());
    this.#example ||= text.replaceAll(/\s+/g, ' ').trim().slice(0, EXAMPLE_CHARACTERS_MAX);
    return text;
  }
}

function isUnicode(encoding: string): boolean {
  return encoding === 'utf-8' || isWide(encoding);
}
