/**
 * `.vcf`: vCards 2.1, 3.0 and 4.0, one row a card. Read twice as a stream: which columns there are is known at its end.
 *
 * What is a person and what a company is decided here (`KIND`), since no single property says it: the telephone number of
 * a company's card is the company's (`ORG TEL`), that of a person's card the person's (`TEL work`).
 */

import type { FileNote } from '../profile.js';
import { ColumnList } from './column-list.js';
import type { Container, ContainerInput } from './container.js';
import { refuseText, ValueDecoder } from './text-lines.js';
import { CardReader } from './vcard/cards.js';
import { cellsOf, FIRST_COLUMNS, kindOf } from './vcard/columns.js';
import { readProperty } from './vcard/property.js';

export const VCARD: Container = {
  format: 'vcard',
  unit: 'line',
  header: 'own',
  encodings: 'mixed',
  recognises: (_, text) => /^\s*BEGIN:VCARD\s/i.test(text),
  convert: async (input, sink) => {
    const columns = new ColumnList(input, FIRST_COLUMNS);
    const survey = new CardTable(input);
    for await (const cards of survey.read())
      for (const { line, cells } of cards) columns.add(cells.keys(), `the card on line ${line}`);
    if (survey.count === 0)
      throw refuseText(input, 'holds no card of a person or a company', 'Export the contacts, not the groups.');
    const names = columns.names;
    await sink.writeHeader(names);
    for await (const cards of new CardTable(input).read()) {
      for (const { line, cells } of cards)
        await sink.writeRow(
          line,
          names.map((name) => cells.get(name) ?? ''),
        );
    }
    return { notes: survey.notes() };
  },
};

interface CardCells {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

class CardTable {
  count = 0;
  readonly #reader: CardReader;
  readonly #decoder: ValueDecoder;
  #groups = 0;

  constructor(input: ContainerInput) {
    this.#reader = new CardReader(input);
    this.#decoder = new ValueDecoder(input);
  }

  async *read(): AsyncGenerator<readonly CardCells[]> {
    for await (const cards of this.#reader.read()) {
      const rows: CardCells[] = [];
      for (const { line, version, properties: raw } of cards) {
        const properties = raw.map((property) => readProperty(property, version, this.#decoder));
        const kind = kindOf(properties);
        if (kind === 'other') this.#groups += 1;
        else rows.push({ line, cells: cellsOf(properties, kind) });
      }
      this.count += rows.length;
      yield rows;
    }
  }

  notes(): readonly FileNote[] {
    const cards = this.#groups === 1 ? '1 card is that' : `${this.#groups} cards are those`;
    const groups: FileNote[] =
      this.#groups === 0
        ? []
        : [{ code: 'groups-left-out', message: `${cards} of a group, a place or a device, and left out.` }];
    return [...groups, ...this.#reader.notes(), ...this.#decoder.notes()];
  }
}
