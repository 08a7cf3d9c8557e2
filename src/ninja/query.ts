/**
 * What a list can be asked for, and the one way of sending each wish that works.
 *
 * The server answers most values that it does not understand with the whole list instead of an error (FACTS.md "GET
 * list"). Invariant: a query that is sent means to the server what it says here; a wish that cannot be sent so is
 * refused before anything is sent.
 */

import { SyncError } from '../errors.js';

/** All that a balance can be compared with. */
export const BALANCE_OPERATORS = ['lt', 'lte', 'gt', 'gte', 'eq'] as const;
type BalanceOperator = (typeof BALANCE_OPERATORS)[number];

export const STATUSES = ['active', 'archived', 'deleted'] as const;
type Status = (typeof STATUSES)[number];

/** Others, such as `email` or `contacts`, are answered with 500 (FACTS.md [243-260]). */
export const SORT_COLUMNS = [
  'id',
  'name',
  'display_name',
  'number',
  'id_number',
  'city',
  'balance',
  'documents',
  'created_at',
  'updated_at',
] as const;
type SortColumn = (typeof SORT_COLUMNS)[number];

/**
 * The first three come along anyway. `invoices` and other relations are accepted and add nothing (FACTS.md [199, 422]);
 * a name that is none is 400 in a list (FACTS.md [198, 201]) and ignored for one client (FACTS.md [420]).
 */
export const INCLUDES = [
  'contacts',
  'documents',
  'gateway_tokens',
  'activities',
  'ledger',
  'system_logs',
  'group_settings',
] as const;
export type Include = (typeof INCLUDES)[number];

/** What narrows a list. Filters combine with AND; without any, archived and deleted clients come along (FACTS.md [310]). */
export interface ListFilters {
  /**
   * Sent as `50:lt`. The document says `lt:50`, which the server reads as "equals 0" (FACTS.md [226-231]); an operator
   * that it does not know means "equals".
   */
  readonly balance?: { readonly op: BalanceOperator; readonly value: number };
  /** Both ends belong to it (FACTS.md [232]). */
  readonly betweenBalance?: readonly [low: number, high: number];
  /** Of any contact; exact, in any case; finds deleted clients too (FACTS.md [205-207, 324]). */
  readonly email?: string;
  /** Exact, in any case (FACTS.md [210, 211, 324]). */
  readonly idNumber?: string;
  /** Exact, in any case (FACTS.md [212, 213]). */
  readonly number?: string;
  /**
   * Text somewhere in name, id_number, number or a custom value of the client, or in a contact's first name, last name,
   * e-mail or phone; each field on its own (FACTS.md [217-221]). The document leaves out number and phone.
   * `%` and `_` are wildcards at the server, which has no way to escape them (FACTS.md [215, 216]): they are refused.
   */
  readonly filter?: string;
  /** Text somewhere in the name; not in the document. Wildcards are refused, as for `filter` (FACTS.md [214-216]). */
  readonly name?: string;
  /** Created then or later, in unix seconds. Milliseconds are ignored by the server, so they are refused (FACTS.md [234-237]). */
  readonly createdSince?: number;
  /** Changed then or later, in unix seconds; not in the document (FACTS.md [238-242]). */
  readonly updatedSince?: number;
  /** Sent as 1 or 0: `true` and `false`, as the document has it, both give those that are not deleted (FACTS.md [318-321]). */
  readonly isDeleted?: boolean;
  /** In one of these states; not in the document (FACTS.md [311-316]). */
  readonly status?: readonly Status[];
  /** One client by the API's id; an id of nobody gives an empty list (FACTS.md [222, 223]). Not in the document. */
  readonly clientId?: string;
}

export interface ListQuery extends ListFilters {
  /** From 1. */
  readonly page?: number;
  /** Up to 5000; up to 1000 is safe on servers with little memory (FACTS.md [191-193, 418]). */
  readonly perPage?: number;
  /**
   * By default ascending by id, which is the order of creation: without a wish the server promises no order at all.
   * `number` counts its digits only (FACTS.md [246, 247]). Not in the document.
   */
  readonly sort?: { readonly column: SortColumn; readonly direction: 'asc' | 'desc' };
  readonly include?: readonly Include[];
}

export const PER_PAGE_MAX = 5000;
const PER_PAGE_DEFAULT = 1000;
/** The last second of 9999; milliseconds of our time are far beyond (FACTS.md [241]). */
const SECONDS_MAX = 253_402_300_799;

/**
 * The parameters of a list.
 *
 * @throws SyncError `usage` for a value that the server would misread, naming the parameter
 */
export function listParameters(query: ListQuery): Readonly<Record<string, string>> {
  const sort = query.sort ?? { column: 'id', direction: 'asc' };
  const { balance, betweenBalance, isDeleted, status, clientId } = query;
  const wishes: Readonly<Record<string, string | undefined>> = {
    page: whole('page', query.page ?? 1, 1, Number.MAX_SAFE_INTEGER),
    per_page: whole('per_page', query.perPage ?? PER_PAGE_DEFAULT, 1, PER_PAGE_MAX),
    sort: `${oneOf('sort', sort.column, SORT_COLUMNS)}|${oneOf('sort', sort.direction, ['asc', 'desc'])}`,
    include: query.include === undefined ? undefined : listOf('include', query.include, INCLUDES),
    balance: balance && `${amount('balance', balance.value)}:${oneOf('balance', balance.op, BALANCE_OPERATORS)}`,
    between_balance: betweenBalance && between(betweenBalance),
    email: filled('email', query.email),
    id_number: filled('id_number', query.idNumber),
    number: filled('number', query.number),
    filter: plain('filter', query.filter),
    name: plain('name', query.name),
    created_at: query.createdSince === undefined ? undefined : seconds('created_at', query.createdSince),
    updated_at: query.updatedSince === undefined ? undefined : seconds('updated_at', query.updatedSince),
    is_deleted: isDeleted === undefined ? undefined : isDeleted ? '1' : '0',
    status: status && listOf('status', status, STATUSES),
    client_id: clientId === undefined ? undefined : hashedId(clientId),
  };
  return Object.fromEntries(
    Object.entries(wishes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function refuse(parameter: string, what: string, hint: string): SyncError {
  return new SyncError('usage', `The filter ${parameter} ${what}.`, { hint, details: { parameter } });
}

/** A blank filter is ignored: everything would come (FACTS.md [209, 224]). */
function filled(parameter: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.trim() === '')
    throw refuse(parameter, 'is blank', 'The server would answer with every client. Leave it out.');
  return value;
}

/** A backslash is refused as well: what the database makes of it in such a search was not measured. */
function plain(parameter: string, value: string | undefined): string | undefined {
  const wildcard = /[%_\\]/.exec(value ?? '')?.[0];
  if (wildcard !== undefined) {
    throw refuse(
      parameter,
      `holds "${wildcard}", which stands for other characters there and cannot be escaped`,
      'Search for the part before or after it. The filters email, id_number and number compare exactly.',
    );
  }
  return filled(parameter, value);
}

function amount(parameter: string, value: number): string {
  const text = String(value);
  if (!/^-?\d+(?:\.\d+)?$/.test(text))
    throw refuse(parameter, `cannot be ${text}`, 'It is an amount, such as 10 or 49.5.');
  return text;
}

function between([low, high]: readonly [number, number]): string {
  const text = `${amount('between_balance', low)}:${amount('between_balance', high)}`;
  if (low > high) throw refuse('between_balance', `${text} begins above its end`, 'Write the lower amount first.');
  return text;
}

function seconds(parameter: string, value: number): string {
  if (Number.isInteger(value) && value >= 0 && value <= SECONDS_MAX) return String(value);
  const hint =
    value > SECONDS_MAX
      ? 'These look like milliseconds; the server ignores them and answers with every client.'
      : 'Unix seconds are needed, such as 1700000000.';
  throw refuse(parameter, `cannot be ${value}`, hint);
}

function whole(parameter: string, value: number, min: number, max: number): string {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return String(value);
  throw refuse(parameter, `cannot be ${value}`, `It is a whole number from ${min} to ${max}.`);
}

function oneOf(parameter: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw refuse(parameter, `cannot be "${value}"`, `There are ${known.join(', ')}.`);
}

/** An empty list, and one of unknown words, would be no filter at all (FACTS.md [316, 317]). */
function listOf(parameter: string, values: readonly string[], known: readonly string[]): string {
  if (values.length === 0) throw refuse(parameter, 'is an empty list', `Name some of ${known.join(', ')}.`);
  return [...new Set(values.map((value) => oneOf(parameter, value, known)))].join(',');
}

function hashedId(value: string): string {
  if (/^\w+$/.test(value)) return value;
  throw refuse('client_id', `cannot be "${value}"`, "It is the API's id of one client, such as VolejRejNm.");
}
