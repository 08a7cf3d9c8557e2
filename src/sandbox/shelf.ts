/**
 * Rows of one kind by number and by id. A row's id follows from its number, unless it came from another server with an id of its own.
 *
 * Invariant: no two rows have the same id; a new row never gets an id that another one brought along.
 */

import assert from 'node:assert';

import { decodeId, encodeId } from './ids.js';

interface Row {
  /** From 1, in the order of creation. */
  readonly id: number;
  /** Where it came from with an id of its own. */
  readonly origin?: { readonly id: string };
}

export function idOf(row: Row): string {
  return row.origin?.id ?? encodeId(row.id);
}

export class Shelf<R extends Row> {
  readonly #rows: (R | undefined)[] = [undefined];
  readonly #brought = new Map<string, number>();

  /** The number of the next row. */
  get next(): number {
    let next = this.#rows.length;
    while (this.#brought.size > 0 && this.#brought.has(encodeId(next))) next++;
    return next;
  }

  /** Throws an `Error` when the row's id is taken. */
  put(row: R): void {
    assert(this.#rows[row.id] === undefined, 'a number is given once');
    if (row.origin !== undefined) {
      if (this.find(row.origin.id) !== undefined) throw new Error(`The id "${row.origin.id}" is taken.`);
      this.#brought.set(row.origin.id, row.id);
    }
    while (this.#rows.length < row.id) this.#rows.push(undefined);
    this.#rows[row.id] = row;
  }

  find(id: string): R | undefined {
    const brought = this.#brought.get(id);
    if (brought !== undefined) return this.#rows[brought];
    const row = this.#rows[decodeId(id) ?? 0];
    return row?.origin === undefined ? row : undefined;
  }

  at(number: number): R | undefined {
    return this.#rows[number];
  }

  /** Its id is never given again. */
  remove(row: R): void {
    this.#rows[row.id] = undefined;
  }

  /** Numbers below are not given again: those of rows that are gone. */
  skipTo(next: number): void {
    while (this.#rows.length < next) this.#rows.push(undefined);
  }
}
