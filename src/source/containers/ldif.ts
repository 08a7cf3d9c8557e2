/**
 * `.ldif` (RFC 2849), as address books and directories write it: one row an entry. Read twice as a stream: which
 * attributes there are is known at its end.
 */

import type { FileNote } from '../profile.js';
import { ColumnList } from './column-list.js';
import type { Container, ContainerInput, ContainerFacts, TableSink } from './container.js';
import { columnOf, FIRST_ATTRIBUTES, isLeftOut, isNobody } from './ldif/attributes.js';
import { readTextLines, refuseText, ValueDecoder } from './text-lines.js';
import type { TextLine } from './text-lines.js';

const AGAIN = 'Export it again.';

export const LDIF: Container = {
  format: 'ldif',
  unit: 'line',
  header: 'own',
  encodings: 'mixed',
  recognises: (_, text) => /^(?:\s|#.*\n)*(?:version:\s*1\s*\n(?:\s|#.*\n)*)?dn::?\s*\S/i.test(text),
  convert,
};

async function convert(input: ContainerInput, sink: TableSink): Promise<ContainerFacts> {
  const columns = new ColumnList(input, FIRST_ATTRIBUTES);
  const survey = new EntryTable(input);
  for await (const entries of survey.read())
    for (const { line, cells } of entries) columns.add(cells.keys(), `the entry on line ${line}`);
  if (survey.count === 0) throw refuseText(input, 'holds no entry of a person', 'Export the contacts, not the lists.');
  const names = columns.names;
  await sink.writeHeader(names);
  for await (const entries of new EntryTable(input).read()) {
    for (const { line, cells } of entries)
      await sink.writeRow(
        line,
        names.map((name) => cells.get(name) ?? ''),
      );
  }
  return { notes: survey.notes() };
}

interface Entry {
  readonly line: number;
  readonly cells: Map<string, string>;
  readonly classes: string[];
}

class EntryTable {
  count = 0;
  readonly #input: ContainerInput;
  readonly #decoder: ValueDecoder;
  #entry: Entry | null = null;
  /** A line that may go on in the next one. */
  #open: { readonly line: number; bytes: string } | null = null;
  #lists = 0;
  #references = 0;
  #binaries = 0;

  constructor(input: ContainerInput) {
    this.#input = input;
    this.#decoder = new ValueDecoder(input);
  }

  async *read(): AsyncGenerator<readonly Entry[]> {
    for await (const lines of readTextLines(this.#input)) {
      const entries: Entry[] = [];
      for (const line of lines) this.#takeLine(line, entries);
      yield entries;
    }
    const last: Entry[] = [];
    this.#endEntry(last);
    yield last;
  }

  notes(): readonly FileNote[] {
    const notes: FileNote[] = [];
    if (this.#lists > 0) {
      const entries =
        this.#lists === 1 ? '1 entry is a list or a folder' : `${this.#lists} entries are lists or folders`;
      notes.push({ code: 'groups-left-out', message: `${entries} of a directory, no person, and left out.` });
    }
    if (this.#references > 0) {
      const message = `${this.#references} values stand in other files (":<") and are left out.`;
      notes.push({ code: 'references-left-out', message });
    }
    if (this.#binaries > 0)
      notes.push({ code: 'binaries-left-out', message: `${this.#binaries} values are no text and left out.` });
    return [...notes, ...this.#decoder.notes()];
  }

  #takeLine({ line, bytes }: TextLine, entries: Entry[]): void {
    if (bytes.startsWith(' ') && this.#open !== null) {
      this.#open.bytes += bytes.slice(1);
      return;
    }
    if (bytes.trim() === '') return this.#endEntry(entries);
    this.#endLine();
    this.#open = { line, bytes };
  }

  #endEntry(entries: Entry[]): void {
    this.#endLine();
    const entry = this.#entry;
    this.#entry = null;
    if (entry === null) return;
    if (isNobody(entry.classes)) {
      this.#lists += 1;
      return;
    }
    this.count += 1;
    entries.push(entry);
  }

  #endLine(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || open.bytes.startsWith('#')) return;
    const found = /^([\w.-]+)((?:;[\w-]+)*):([:<]?) *(.*)$/s.exec(open.bytes);
    if (found === null) throw this.#refuse(open.line, 'is no attribute with a value', AGAIN);
    const [, attribute = '', options = '', mark = '', raw = ''] = found;
    const name = attribute.toLowerCase();
    if (this.#entry === null) return this.#begin(open.line, name, this.#decode(raw, mark, open.line));
    if (name === 'dn') throw this.#refuse(open.line, 'begins an entry where the one before has no end', AGAIN);
    if (name === 'changetype') return this.#checkChange(open.line, raw.trim());
    if (isLeftOut(name)) return;
    if (mark === '<') {
      this.#references += 1;
      return;
    }
    if (/;binary/i.test(options) || (mark === ':' && isBinary(raw))) {
      this.#binaries += 1;
      return;
    }
    this.#put(this.#entry, columnOf(attribute) + options, this.#decode(raw, mark, open.line));
  }

  #begin(line: number, name: string, value: string): void {
    if (name === 'version') return;
    if (name !== 'dn') throw this.#refuse(line, `begins an entry with "${name}" instead of "dn"`, AGAIN);
    this.#entry = { line, cells: new Map([['dn', value]]), classes: [] };
  }

  #checkChange(line: number, change: string): void {
    if (change.toLowerCase() === 'add') return;
    throw this.#refuse(
      line,
      `says "changetype: ${change.slice(0, 40)}": the file holds changes, not entries`,
      'Export the entries themselves.',
    );
  }

  #decode(raw: string, mark: string, line: number): string {
    const bytes = mark === ':' ? Buffer.from(raw, 'base64').toString('latin1') : raw;
    return this.#decoder.decode(bytes, line).trim();
  }

  #put({ cells, classes }: Entry, column: string, value: string): void {
    if (value === '') return;
    if (column === 'objectClass') {
      classes.push(value.toLowerCase());
      cells.set(column, [cells.get(column), value].filter(Boolean).join('; '));
      return;
    }
    for (let nth = 1; ; nth += 1) {
      const name = nth === 1 ? column : `${column} ${nth}`;
      const before = cells.get(name);
      if (before === undefined) cells.set(name, value);
      if (before === undefined || before === value) return;
    }
  }

  #refuse(line: number, what: string, hint: string): Error {
    return refuseText(this.#input, `line ${line} ${what}`, hint);
  }
}

/** Base64 of something with control characters in it. */
function isBinary(base64: string): boolean {
  return Buffer.from(base64, 'base64').some((byte) => byte < 9 || (byte > 13 && byte < 27));
}
