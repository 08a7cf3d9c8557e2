/**
 * What only a whole column shows: ids that a spreadsheet has rounded, and serial numbers of dates among phone numbers or
 * ids of another shape. Cells are noted one by one; what they mean together does not depend on their order.
 */

import type { RowRef, Warning } from './record.js';

/** A spreadsheet keeps so many digits of a number; zeros take the place of the others. */
const DIGITS_KEPT = 15;
const ROUNDED_KEYS_MIN = 3;
/** Zeros behind the fifteenth digit, in all keys together: one in 10^8 columns has them by chance. */
const ROUNDED_ZEROS_MIN = 8;
const LONG_NUMBER = /^\d{16,}$/;

/** Dates between 1954 and 2064. */
const SERIAL = /^[2-5]\d{4}$/;
const SERIALS_NOTED_MAX = 1_000;
const OTHERS_MIN = 5;
/** Serial numbers among so many of another shape at least. */
const OTHERS_PER_SERIAL_MIN = 4;
/** What a spreadsheet takes for a date: `1-2`, `03/1945`. */
const DATE_SHAPED = /\d[-./]\d/;

export interface RoundedKeys {
  readonly column: string | null;
  readonly count: number;
  readonly example: string;
  readonly line: number;
}

export interface ColumnFindings {
  readonly warnings: readonly Warning[];
  /** Every long id of the file ends in zeros: they are not what they were. */
  readonly rounded: RoundedKeys | null;
}

interface Serial {
  readonly row: RowRef;
  readonly column: string | null;
  readonly value: string;
}

class SerialWatch {
  readonly #column: string | null;
  readonly #serials: Serial[] = [];
  #found = 0;
  #others = 0;

  constructor(column: string | null) {
    this.#column = column;
  }

  note(row: RowRef, value: string, isOther: boolean): void {
    if (isOther) this.#others += 1;
    else if (value.length === 5 && SERIAL.test(value)) {
      this.#found += 1;
      if (this.#found <= SERIALS_NOTED_MAX) this.#serials.push({ row, column: this.#column, value });
    }
  }

  warnings(): readonly Warning[] {
    if (this.#others < OTHERS_MIN || this.#others < this.#found * OTHERS_PER_SERIAL_MIN) return [];
    const hint =
      'The other values of the column look otherwise: a spreadsheet may have made the serial number of a date of it. Look at the original export.';
    return this.#serials.map((serial) => ({ ...serial, code: 'date-in-cell', hint }));
  }
}

/** A column of the file. */
export interface WatchedColumn {
  readonly name: string | null;
  readonly position: number;
}

export class ColumnWatch {
  readonly #keyColumn: string | null;
  readonly #phones: readonly { readonly position: number; readonly watch: SerialWatch }[];
  readonly #keys: SerialWatch;
  #long = 0;
  #zeros = 0;
  #isRounded = true;
  #example: { readonly value: string; readonly line: number } | null = null;

  /** @param keyColumn header text of the column that fills `id_number` */
  constructor(keyColumn: string | null, phones: readonly WatchedColumn[]) {
    this.#keyColumn = keyColumn;
    this.#keys = new SerialWatch(keyColumn);
    this.#phones = phones.map(({ name, position }) => ({ position, watch: new SerialWatch(name) }));
  }

  /** @param id the `id_number` that the row gives its client */
  note(row: RowRef, id: string | undefined, cells: readonly string[]): void {
    if (id) {
      if (id.length > DIGITS_KEPT) this.#noteLong(id, row);
      else this.#keys.note(row, id, DATE_SHAPED.test(id));
    }
    for (const { position, watch } of this.#phones) {
      const phone = cells[position]?.trim() ?? '';
      watch.note(row, phone, phone.length > 6);
    }
  }

  #noteLong(id: string, row: RowRef): void {
    if (!LONG_NUMBER.test(id)) return;
    this.#long += 1;
    if (!this.#isRounded) return;
    for (let at = DIGITS_KEPT; at < id.length; at += 1) {
      if (id.charCodeAt(at) !== 0x30) {
        this.#isRounded = false;
        return;
      }
    }
    this.#zeros += id.length - DIGITS_KEPT;
    this.#example ??= { value: id, line: row.line };
  }

  findings(): ColumnFindings {
    const example = this.#example;
    const isRounded = this.#isRounded && this.#long >= ROUNDED_KEYS_MIN && this.#zeros >= ROUNDED_ZEROS_MIN;
    const rounded =
      !isRounded || example === null
        ? null
        : { column: this.#keyColumn, count: this.#long, example: example.value, line: example.line };
    return { warnings: [...this.#phones.flatMap(({ watch }) => watch.warnings()), ...this.#keys.warnings()], rounded };
  }
}
