/** The columns of a table whose records may each have other fields, in the order in which they first appear. */

import type { ContainerInput } from './container.js';
import { refuseText } from './text-lines.js';

const COLUMNS_MAX = 10_000;

export class ColumnList {
  readonly #input: Pick<ContainerInput, 'path'>;
  readonly #names: Set<string>;

  /** @param first columns that the table has in any case */
  constructor(input: Pick<ContainerInput, 'path'>, first: readonly string[] = []) {
    this.#input = input;
    this.#names = new Set(first);
  }

  /** @param where the record, for people */
  add(names: Iterable<string>, where: string): void {
    for (const name of names) this.#names.add(name);
    if (this.#names.size <= COLUMNS_MAX) return;
    const examples = [...this.#names].slice(-3).map((name) => `"${name.slice(0, 40)}"`);
    throw refuseText(
      this.#input,
      `has more than ${COLUMNS_MAX} different fields up to ${where}, the last are ${examples.join(', ')}`,
      'Are ids used as names? Export the records as a list with the same fields in each.',
    );
  }

  get names(): readonly string[] {
    return [...this.#names];
  }
}
