/** Expressions made into functions over the cells of a row. What a header lacks is told, or left out, by the caller's choice. */

import type { Expression } from './expression.js';
import type { Header } from './header.js';
import { countryCode } from './normalise/country.js';
import { splitPersonName } from './normalise/person-name.js';
import { toE164 } from './phone-number.js';

export interface Evaluator {
  readonly read: (cells: readonly string[]) => string;
  /** Header text of the first column that is read: where a problem is shown. `null` for a constant. */
  readonly column: string | null;
  /** Position of the column when the expression is nothing but one column: the hot path reads it directly. */
  readonly position: number | null;
  /** What is said of a value that is a guess; `null` where it is none. */
  readonly doubt?: (cells: readonly string[]) => Doubt | null;
}

export interface Doubt {
  /** The text that can be read in several ways. */
  readonly text: string;
  readonly hint: string;
}

/** The columns that an expression names, in the order in which it reads them. */
export function namedColumns(expression: Expression): readonly string[] {
  if (typeof expression === 'string') return [expression];
  if ('first-of' in expression) return expression['first-of'].flatMap(namedColumns);
  if ('join' in expression) return expression.join.flatMap(namedColumns);
  if ('split' in expression) return namedColumns(expression.split);
  if ('map' in expression) return namedColumns(expression.map);
  if ('constant' in expression) return [];
  if ('first-name' in expression) return namedColumns(expression['first-name']);
  if ('last-name' in expression) return namedColumns(expression['last-name']);
  if ('salesforce-id' in expression) return namedColumns(expression['salesforce-id']);
  if ('lower' in expression) return namedColumns(expression.lower);
  if ('upper' in expression) return namedColumns(expression.upper);
  if ('strip-zeros' in expression) return namedColumns(expression['strip-zeros']);
  if ('e164' in expression) {
    const { e164, country } = expression;
    return [...namedColumns(e164), ...(country === undefined ? [] : namedColumns(country))];
  }
  return namedColumns(expression.from);
}

/**
 * Compiles an expression for one header. Columns that the header lacks are left out of `first-of` and `join`;
 * an expression with no column left is `undefined`.
 */
export function compileExpression(expression: Expression, header: Header): Evaluator | undefined {
  if (typeof expression === 'string') {
    const position = header.find(expression);
    if (position === undefined) return undefined;
    return { read: (cells) => cells[position] ?? '', column: header.columns[position] ?? null, position };
  }
  if ('constant' in expression) {
    const { constant } = expression;
    return { read: () => constant, column: null, position: null };
  }
  if ('first-of' in expression) return compileFirst(expression['first-of'], header);
  if ('join' in expression) {
    const separator = expression.with ?? ' ';
    return compileList(expression.join, header, (parts, cells) => joinFilled(parts, cells, separator));
  }
  if ('split' in expression) {
    const { by, part, rest } = expression;
    return wrap(expression.split, header, (text) => {
      const parts = text.trim().split(by);
      return (rest === true ? parts.slice(part - 1).join(by) : (parts[part - 1] ?? '')).trim();
    });
  }
  if ('map' in expression) {
    const values = new Map(Object.entries(expression.values).map(([from, to]) => [from.trim().toLowerCase(), to]));
    const { otherwise } = expression;
    return wrap(expression.map, header, (text) => values.get(text.trim().toLowerCase()) ?? otherwise ?? text);
  }
  if ('first-name' in expression) return compileNamePart(expression['first-name'], 'first', header);
  if ('last-name' in expression) return compileNamePart(expression['last-name'], 'last', header);
  if ('salesforce-id' in expression) return wrap(expression['salesforce-id'], header, lengthenSalesforceId);
  if ('lower' in expression) return wrap(expression.lower, header, (text) => text.toLowerCase());
  if ('upper' in expression) return wrap(expression.upper, header, (text) => text.toUpperCase());
  if ('strip-prefix' in expression) {
    const prefix = expression['strip-prefix'];
    return wrap(expression.from, header, (text) => {
      const trimmed = text.trim();
      return trimmed.startsWith(prefix) ? trimmed.slice(prefix.length) : text;
    });
  }
  if ('strip-zeros' in expression) return wrap(expression['strip-zeros'], header, (text) => stripZeros(text));
  if ('pad-start' in expression) {
    const width = expression['pad-start'];
    return wrap(expression.from, header, (text) => padNumber(text, width));
  }
  if ('remove' in expression) {
    const unwanted = new Set(expression.remove);
    return wrap(expression.from, header, (text) => removeCharacters(text, unwanted));
  }
  if ('e164' in expression) return compilePhone(expression.e164, expression.country, header);
  const prefix = expression['add-prefix'];
  return wrap(expression.from, header, (text) => (text.trim() === '' ? '' : prefix + text.trim()));
}

/** A whole number with zeros in front of it; any other text is given back. */
function padNumber(text: string, width: number): string {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? trimmed.padStart(width, '0') : text;
}

/** A whole number without zeros in front of it; any other text is given back. */
export function stripZeros(text: string): string {
  const trimmed = text.trim();
  return /^0+\d+$/.test(trimmed) ? trimmed.replace(/^0+(?=\d)/, '') : text;
}

export function removeCharacters(text: string, unwanted: ReadonlySet<string>): string {
  let kept = '';
  for (const character of text) if (!unwanted.has(character)) kept += character;
  return kept;
}

function compilePhone(phone: Expression, country: Expression | undefined, header: Header): Evaluator | undefined {
  const read = compileExpression(phone, header);
  const where = country === undefined ? undefined : compileExpression(country, header);
  if (read === undefined) return undefined;
  return {
    read: (cells) => {
      const text = read.read(cells);
      if (text.trim() === '') return text;
      return toE164(text, where === undefined ? undefined : countryCode(where.read(cells))) ?? text;
    },
    column: read.column,
    position: null,
  };
}

function wrap(inner: Expression, header: Header, change: (text: string) => string): Evaluator | undefined {
  const compiled = compileExpression(inner, header);
  if (compiled === undefined) return undefined;
  return { read: (cells) => change(compiled.read(cells)), column: compiled.column, position: null };
}

function compileList(
  expressions: readonly Expression[],
  header: Header,
  combine: (parts: readonly Evaluator[], cells: readonly string[]) => string,
): Evaluator | undefined {
  const parts = expressions
    .map((expression) => compileExpression(expression, header))
    .filter((part) => part !== undefined);
  const [first] = parts;
  if (first === undefined || parts.every((part) => part.column === null)) return undefined;
  if (parts.length === 1) return first;
  return {
    read: (cells) => combine(parts, cells),
    column: parts.find((part) => part.column !== null)?.column ?? null,
    position: null,
  };
}

function compileNamePart(whole: Expression, part: 'first' | 'last', header: Header): Evaluator | undefined {
  const compiled = compileExpression(whole, header);
  if (compiled === undefined) return undefined;
  return {
    read: (cells) => splitPersonName(compiled.read(cells))[part],
    column: compiled.column,
    position: null,
    doubt: (cells) => {
      const text = compiled.read(cells);
      const hint = splitPersonName(text).doubt;
      return hint === null ? null : { text, hint };
    },
  };
}

function compileFirst(expressions: readonly Expression[], header: Header): Evaluator | undefined {
  const parts = expressions.flatMap((expression) => compileExpression(expression, header) ?? []);
  const list = compileList(expressions, header, firstFilled);
  if (list === undefined || parts.length < 2 || parts.every(({ doubt }) => doubt === undefined)) return list;
  // A part that came to nothing because of a doubt still tells it.
  return {
    ...list,
    doubt: (cells) => {
      for (const part of parts) {
        const doubt = part.doubt?.(cells) ?? null;
        if (doubt !== null || part.read(cells).trim() !== '') return doubt;
      }
      return null;
    },
  };
}

function firstFilled(parts: readonly Evaluator[], cells: readonly string[]): string {
  for (const part of parts) {
    const text = part.read(cells);
    if (text.trim() !== '') return text;
  }
  return '';
}

function joinFilled(parts: readonly Evaluator[], cells: readonly string[], separator: string): string {
  let joined = '';
  for (const part of parts) {
    const text = part.read(cells).trim();
    if (text !== '') joined = joined === '' ? text : joined + separator + text;
  }
  return joined;
}

/**
 * Reports give ids of 15 characters whose case tells records apart; the 18-character form of the same id survives a
 * comparison without case. The three added characters say which of the fifteen are capitals, five to a character.
 */
function lengthenSalesforceId(text: string): string {
  const id = text.trim();
  if (!/^[a-zA-Z0-9]{15}$/.test(id)) return text;
  let suffix = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let offset = 0; offset < 5; offset += 1) if (/[A-Z]/.test(id.charAt(start + offset))) bits |= 1 << offset;
    suffix += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'.charAt(bits);
  }
  return id + suffix;
}
