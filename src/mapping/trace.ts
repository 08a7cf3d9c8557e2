/**
 * One row followed from its cells to what it says of a client, for people who ask where a value comes from. Pure.
 *
 * Invariant: it decides nothing. Every value is given by the same functions as in `compile.ts` (`readField`,
 * `mapContacts`, the compiled expressions), and only the steps between are told; so what is explained is what happens.
 */

import { compileClient, compileContacts, guardStripper, mapClient } from './compile.js';
import type { MappingInput } from './compile.js';
import { mapContacts } from './contacts.js';
import { foldLink } from './links.js';
import { compileExpression } from './evaluate.js';
import type { Expression } from './expression.js';
import { CLIENT_FIELDS, CONTACT_FIELDS } from './fields.js';
import type { ClientField, ContactField, FieldRule } from './fields.js';
import { isClearToken, readField } from './read-field.js';
import type { CompiledField, RowRemarks } from './read-field.js';
import type { ContactValues, Reject, Warning } from './record.js';
import type { ClientColumns, ContactColumns } from './spec.js';
import { traceCleaning, traceExpression } from './trace-text.js';
import type { TracedCell, TracedRow, TraceStep } from './trace-text.js';

export interface FieldTrace<Field extends string> {
  readonly field: Field;
  readonly expression: Expression;
  /** Every cell that was looked at. */
  readonly cells: readonly TracedCell[];
  readonly steps: readonly TraceStep[];
  /** `''` clears the field; `undefined`: it is left alone, or its cell was rejected. */
  readonly value: string | undefined;
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
}

interface ContactTrace {
  /** What the row gives; several where its cell holds several addresses, none where nothing of a person is filled. */
  readonly contacts: readonly ContactValues[];
  readonly fields: readonly FieldTrace<ContactField>[];
}

export interface RowTrace {
  /** Why these columns and not others: the row is a company, a person of one, or a person without one. */
  readonly says: 'client' | 'person' | 'child';
  readonly client: readonly FieldTrace<ClientField>[];
  readonly contacts: readonly ContactTrace[];
}

/**
 * A tracer for the rows of one file; it compiles anew for each row, since few are asked for.
 *
 * @param input as `compileMapping` gets it
 * @returns a function from the line and the cells of a row that is not skipped to its trace
 */
export function compileTrace(input: MappingInput): (line: number, rawCells: readonly string[]) => RowTrace {
  const { spec, header, role } = input;
  const parent = spec.parent === undefined ? undefined : compileExpression(spec.parent.name, header);
  const links = input.links.map((expression) => compileExpression(expression, header));
  const strip = guardStripper(spec);

  return (line, rawCells) => {
    const cells = strip === null ? rawCells : rawCells.map(strip);
    const row: TracedRow = { header, rawCells, cells };
    const isChild = foldLink(parent, cells) !== '';
    const isPerson = role === 'contacts' && links.every((link) => foldLink(link, cells) === '');
    const says = isChild ? 'child' : isPerson ? 'person' : 'client';
    const columns = { child: spec.parent?.client ?? {}, person: input.person, client: spec.client }[says];
    const contacts = isChild ? (spec.parent?.contacts ?? []) : spec.contacts;
    return {
      says,
      client: traceClient(columns, input, row, line),
      contacts: contacts.flatMap((contact) => traceContact(contact, input, row, line)),
    };
  };
}

function traceClient(
  columns: ClientColumns,
  input: MappingInput,
  row: TracedRow,
  line: number,
): readonly FieldTrace<ClientField>[] {
  const fields = compileClient(columns, input);
  const client = mapClient(fields, row.cells, input.blank.clearToken, noRemarks(input, line));
  return fields.map((field) => {
    const remarks = noRemarks(input, line);
    const value = readField(field, row.cells, input.blank.clearToken, remarks);
    const rule = CLIENT_FIELDS[field.field];
    const traced = describeField({ field, expression: columns[field.field]!, rule, value, remarks }, input, row);
    const settled = client[field.field];
    // A postal code is settled together with its country.
    if (value === undefined || settled === undefined || settled === value) return traced;
    return {
      ...traced,
      value: settled,
      steps: [...traced.steps, { what: 'as its country writes it', value: settled }],
    };
  });
}

function traceContact(
  columns: ContactColumns,
  input: MappingInput,
  row: TracedRow,
  line: number,
): readonly ContactTrace[] {
  const clear = input.blank.clearToken;
  const [compiled] = compileContacts([columns], input);
  if (compiled === undefined) return [];
  const fields = compiled.map((field) => {
    const remarks = noRemarks(input, line);
    // An address makes a contact of its own, and several make several.
    const addresses = field.field === 'email' ? mapContacts([[field]], row.cells, clear, remarks) : [];
    const value = field.field === 'email' ? addresses[0]?.email : readField(field, row.cells, clear, remarks);
    const rule = CONTACT_FIELDS[field.field];
    const traced = describeField({ field, expression: columns[field.field]!, rule, value, remarks }, input, row);
    if (addresses.length < 2) return traced;
    const what = `the cell holds ${addresses.length} addresses: each other one is a contact of its own`;
    return { ...traced, steps: [...traced.steps, { what, value: value ?? '' }] };
  });
  return [{ contacts: mapContacts([compiled], row.cells, clear, noRemarks(input, line)), fields }];
}

interface Read<Field extends string> {
  readonly field: CompiledField<Field>;
  readonly expression: Expression;
  readonly rule: FieldRule;
  readonly value: string | undefined;
  readonly remarks: RowRemarks;
}

function describeField<Field extends string>(
  { field, expression, rule, value, remarks }: Read<Field>,
  input: MappingInput,
  row: TracedRow,
): FieldTrace<Field> {
  const traced = traceExpression(expression, row) ?? { cells: [], steps: [], value: '' };
  const rejects = remarks.rejects ?? [];
  const warnings = remarks.warnings ?? [];
  const isRefused = rejects.length > 0 || (value === undefined && warnings.length > 0);
  const cleaning = isRefused ? [] : traceValue(rule.kind, traced.value, value, input.blank.clearToken);
  return {
    field: field.field,
    expression,
    cells: traced.cells,
    steps: [...traced.steps, ...cleaning],
    value,
    rejects,
    warnings,
  };
}

/** From the text that the expression gave to the field's value; `undefined` is a blank that is left alone. */
function traceValue(
  kind: FieldRule['kind'],
  raw: string,
  value: string | undefined,
  clearToken: string,
): readonly TraceStep[] {
  if (value === '' && isClearToken(raw, clearToken)) return [{ what: 'the clear token: the field is emptied', value }];
  const steps = traceCleaning(kind, raw, value ?? '');
  return value === '' ? [...steps, { what: 'blank, and the job clears the field then', value }] : steps;
}

function noRemarks(input: MappingInput, line: number): RowRemarks {
  return { row: { file: input.file, line }, rejects: null, warnings: null };
}
