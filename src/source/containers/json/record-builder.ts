/**
 * One JSON object to the cells of one row: what is nested gets the path to it as the name of its column
 * (`address.city`), the texts of an array stand in one cell (`a; b`), and the objects of an array are numbered
 * (`contacts.1.email`).
 */

import type { ContainerInput } from '../container.js';
import { refuseText } from '../text-lines.js';
import type { JsonHandler } from './grammar.js';

const BETWEEN_TEXTS = '; ';
/** As much as a row may hold. */
const RECORD_CHARACTERS_MAX = 8 * 1024 * 1024;
const NO_NAME = '(no name)';

interface Frame {
  readonly kind: 'object' | 'array';
  readonly path: string;
  /** Of an object, the key whose value comes next. */
  name: string;
  /** Of an array: values so far, objects and texts. */
  count: number;
  readonly texts: string[];
}

export class RecordBuilder implements JsonHandler {
  readonly #input: Pick<ContainerInput, 'path'>;
  /** For people: `record 17`. */
  readonly #where: string;
  readonly #cells = new Map<string, string>();
  readonly #stack: Frame[] = [];
  #characters = 0;

  /** The object itself is open already. */
  constructor(input: Pick<ContainerInput, 'path'>, where: string) {
    this.#input = input;
    this.#where = where;
    this.#push('object', '');
  }

  /** Column → text; blank where the value is `null` or an empty array. */
  get cells(): ReadonlyMap<string, string> {
    return this.#cells;
  }

  get isOpen(): boolean {
    return this.#stack.length > 0;
  }

  key(name: string): void {
    this.#top().name = name === '' ? NO_NAME : name;
  }

  open(kind: 'object' | 'array'): void {
    this.#push(kind, this.#nextPath());
  }

  scalar(text: string | null): void {
    const top = this.#top();
    this.#characters += text?.length ?? 0;
    if (this.#characters > RECORD_CHARACTERS_MAX)
      throw this.#refuse(
        `is larger than ${RECORD_CHARACTERS_MAX / 1024 / 1024} MB`,
        'Export it without files and pictures.',
      );
    if (top.kind === 'object') {
      this.#set(this.#nextPath(), text ?? '');
      return;
    }
    top.count += 1;
    if (text !== null && text !== '') top.texts.push(text);
  }

  close(): void {
    const frame = this.#stack.pop();
    if (frame?.kind !== 'array') return;
    if (frame.texts.length > 0 || frame.count === 0) this.#set(frame.path, frame.texts.join(BETWEEN_TEXTS));
  }

  #push(kind: 'object' | 'array', path: string): void {
    this.#stack.push({ kind, path, name: '', count: 0, texts: [] });
  }

  #nextPath(): string {
    const top = this.#top();
    if (top.kind === 'array') {
      top.count += 1;
      return `${top.path}.${top.count}`;
    }
    return top.path === '' ? top.name : `${top.path}.${top.name}`;
  }

  #top(): Frame {
    return this.#stack.at(-1)!;
  }

  /** Which of two values is meant nobody can know. */
  #set(path: string, text: string): void {
    const before = this.#cells.get(path);
    if (before !== undefined && before !== text) {
      const values = `"${before.slice(0, 40)}" and "${text.slice(0, 40)}"`;
      throw this.#refuse(`has "${path}" twice, with ${values}`, 'Export it again with one value for each name.');
    }
    this.#cells.set(path, text);
  }

  #refuse(what: string, hint: string): Error {
    return refuseText(this.#input, `${this.#where} ${what}`, hint);
  }
}
