/**
 * The filters of a list with their oddities (FACTS.md "GET list"): most values that the server does not understand give the whole
 * list instead of an error, and some parameter names break it.
 */

import { foldKey, foldText } from '../plan/fold.js';
import type { ClientText, ContactText } from './columns.js';
import { breakDown } from './refusal.js';
import { idOf } from './shelf.js';
import type { Company, StoredClient } from './store.js';
import type { Input } from './value.js';
import { toInteger } from './value.js';

type Test = (client: StoredClient) => boolean;

/** Names of inner methods of the server's filter class [263, 264, 269-271, 273]. */
const BREAKING_NAMES = [
  'split',
  'apply',
  '__construct',
  'vendor_id',
  'filter_deleted_clients',
  'without_deleted_clients',
] as const;

const SEARCHED_CLIENT_TEXTS: readonly ClientText[] = [
  'name',
  'id_number',
  'number',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
];
const SEARCHED_CONTACT_TEXTS: readonly ContactText[] = ['first_name', 'last_name', 'email', 'phone'];

/** The clients that a cleaned query selects, by id; the array of the company itself when it selects all. */
export function filterClients(company: Company, query: Input): readonly StoredClient[] {
  for (const name of BREAKING_NAMES) {
    if (query[name] !== undefined) throw breakDown();
  }
  const candidates = narrowDown(company, query);
  const tests = readTests(query);
  return tests.length === 0 ? candidates : candidates.filter((client) => tests.every((test) => test(client)));
}

/** Exact numbers go through the indexes [210-213, 324]. */
function narrowDown(company: Company, query: Input): readonly StoredClient[] {
  for (const [name, index] of [
    ['number', company.numbers],
    ['id_number', company.idNumbers],
  ] as const) {
    const text = query[name];
    if (typeof text !== 'string') continue;
    return index.find(text);
  }
  return company.clients;
}

function readTests(query: Input): Test[] {
  const tests: Test[] = [];
  for (const [name, read] of Object.entries(READERS)) {
    const value = query[name];
    const test = typeof value === 'string' ? read(value) : value === null ? readBlank(name) : undefined;
    if (test !== undefined) tests.push(test);
  }
  return tests;
}

/** Blank parameters are ignored, but `is_deleted=` asks for those that are not deleted [209, 317, 322]. */
function readBlank(name: string): Test | undefined {
  return name === 'is_deleted' ? (client) => !client.isDeleted : undefined;
}

const READERS: Readonly<Record<string, (value: string) => Test | undefined>> = {
  number: (value) => isEqual('number', value),
  id_number: (value) => isEqual('id_number', value),
  email: (value) => {
    const key = foldKey(value);
    return (client) => client.contacts.some((contact) => foldKey(contact.texts.email ?? '') === key);
  },
  name: (value) => {
    const isLike = compileLike(value);
    return (client) => client.texts.name !== undefined && isLike(client.texts.name);
  },
  filter: (value) => {
    const isLike = compileLike(value);
    return (client) =>
      SEARCHED_CLIENT_TEXTS.some((column) => client.texts[column] !== undefined && isLike(client.texts[column])) ||
      client.contacts.some((contact) =>
        SEARCHED_CONTACT_TEXTS.some((column) => contact.texts[column] !== undefined && isLike(contact.texts[column])),
      );
  },
  client_id: (value) => {
    return (client) => idOf(client) === value;
  },
  group: (value) => (client) => client.groupSettingsId === value,
  balance: readBalance,
  between_balance: (value) => {
    const [low, high, ...more] = value.split(':');
    if (low === undefined || high === undefined || more.length > 0) return undefined;
    return ({ balance }) => balance >= toAmount(low) && balance <= toAmount(high);
  },
  created_at: (value) => {
    const since = readTime(value);
    return since === undefined ? undefined : (client) => client.createdAt >= since;
  },
  updated_at: (value) => {
    const since = readTime(value);
    return since === undefined ? undefined : (client) => client.updatedAt >= since;
  },
  is_deleted: (value) => (client) => Number(client.isDeleted) === toInteger(value),
  with_trashed: (value) => (value === 'false' ? (client) => !client.isDeleted : undefined),
  status: readStatus,
};

function isEqual(column: ClientText, value: string): Test {
  const key = foldKey(value);
  return (client) => foldKey(client.texts[column] ?? '') === key;
}

/** `%value%` in which `%` and `_` of the value are wildcards too [214-216]. */
function compileLike(value: string): (text: string) => boolean {
  const folded = foldText(value);
  if (!/[%_]/.test(folded)) return (text) => foldText(text).includes(folded);
  const source = folded
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('%', '[^]*')
    .replaceAll('_', '[^]');
  const pattern = new RegExp(source, 'u');
  return (text) => pattern.test(foldText(text));
}

/** The value comes first: `50:gt`. Without a colon it is ignored, an unknown operator means "equals" [226-231]. */
function readBalance(value: string): Test | undefined {
  const [first, operator, ...more] = value.split(':');
  if (first === undefined || operator === undefined || more.length > 0) return undefined;
  const amount = toAmount(first);
  if (operator === 'lt') return ({ balance }) => balance < amount;
  if (operator === 'lte') return ({ balance }) => balance <= amount;
  if (operator === 'gt') return ({ balance }) => balance > amount;
  if (operator === 'gte') return ({ balance }) => balance >= amount;
  return ({ balance }) => balance === amount;
}

function toAmount(text: string): number {
  return Number.parseFloat(text) || 0;
}

/** Unix seconds or a date; anything else, and milliseconds, is ignored [234-242]. */
function readTime(value: string): number | undefined {
  const seconds = /^-?\d+(?:\.\d+)?$/.test(value)
    ? Number(value)
    : Date.parse(/^\d{4}-\d{2}-\d{2} /.test(value) ? `${value.replace(' ', 'T')}Z` : value) / 1000;
  return Number.isFinite(seconds) && seconds <= 253_402_300_799 ? Math.floor(seconds) : undefined;
}

/** A list of states; words that are none do not count, and without any left there is no filter [311-316]. */
function readStatus(value: string): Test | undefined {
  const words = value.split(',');
  const tests: Test[] = [];
  if (words.includes('active')) tests.push((client) => client.archivedAt === 0);
  if (words.includes('archived')) tests.push((client) => client.archivedAt !== 0 && !client.isDeleted);
  if (words.includes('deleted')) tests.push((client) => client.isDeleted);
  return tests.length === 0 ? undefined : (client) => tests.some((test) => test(client));
}
