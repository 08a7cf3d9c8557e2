/**
 * JSON as a stream of events. The tokenizer knows texts and numbers, here is what may follow what. Numbers stay as they
 * are written: an id of 19 digits is no number to us.
 */

import { Tokenizer, TokenizerError, TokenType } from '@streamparser/json';
import type { ContainerInput } from '../container.js';
import { refuseText } from '../text-lines.js';

export interface JsonHandler {
  open(kind: 'object' | 'array'): void;
  /** Of the object that was opened last; its value follows. */
  key(name: string): void;
  /** `null` as it is; everything else as text. */
  scalar(text: string | null): void;
  close(): void;
}

/** Deeper is no table, and no person can read its column names. */
const DEPTH_MAX = 20;
const TEXT_BYTES_MAX = 16 * 1024 * 1024;
const AGAIN = 'Export it again, whole.';

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

type Token = Parameters<Tokenizer['onToken']>[0];

class NumberText extends Tokenizer {
  number = '';

  protected override parseNumber(text: string): number {
    this.number = text;
    return 0;
  }
}

export class JsonGrammar {
  readonly #input: Pick<ContainerInput, 'path'>;
  readonly #handler: JsonHandler;
  readonly #tokens: NumberText;
  readonly #stack: ('object' | 'array')[] = [];
  #expected: Expected = 'value';
  /** Physical line on which the bytes that are written now begin. */
  #line: number;
  #block: Uint8Array = new Uint8Array();
  #blockStart = 0;
  #lastOffset = 0;

  /** @param firstLine the number of the line on which the text begins */
  constructor(input: Pick<ContainerInput, 'path'>, handler: JsonHandler, firstLine = 1) {
    this.#input = input;
    this.#handler = handler;
    this.#line = firstLine;
    this.#tokens = new NumberText();
    this.#tokens.onToken = (token) => this.#take(token);
    // What a handler throws comes here as well.
    this.#tokens.onError = (error) => {
      throw error;
    };
  }

  /** @throws SyncError for what is no JSON */
  write(utf8: Uint8Array): void {
    this.#block = utf8;
    try {
      this.#tokens.write(utf8);
    } catch (error) {
      throw this.#explain(error);
    }
    this.#blockStart += utf8.length;
    for (let at = utf8.indexOf(10); at !== -1; at = utf8.indexOf(10, at + 1)) this.#line += 1;
    if (this.#blockStart - this.#lastOffset > TEXT_BYTES_MAX)
      throw this.#refuse(
        `holds a text of more than ${TEXT_BYTES_MAX / 1024 / 1024} MB`,
        'Export it without files and pictures.',
      );
  }

  /** @throws SyncError when the text ends before its value does */
  end(): void {
    try {
      if (!this.#tokens.isEnded) this.#tokens.end();
    } catch {
      throw this.#cutOff();
    }
    if (this.#expected !== 'nothing') throw this.#cutOff();
  }

  #cutOff(): Error {
    return refuseText(
      this.#input,
      `is cut off: the JSON text ends on line ${this.#line} in the middle of a value`,
      AGAIN,
    );
  }

  #take({ token, value, offset }: Token): void {
    this.#lastOffset = offset;
    if (!this.#fits(token)) throw this.#unexpected(token, value);
    switch (token) {
      case TokenType.LEFT_BRACE:
        return this.#open('object');
      case TokenType.LEFT_BRACKET:
        return this.#open('array');
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#stack.pop();
        this.#handler.close();
        return this.#endValue();
      case TokenType.COLON:
        this.#expected = 'value';
        return;
      case TokenType.COMMA:
        this.#expected = this.#stack.at(-1) === 'object' ? 'key' : 'value';
        return;
      case TokenType.STRING:
        if (this.#expected === 'key' || this.#expected === 'key-or-end') {
          this.#handler.key(String(value));
          this.#expected = 'colon';
          return;
        }
        this.#handler.scalar(String(value));
        return this.#endValue();
      case TokenType.NUMBER:
        this.#handler.scalar(this.#tokens.number);
        return this.#endValue();
      default:
        this.#handler.scalar(value === null ? null : String(value));
        return this.#endValue();
    }
  }

  #fits(token: TokenType): boolean {
    switch (token) {
      case TokenType.RIGHT_BRACE:
        return (
          this.#stack.at(-1) === 'object' && (this.#expected === 'key-or-end' || this.#expected === 'comma-or-end')
        );
      case TokenType.RIGHT_BRACKET:
        return (
          this.#stack.at(-1) === 'array' && (this.#expected === 'value-or-end' || this.#expected === 'comma-or-end')
        );
      case TokenType.COLON:
        return this.#expected === 'colon';
      case TokenType.COMMA:
        return this.#expected === 'comma-or-end';
      case TokenType.STRING:
        return ['value', 'value-or-end', 'key', 'key-or-end'].includes(this.#expected);
      default:
        return this.#expected === 'value' || this.#expected === 'value-or-end';
    }
  }

  #open(kind: 'object' | 'array'): void {
    if (this.#stack.length >= DEPTH_MAX)
      throw this.#refuse(`is nested more than ${DEPTH_MAX} deep`, 'Export the records as a flat list, or as CSV.');
    this.#stack.push(kind);
    this.#handler.open(kind);
    this.#expected = kind === 'object' ? 'key-or-end' : 'value-or-end';
  }

  #endValue(): void {
    this.#expected = this.#stack.length === 0 ? 'nothing' : 'comma-or-end';
  }

  #unexpected(token: TokenType, value: unknown): Error {
    const shown =
      token === TokenType.STRING ? `the text "${String(value).slice(0, 40)}"` : `"${JSON.stringify(value)}"`;
    if (this.#expected === 'nothing')
      return this.#refuse(
        `holds more than one JSON value: ${shown} stands behind the end of the first`,
        'Write the records as one array, or one record a line (.jsonl).',
      );
    return this.#refuse(`is no sound JSON: ${shown} cannot stand there`, AGAIN);
  }

  /** What the tokenizer says is about the text; what the handler throws passes. */
  #explain(error: unknown): unknown {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return this.#refuse('is not UTF-8, as JSON must be', 'Save it as UTF-8, or state its encoding.');
    if (!(error instanceof TokenizerError)) return error;
    const found = /^Unexpected "([^]*)" at chunk .*absolute position "(\d+)"/.exec(error.message);
    if (found?.[2] !== undefined) this.#lastOffset = Number(found[2]);
    return this.#refuse(`is no sound JSON: ${JSON.stringify(found?.[1] ?? '')} cannot stand there`, AGAIN);
  }

  #refuse(what: string, hint: string): Error {
    const before = this.#block.subarray(0, Math.max(0, this.#lastOffset - this.#blockStart));
    let line = this.#line;
    for (let at = before.indexOf(10); at !== -1; at = before.indexOf(10, at + 1)) line += 1;
    return refuseText(this.#input, `${what} (line ${line})`, hint);
  }
}
