/**
 * The texts of an `.xlsx` workbook, which its cells name by number.
 *
 * There may be ten million of them, so they do not live in memory: they lie in a scratch file, in groups, with an index of
 * the groups, and those groups that cells asked for last are kept. Cells name texts mostly in the order in which they
 * were written, so a group is read about once.
 */

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { SyncError } from '../../../errors.js';
import { scratchFolder } from '../table-file.js';
import { refuse } from './parts.js';
import type { Parts } from './parts.js';
import { readXml } from './xml.js';
import type { XmlHandler } from './xml.js';

const GROUP_TEXTS = 64;
const WRITE_BYTES = 256 * 1024;
/** XML cannot hold this character. */
const BETWEEN = '\0';
/** Of the groups that are kept: enough for the texts that come back in every row, such as cities and countries. */
const KEPT_CHARACTERS_MAX = 8 * 1024 * 1024;
const KEPT_GROUPS_MAX = 4096;

export class SharedStrings {
  readonly #file: number;
  /** Where each group begins, and behind them where the last one ends. */
  readonly #starts: number[] = [0];
  readonly #kept = new Map<number, { readonly texts: readonly string[]; readonly characters: number }>();
  #keptCharacters = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #group: string[] = [];
  #last = { group: -1, texts: [] as readonly string[] };
  count = 0;

  constructor() {
    const name = path.join(scratchFolder(), `${randomUUID()}.texts`);
    this.#file = openSync(name, 'wx+', 0o600);
    // Open files outlive their names, so nothing stays behind however this process ends.
    if (process.platform !== 'win32') unlinkSync(name);
  }

  add(text: string): void {
    this.#group.push(text);
    this.count += 1;
    if (this.#group.length === GROUP_TEXTS) this.#endGroup();
  }

  /** To be called once, behind the last text. */
  finish(): void {
    if (this.#group.length > 0) this.#endGroup();
    this.#write();
  }

  /** Undefined when there is no such text. The file is of this process and in the page cache: reading it does not wait. */
  get(index: number): string | undefined {
    const group = Math.floor(index / GROUP_TEXTS);
    if (!(index >= 0 && index < this.count)) return undefined;
    if (group !== this.#last.group) this.#last = { group, texts: this.#load(group) };
    return this.#last.texts[index % GROUP_TEXTS];
  }

  close(): void {
    closeSync(this.#file);
  }

  #endGroup(): void {
    const bytes = Buffer.from(this.#group.join(BETWEEN));
    this.#group = [];
    this.#starts.push(this.#starts.at(-1)! + bytes.length);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= WRITE_BYTES) this.#write();
  }

  #write(): void {
    const bytes = Buffer.concat(this.#pending);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #load(group: number): readonly string[] {
    const known = this.#kept.get(group);
    if (known !== undefined) {
      // Behind the others: the first in the map is the one that nobody asked for longest.
      this.#kept.delete(group);
      this.#kept.set(group, known);
      return known.texts;
    }
    const start = this.#starts[group]!;
    const bytes = Buffer.allocUnsafe(this.#starts[group + 1]! - start);
    for (let at = 0; at < bytes.length;) at += readSync(this.#file, bytes, at, bytes.length - at, start + at);
    const text = bytes.toString('utf8');
    const texts = text.split(BETWEEN).map(unescapeText);
    this.#kept.set(group, { texts, characters: text.length });
    this.#keptCharacters += text.length;
    this.#dropOld();
    return texts;
  }

  #dropOld(): void {
    for (const [group, { characters }] of this.#kept) {
      if (this.#kept.size <= KEPT_GROUPS_MAX && this.#keptCharacters <= KEPT_CHARACTERS_MAX) return;
      this.#kept.delete(group);
      this.#keptCharacters -= characters;
    }
  }
}

/** @param part of the texts; undefined: there are none */
export async function readSharedStrings(file: string, parts: Parts, part: string | undefined): Promise<SharedStrings> {
  const strings = new SharedStrings();
  try {
    const handler = new TextItems(file, (text) => strings.add(text));
    if (part !== undefined) for await (const _ of readXml(file, parts, part, handler, 'local')) continue;
    strings.finish();
    return strings;
  } catch (error) {
    strings.close();
    throw error;
  }
}

/** The `<si>` elements: the runs of a rich text joined, its phonetic runs left out. */
class TextItems implements XmlHandler {
  readonly #file: string;
  readonly #onText: (text: string) => void;
  #text = '';
  #inItem = false;
  #inText = false;
  #phonetic = false;

  constructor(file: string, onText: (text: string) => void) {
    this.#file = file;
    this.#onText = onText;
  }

  open(name: string): void {
    if (name === 'si') this.#openItem();
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 't') this.#inText = !this.#phonetic;
  }

  text(text: string): void {
    if (this.#inText) this.#text += text;
    else if (this.#inItem && !this.#phonetic && /\S/.test(text)) throw this.#refuse('has a text in the wrong place');
  }

  close(name: string): void {
    if (name === 't') this.#inText = false;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'si') {
      this.#inItem = false;
      this.#onText(this.#text);
    }
  }

  /** One inside of another would give all texts behind it other numbers. */
  #openItem(): void {
    if (this.#inItem) throw this.#refuse('has one inside of another');
    this.#inItem = true;
    this.#text = '';
  }

  #refuse(what: string): SyncError {
    return refuse(this.#file, `is damaged: its list of texts ${what}`);
  }
}

/** `_x000D_` stands for a character that XML cannot hold, and `_x005F_` for the `_` of a text that looks like that. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
