/** Expressions and clean values followed step by step: what each cell became on its way, and why. */

import { compileExpression } from './evaluate.js';
import type { Expression } from './expression.js';
import type { FieldRule } from './fields.js';
import type { Header } from './header.js';
import { isPlaceholder, stripGuard } from './normalise/cell.js';
import { isBlankText, tidyLines, tidyText } from './normalise/text.js';

export interface TraceStep {
  /** What was done, for people: `first-of: "Company" is blank, "Name" is taken`. */
  readonly what: string;
  /** The text after it. */
  readonly value: string;
}

export interface TracedCell {
  /** Header text. */
  readonly column: string;
  /** As it stands in the file. */
  readonly raw: string;
}

export interface TracedText {
  /** Every cell that was looked at, in the order in which it was read. */
  readonly cells: readonly TracedCell[];
  readonly steps: readonly TraceStep[];
  readonly value: string;
}

/** What a row gives to an expression. */
export interface TracedRow {
  readonly header: Header;
  /** As they stand in the file. */
  readonly rawCells: readonly string[];
  /** Without the guards that the product writes. */
  readonly cells: readonly string[];
}

/**
 * Follows an expression for one row. Each value is what the compiled part of the expression gives, so the last one is
 * what the mapping takes; `undefined` when the header has none of its columns.
 */
export function traceExpression(expression: Expression, row: TracedRow): TracedText | undefined {
  const value = compileExpression(expression, row.header)?.read(row.cells);
  if (value === undefined) return undefined;
  if (typeof expression === 'string') return traceCell(expression, row);
  if ('constant' in expression) {
    return { cells: [], steps: [{ what: 'a constant: no cell is read', value }], value };
  }
  if ('first-of' in expression) return traceFirst(expression['first-of'], row, value);
  if ('join' in expression) return traceJoin(expression.join, expression.with ?? ' ', row, value);
  const { inner, what } = describeChange(expression);
  const before = traceExpression(inner, row);
  if (before === undefined) return undefined;
  const beside = 'e164' in expression && expression.country !== undefined ? expression.country : undefined;
  const further = beside === undefined ? [] : (traceExpression(beside, row)?.cells ?? []);
  const cells = [...before.cells, ...further];
  if (before.value === value) return { ...before, cells };
  return { cells, steps: [...before.steps, { what, value }], value };
}

function traceCell(name: string, { header, rawCells, cells }: TracedRow): TracedText | undefined {
  const position = header.find(name);
  if (position === undefined) return undefined;
  const raw = rawCells[position] ?? '';
  const value = cells[position] ?? '';
  const steps = raw === value ? [] : [{ what: 'the apostrophe that the product writes in front is taken off', value }];
  return { cells: [{ column: header.columns[position] ?? name, raw }], steps, value };
}

function traceFirst(parts: readonly Expression[], row: TracedRow, value: string): TracedText {
  const traced = parts.map((part) => traceExpression(part, row)).filter((part) => part !== undefined);
  const chosen = traced.findIndex((part) => part.value.trim() !== '');
  const [only] = traced;
  if (traced.length === 1 && only !== undefined) return only;
  const cells = traced.flatMap((part) => part.cells);
  if (chosen === -1) return { cells, steps: [{ what: 'first-of: all of them are blank', value }], value };
  const blank = traced.slice(0, chosen).map((part) => `${nameOf(part)} is blank, `);
  const what = `first-of: ${blank.join('')}${nameOf(traced[chosen]!)} is taken`;
  return {
    cells: traced.slice(0, chosen + 1).flatMap((part) => part.cells),
    steps: [...traced[chosen]!.steps, { what, value }],
    value,
  };
}

function traceJoin(parts: readonly Expression[], separator: string, row: TracedRow, value: string): TracedText {
  const traced = parts.map((part) => traceExpression(part, row)).filter((part) => part !== undefined);
  const [only] = traced;
  if (traced.length === 1 && only !== undefined) return only;
  const filled = traced.filter((part) => part.value.trim() !== '');
  const what =
    filled.length === 0
      ? 'join: all of them are blank'
      : `join with ${JSON.stringify(separator)}: ${filled.map(nameOf).join(', ')}`;
  return {
    cells: traced.flatMap((part) => part.cells),
    steps: [...filled.flatMap((part) => part.steps), { what, value }],
    value,
  };
}

function nameOf({ cells, value }: TracedText): string {
  return cells.length === 0 ? `"${value}"` : cells.map(({ column }) => `"${column}"`).join(' with ');
}

type Change = Exclude<
  Expression,
  string | { readonly constant: string } | { readonly 'first-of': unknown } | { readonly join: unknown }
>;

function describeChange(expression: Change): { readonly inner: Expression; readonly what: string } {
  if ('split' in expression) {
    const { split, by, part, rest } = expression;
    const which = `part ${part}${rest === true ? ' and all behind it' : ''}`;
    return { inner: split, what: `split by ${JSON.stringify(by)}: ${which}` };
  }
  if ('map' in expression) {
    const { map, otherwise } = expression;
    return {
      inner: map,
      what: `map: another value for it${otherwise === undefined ? '' : ' (or the one for all others)'}`,
    };
  }
  if ('first-name' in expression) {
    return { inner: expression['first-name'], what: 'first-name: the first name of the whole' };
  }
  if ('last-name' in expression) {
    return { inner: expression['last-name'], what: 'last-name: the last name of the whole' };
  }
  if ('salesforce-id' in expression) {
    return { inner: expression['salesforce-id'], what: 'salesforce-id: the form of 18 characters' };
  }
  if ('lower' in expression) return { inner: expression.lower, what: 'lower: in lower case' };
  if ('strip-zeros' in expression) {
    return { inner: expression['strip-zeros'], what: 'strip-zeros: without zeros in front' };
  }
  if ('pad-start' in expression) {
    return { inner: expression.from, what: `pad-start: with zeros up to ${expression['pad-start']} digits` };
  }
  if ('remove' in expression) {
    return { inner: expression.from, what: `remove: without ${JSON.stringify(expression.remove)}` };
  }
  if ('e164' in expression) return { inner: expression.e164, what: 'e164: the number in its international form' };
  if ('upper' in expression) return { inner: expression.upper, what: 'upper: in upper case' };
  if ('strip-prefix' in expression) {
    return { inner: expression.from, what: `strip-prefix: without ${JSON.stringify(expression['strip-prefix'])}` };
  }
  return { inner: expression.from, what: `add-prefix: with ${JSON.stringify(expression['add-prefix'])}` };
}

/** What the last step of cleaning is called where it gives something else than tidy text. */
const LAST_STEPS: Readonly<Record<FieldRule['kind'], string>> = {
  text: 'cleaned to what the target keeps',
  notes: 'cleaned to what the target keeps',
  key: 'what a program added to the key is taken off',
  phone: 'what a program made of the number is taken off, or the end cut',
  postal: 'what a program made of the code is taken off',
  vat: 'an id of the EU in its one form',
  url: 'cleaned to what the target keeps',
  email: 'the address is taken out of the cell',
  country: 'country name → code',
  currency: 'currency → code',
  language: 'language → code',
  days: 'payment terms → days',
  boolean: 'yes or no → true or false',
  industry: "industry → the target's id",
  size: "company size → the target's id",
  classification: 'classification → one that the target knows',
};

/**
 * How a cell became its clean value.
 *
 * @param raw what the expression gave
 * @param value what the normaliser made of it
 */
export function traceCleaning(kind: FieldRule['kind'], raw: string, value: string): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  let text = raw;
  const note = (what: string, next: string): void => {
    if (next !== text) steps.push({ what, value: next });
    text = next;
  };
  if (text !== value) note('trimmed', raw.trim());
  if (text !== value) {
    const tidy = kind === 'notes' || kind === 'email' ? tidyLines(text) : tidyText(text);
    note('line breaks, odd blanks and what cannot be seen are put right', tidy);
  }
  if (text !== value) note('the guard ="…" is taken off', stripGuard(text));
  if (value === '' && text !== '' && isStandIn(kind, text)) note('a placeholder: it counts as blank', '');
  note(LAST_STEPS[kind], value);
  return steps;
}

/** Free text may be `None`; any other value may not. */
function isStandIn(kind: FieldRule['kind'], text: string): boolean {
  return kind === 'text' || kind === 'notes' ? isBlankText(text) : isPlaceholder(text) || kind === 'email';
}
