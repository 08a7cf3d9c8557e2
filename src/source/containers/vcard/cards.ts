/**
 * The lines of a `.vcf` file to cards: folded lines put together, pictures dropped while they are read.
 *
 * Three versions fold differently: 2.1 keeps the blank that a folded line begins with, and ends the lines of a
 * quoted-printable value with `=`; 3.0 and 4.0 drop one blank.
 */

import type { FileNote } from '../../profile.js';
import type { ContainerInput } from '../container.js';
import { readTextLines, refuseText } from '../text-lines.js';
import type { TextLine } from '../text-lines.js';

/** A name, parameters, and a colon outside of quotes; a quote that is never closed is none. */
const PROPERTY = /^(?:[\w-]+\.)?([\w-]+)(?:;(?:"[^"]*"|[^":])*|;[^:]*)?:/;
/** Binary, or made for the screens of one program. */
const LEFT_OUT =
  /^(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|X-MS-OL-DESIGN|X-THUMBNAIL|X-ABCROP-RECTANGLE|X-IMAGE\w*)$/i;
const BASE64_LINE = /^[\w+/]{4,}={0,2}\s*$/;
const CARD_BYTES_MAX = 8 * 1024 * 1024;

/** A property as it is written, unfolded. */
export type RawProperty = TextLine;

export interface RawCard {
  /** Of `BEGIN:VCARD`. */
  readonly line: number;
  readonly version: string;
  readonly properties: readonly RawProperty[];
}

interface OpenCard {
  readonly line: number;
  version: string;
  readonly properties: { readonly line: number; bytes: string }[];
  bytes: number;
  /** What the next line may belong to. */
  last: 'kept' | 'left-out' | null;
  /** Cards inside of this one (`AGENT`), open now. */
  inner: number;
}

export class CardReader {
  #card: OpenCard | null = null;
  readonly #input: ContainerInput;
  #pictures = 0;
  #strayLines = 0;
  #firstStray = 0;

  constructor(input: ContainerInput) {
    this.#input = input;
  }

  /** Yields the cards that end in one block of the file after the other. */
  async *read(): AsyncGenerator<readonly RawCard[]> {
    for await (const lines of readTextLines(this.#input)) {
      const cards: RawCard[] = [];
      for (const line of lines) {
        const card = this.#take(line);
        if (card !== null) cards.push(card);
      }
      yield cards;
    }
    if (this.#card === null) return;
    const where = `the card that begins on line ${this.#card.line} has no end`;
    throw refuseText(this.#input, `is cut off: ${where}`, 'Export it again, whole.');
  }

  notes(): readonly FileNote[] {
    const notes: FileNote[] = [];
    if (this.#pictures > 0) {
      const what =
        this.#pictures === 1 ? '1 picture, sound or key is' : `${this.#pictures} pictures, sounds and keys are`;
      notes.push({ code: 'pictures-left-out', message: `${what} left out.` });
    }
    if (this.#strayLines > 0) {
      const lines = this.#strayLines === 1 ? '1 line is' : `${this.#strayLines} lines are`;
      const message = `${lines} no property of a card and left out, the first is line ${this.#firstStray}.`;
      notes.push({ code: 'lines-left-out', message });
    }
    return notes;
  }

  #take(line: TextLine): RawCard | null {
    const { bytes } = line;
    const card = this.#card;
    if (card === null) {
      if (/^\s*BEGIN:VCARD\s*$/i.test(bytes))
        this.#card = { line: line.line, version: '', properties: [], bytes: 0, last: null, inner: 0 };
      else if (bytes.trim() !== '') this.#stray(line.line);
      return null;
    }
    if (/^END:VCARD\s*$/i.test(bytes)) return this.#end(card);
    if (/^BEGIN:VCARD\s*$/i.test(bytes)) {
      // Only as the value of an AGENT; else the card before it has no end.
      if (!/^(?:[\w-]+\.)?AGENT[^:]*:\s*$/i.test(card.properties.at(-1)?.bytes ?? ''))
        throw refuseText(
          this.#input,
          `line ${line.line} begins a card inside of that of line ${card.line}`,
          'A card has lost its END:VCARD: export it again.',
        );
      card.inner += 1;
      return null;
    }
    if (card.inner === 0) this.#addLine(card, line);
    return null;
  }

  #end(card: OpenCard): RawCard | null {
    if (card.inner > 0) {
      card.inner -= 1;
      card.properties.pop();
      return null;
    }
    this.#card = null;
    return card;
  }

  #addLine(card: OpenCard, { line, bytes }: TextLine): void {
    const before = card.last === 'kept' ? card.properties.at(-1) : undefined;
    if (before !== undefined && endsSoftly(before.bytes)) {
      before.bytes = before.bytes.slice(0, -1) + bytes;
      return this.#count(card, bytes);
    }
    if (/^[ \t]/.test(bytes) && card.last !== null) {
      if (before === undefined) return;
      before.bytes += card.version === '2.1' ? bytes : bytes.slice(1);
      return this.#count(card, bytes);
    }
    if (bytes.trim() === '') return;
    const name = PROPERTY.exec(bytes)?.[1];
    if (name === undefined) {
      if (card.last === 'left-out' && BASE64_LINE.test(bytes)) return;
      return this.#stray(line);
    }
    if (LEFT_OUT.test(name)) {
      card.last = 'left-out';
      this.#pictures += 1;
      return;
    }
    if (name.toUpperCase() === 'VERSION') card.version = bytes.slice(bytes.indexOf(':') + 1).trim();
    card.last = 'kept';
    card.properties.push({ line, bytes });
    this.#count(card, bytes);
  }

  #count(card: OpenCard, bytes: string): void {
    card.bytes += bytes.length;
    if (card.bytes <= CARD_BYTES_MAX) return;
    const limit = `${CARD_BYTES_MAX / 1024 / 1024} MB`;
    throw refuseText(
      this.#input,
      `the card on line ${card.line} holds more than ${limit} of text`,
      'Export it again without attachments.',
    );
  }

  #stray(line: number): void {
    this.#strayLines += 1;
    this.#firstStray ||= line;
  }
}

/** A quoted-printable value goes on behind a line that ends with `=`. */
function endsSoftly(bytes: string): boolean {
  return bytes.endsWith('=') && /^[^:]*;(?:ENCODING=)?"?QUOTED-PRINTABLE"?[^:]*:/i.test(bytes);
}
