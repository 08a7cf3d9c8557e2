/** What reading a file shows about its end: whether it looks cut off, and which client comes last. */

import { MATCH_KEYS } from '../mapping/fields.js';
import type { Fragment } from '../mapping/fragment.js';
import type { BrokenRow } from '../source/row.js';

export interface FileReading {
  readonly rows: number;
  /** Line of the first quote that nothing closes. */
  readonly openQuoteLine: number | null;
  /** Line of the last row when it has fewer cells than the header. */
  readonly shortLastLine: number | null;
  /** The last row that names a client or a contact and was not rejected. */
  readonly last: Pick<Fragment, 'client' | 'contacts'> | null;
}

export class FileEnd implements FileReading {
  rows = 0;
  openQuoteLine: number | null = null;
  last: Fragment | null = null;
  #lastLine = 0;
  #lastIsShort = false;

  get shortLastLine(): number | null {
    return this.#lastIsShort ? this.#lastLine : null;
  }

  addBroken({ line, code, neverClosed }: BrokenRow): void {
    this.#addLine(line, code === 'too-few-cells');
    if (neverClosed === true) this.openQuoteLine ??= line;
  }

  /** @param fragment `null`: the row is left out */
  addRow(line: number, fragment: Fragment | null): void {
    this.#addLine(line, false);
    if (fragment !== null && !fragment.rejected && namesSomebody(fragment)) this.last = fragment;
  }

  /** Broken rows come before the others of their batch. */
  #addLine(line: number, isShort: boolean): void {
    this.rows += 1;
    if (line < this.#lastLine) return;
    this.#lastLine = line;
    this.#lastIsShort = isShort;
  }
}

function namesSomebody({ client, contacts }: Fragment): boolean {
  for (const key of MATCH_KEYS) {
    if (key === 'email' ? contacts.some(({ email }) => email) : client[key]) return true;
  }
  return false;
}
