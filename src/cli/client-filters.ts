/**
 * The filters of `ninja-sync clients`, spelled as the API's document spells them, and translated to what the server
 * understands (ninja/query.ts).
 */

import type { Command } from 'commander';
import { SyncError } from '../errors.js';
import { BALANCE_OPERATORS, INCLUDES, SORT_COLUMNS, STATUSES } from '../ninja/query.js';
import type { ListQuery } from '../ninja/query.js';

export interface FilterOptions {
  readonly balance?: string;
  readonly betweenBalance?: string;
  readonly email?: string;
  readonly idNumber?: string;
  readonly number?: string;
  readonly filter?: string;
  readonly name?: string;
  readonly createdSince?: string;
  readonly updatedSince?: string;
  readonly isDeleted?: string;
  readonly status?: string;
  readonly clientId?: string;
  readonly sort?: string;
  readonly include?: string;
}

/** Everything that narrows, orders or enriches the list. Without any, archived and deleted clients come along. */
export function addFilters(command: Command): Command {
  return command
    .option('--balance <op:amount>', `compared with an amount: ${BALANCE_OPERATORS.join(', ')}, e.g. lt:10`)
    .option('--between-balance <low:high>', 'both ends included, e.g. 10:20')
    .option('--email <address>', 'of any contact; exactly')
    .option('--id-number <text>', 'exactly')
    .option('--number <text>', 'exactly')
    .option('--filter <text>', 'somewhere in name, numbers, custom values, or a contact')
    .option('--name <text>', 'somewhere in the name')
    .option('--created-since <date>', 'created_at: 2026-11-01, 2026-11-01T08:00Z (UTC without a zone) or unix seconds')
    .option('--updated-since <date>', 'updated_at: the same')
    .option('--is-deleted <true|false>', 'only deleted ones, or only others')
    .option('--status <list>', `some of ${STATUSES.join(',')}`)
    .option('--client-id <id>', "one client by the API's id")
    .option('--sort <column:direction>', `by ${SORT_COLUMNS.join(', ')}; asc (default) or desc`)
    .option('--include <list>', `with --json: also ${INCLUDES.slice(3).join(', ')}`);
}

/**
 * @throws SyncError `usage` for a value that is not understood, naming the option
 */
export function readFilters(options: FilterOptions): Omit<ListQuery, 'page' | 'perPage'> {
  const { email, idNumber, number, filter, name, clientId } = options;
  const texts = { email, idNumber, number, filter, name, clientId };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...read('balance', options.balance, readBalance),
    ...read('betweenBalance', options.betweenBalance, readBetween),
    ...read('createdSince', options.createdSince, (text) => readSince('--created-since', text)),
    ...read('updatedSince', options.updatedSince, (text) => readSince('--updated-since', text)),
    ...read('isDeleted', options.isDeleted, readFlag),
    ...read('status', options.status, (text) => readWords('--status', text, STATUSES)),
    ...read('sort', options.sort, readSort),
    ...read('include', options.include, (text) => readWords('--include', text, INCLUDES)),
  };
}

function read<Key extends string, T>(
  key: Key,
  text: string | undefined,
  parse: (text: string) => T,
): { [K in Key]?: T } {
  return text === undefined ? {} : ({ [key]: parse(text) } as { [K in Key]?: T });
}

function refuse(option: string, text: string, hint: string): SyncError {
  return new SyncError('usage', `${option} "${text}" is not understood.`, { hint });
}

function readBalance(text: string): NonNullable<ListQuery['balance']> {
  const [word = '', amount = ''] = text.split(':', 2).map((part) => part.trim());
  const op = BALANCE_OPERATORS.find((known) => known === word.toLowerCase());
  if (op === undefined || !isAmount(amount) || text.split(':').length !== 2) {
    throw refuse(
      '--balance',
      text,
      `Write operator and amount, such as lt:10; operators are ${BALANCE_OPERATORS.join(', ')}.`,
    );
  }
  return { op, value: Number(amount) };
}

function readBetween(text: string): readonly [number, number] {
  const [low = '', high = '', ...more] = text.split(':').map((part) => part.trim());
  if (!isAmount(low) || !isAmount(high) || more.length > 0) {
    throw refuse('--between-balance', text, 'Write two amounts, such as 10:20.');
  }
  return [Number(low), Number(high)];
}

function isAmount(text: string): boolean {
  return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(text);
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** Unix seconds. Milliseconds are passed on, to be refused with the reason. */
function readSince(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text.trim())) return Number(text);
  const [, date = '', time = '00:00', zone = 'Z'] = DATE.exec(text.trim()) ?? [];
  // A day that the month does not have would count on into the next one.
  const exists =
    new Date(`${date}T00:00Z`).toString() !== 'Invalid Date' &&
    new Date(`${date}T00:00Z`).toISOString().startsWith(date);
  const milliseconds = date !== '' && exists ? Date.parse(`${date}T${time}${zone}`) : Number.NaN;
  if (Number.isNaN(milliseconds))
    throw refuse(option, text, 'Write a date, such as 2026-11-01 or 2026-11-01T08:00Z, or unix seconds.');
  return Math.floor(milliseconds / 1000);
}

function readFlag(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw refuse('--is-deleted', text, 'Write true or false.');
}

function readWords<T extends string>(option: string, text: string, known: readonly T[]): readonly T[] {
  return text.split(',').map((part) => {
    const word = known.find((one) => one === part.trim().toLowerCase());
    if (word === undefined) throw refuse(option, text, `There are ${known.join(', ')}; several are parted by commas.`);
    return word;
  });
}

/** With a colon, or with the API's own bar. */
function readSort(text: string): NonNullable<ListQuery['sort']> {
  const [column, direction = 'asc', ...more] = text.split(/[:|]/).map((part) => part.trim().toLowerCase());
  const known = SORT_COLUMNS.find((one) => one === column);
  if (known === undefined || (direction !== 'asc' && direction !== 'desc') || more.length > 0) {
    throw refuse(
      '--sort',
      text,
      `Write a column and asc or desc, such as name:desc; columns are ${SORT_COLUMNS.join(', ')}.`,
    );
  }
  return { column: known, direction };
}
