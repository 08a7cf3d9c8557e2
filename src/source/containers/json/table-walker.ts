/**
 * Finds the tables in a JSON text: the root, where it is an array, and arrays in the objects around the records
 * (`{"data": {"contacts": […]}}`). Arrays inside of records belong to their record.
 */

import type { ContainerInput } from '../container.js';
import { refuseText } from '../text-lines.js';
import type { JsonHandler } from './grammar.js';
import { RecordBuilder } from './record-builder.js';

const ARRAYS_MAX = 100;
const KEYS_SHOWN_MAX = 6;

/** An array that is not inside of a record. */
export interface FoundArray {
  /** Blank for the root. */
  readonly path: string;
  /** Elements so far, of whatever kind. */
  elements: number;
  /** Objects among them. */
  records: number;
  /** The first element that is something else, from 1; 0: none. */
  otherAt: number;
}

export class TableWalker implements JsonHandler {
  readonly arrays: FoundArray[] = [];
  /** Of the root object, as many as are shown. */
  readonly rootKeys: string[] = [];
  root: 'object' | 'array' | 'value' | null = null;
  readonly #input: Pick<ContainerInput, 'path'>;
  readonly #onRecord: (array: FoundArray, cells: ReadonlyMap<string, string>) => void;
  readonly #stack: { readonly path: string; readonly array: FoundArray | null; key: string }[] = [];
  #record: RecordBuilder | null = null;
  /** Open arrays inside an array that is not inside of a record. */
  #skipped = 0;

  /** @param onRecord each object of each array, whole */
  constructor(
    input: Pick<ContainerInput, 'path'>,
    onRecord: (array: FoundArray, cells: ReadonlyMap<string, string>) => void,
  ) {
    this.#input = input;
    this.#onRecord = onRecord;
  }

  key(name: string): void {
    if (this.#skipped > 0) return;
    if (this.#record !== null) return this.#record.key(name);
    const top = this.#stack.at(-1)!;
    top.key = name;
    if (this.#stack.length === 1 && this.rootKeys.length < KEYS_SHOWN_MAX) this.rootKeys.push(name);
  }

  open(kind: 'object' | 'array'): void {
    this.root ??= kind;
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return;
    }
    if (this.#record !== null) return this.#record.open(kind);
    const around = this.#stack.at(-1);
    if (around?.array != null) return this.#openElement(around.array, kind);
    const path = around === undefined ? '' : around.path === '' ? around.key : `${around.path}.${around.key}`;
    this.#stack.push({ path, array: kind === 'array' ? this.#addArray(path) : null, key: '' });
  }

  scalar(text: string | null): void {
    this.root ??= 'value';
    if (this.#skipped > 0) return;
    if (this.#record !== null) return this.#record.scalar(text);
    const array = this.#stack.at(-1)?.array;
    if (array == null) return;
    array.elements += 1;
    if (text !== null) array.otherAt ||= array.elements;
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (this.#record === null) {
      this.#stack.pop();
      return;
    }
    this.#record.close();
    if (this.#record.isOpen) return;
    const { cells } = this.#record;
    this.#record = null;
    this.#onRecord(this.#stack.at(-1)!.array!, cells);
  }

  #openElement(array: FoundArray, kind: 'object' | 'array'): void {
    array.elements += 1;
    if (kind === 'array') {
      array.otherAt ||= array.elements;
      this.#skipped = 1;
      return;
    }
    array.records += 1;
    this.#record = new RecordBuilder(this.#input, describeElement(array));
  }

  #addArray(path: string): FoundArray {
    if (this.arrays.length >= ARRAYS_MAX)
      throw refuseText(this.#input, `holds more than ${ARRAYS_MAX} lists`, 'Export the records as one list.');
    const array: FoundArray = { path, elements: 0, records: 0, otherAt: 0 };
    this.arrays.push(array);
    return array;
  }
}

/** `element 17`, or `element 17 of "contacts"`. */
export function describeElement({ path, elements }: Pick<FoundArray, 'path' | 'elements'>): string {
  return path === '' ? `element ${elements}` : `element ${elements} of "${path}"`;
}
