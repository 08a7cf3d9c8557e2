/** Workbooks of the formula's rows, as Excel saves them: every text in the table of shared strings. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { DeflateRaw } from 'node:zlib';
import { cellsOf, COLUMNS, digitsOf, placeOf, variantOf } from './formula.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const SMALL_PARTS: readonly (readonly [string, string])[] = [
  [
    '[Content_Types].xml',
    `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `${HEAD}<Relationships ${RELATIONS}><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `${HEAD}<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${HEAD}<Relationships ${RELATIONS}><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  ],
];
const PIECE = 256 * 1024;

export async function writeWorkbook(file: string, rows: number): Promise<void> {
  const zip = new ZipWriter(createWriteStream(file));
  for (const [name, text] of SMALL_PARTS) await zip.add(name, [text]);
  await zip.add('xl/worksheets/sheet1.xml', sheetOf(rows));
  await zip.add('xl/sharedStrings.xml', stringsOf(rows));
  await zip.end();
}

function* gridOf(rows: number): Generator<readonly string[]> {
  yield COLUMNS;
  for (let index = 0; index < rows; index += 1)
    yield cellsOf(variantOf(index), digitsOf(index), placeOf(index) === 'apart');
}

function* sheetOf(rows: number): Generator<string> {
  yield `${HEAD}<worksheet ${MAIN}><sheetData>`;
  let string = 0;
  let line = 0;
  for (const cells of gridOf(rows)) {
    line += 1;
    let text = `<row r="${line}">`;
    for (const [column, cell] of cells.entries()) {
      if (cell === '') continue;
      text += `<c r="${String.fromCharCode(65 + column)}${line}" t="s"><v>${string}</v></c>`;
      string += 1;
    }
    yield `${text}</row>`;
  }
  yield '</sheetData></worksheet>';
}

function* stringsOf(rows: number): Generator<string> {
  yield `${HEAD}<sst ${MAIN}>`;
  for (const cells of gridOf(rows))
    for (const cell of cells) if (cell !== '') yield `<si><t xml:space="preserve">${escape(cell)}</t></si>`;
  yield '</sst>';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  readonly sum: number;
  readonly packed: number;
  readonly size: number;
}

/** Entries one after the other, their sizes behind them (APPNOTE.TXT 4.3.9), none larger than 4 GB. */
class ZipWriter {
  readonly #out: WriteStream;
  readonly #entries: Entry[] = [];
  #offset = 0;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  async add(name: string, pieces: Iterable<string>): Promise<void> {
    const offset = this.#offset;
    const bytes = Buffer.from(name);
    await this.#write(Buffer.concat([header(0x04034b50, [20, 8, 8, 0, 0], [0, 0, 0], [bytes.length, 0]), bytes]));
    const begin = this.#offset;
    let sum = 0;
    let size = 0;
    const deflate = createDeflateRaw({ level: 1 });
    const drained = this.#drain(deflate);
    const push = async (text: string): Promise<void> => {
      const block = Buffer.from(text);
      sum = crc32(block, sum);
      size += block.length;
      if (!deflate.write(block)) await once(deflate, 'drain');
    };
    let pending = '';
    for (const piece of pieces) {
      pending += piece;
      if (pending.length < PIECE) continue;
      await push(pending);
      pending = '';
    }
    await push(pending);
    deflate.end();
    await drained;
    const packed = this.#offset - begin;
    await this.#write(header(0x08074b50, [], [sum, packed, size], []));
    this.#entries.push({ name: bytes, offset, sum, packed, size });
  }

  async end(): Promise<void> {
    const begin = this.#offset;
    for (const { name, offset, sum, packed, size } of this.#entries) {
      const fixed = header(0x02014b50, [20, 20, 8, 8, 0, 0], [sum, packed, size], [name.length, 0, 0, 0, 0]);
      const rest = Buffer.alloc(8);
      rest.writeUInt32LE(offset, 4);
      await this.#write(Buffer.concat([fixed, rest, name]));
    }
    const count = this.#entries.length;
    const end = header(0x06054b50, [0, 0, count, count], [this.#offset - begin, begin], [0]);
    await this.#write(end);
    this.#out.end();
    await once(this.#out, 'close');
  }

  async #drain(deflate: DeflateRaw): Promise<void> {
    for await (const block of deflate) await this.#write(block as Buffer);
  }

  async #write(block: Buffer): Promise<void> {
    this.#offset += block.length;
    if (!this.#out.write(block)) await once(this.#out, 'drain');
  }
}

/** A signature, then numbers of two, of four and of two bytes. */
function header(
  signature: number,
  before: readonly number[],
  long: readonly number[],
  behind: readonly number[],
): Buffer {
  const bytes = Buffer.alloc(4 + 2 * before.length + 4 * long.length + 2 * behind.length);
  let at = bytes.writeUInt32LE(signature);
  for (const number of before) at = bytes.writeUInt16LE(number, at);
  for (const number of long) at = bytes.writeUInt32LE(number, at);
  for (const number of behind) at = bytes.writeUInt16LE(number, at);
  return bytes;
}
