/** Why a record cannot be placed, in words: which clients or rows stand in its way, and what to do. */

import type { MatchKey } from '../mapping/fields.js';
import { displayNameOf } from '../mapping/normalise/company-name.js';
import type { Reject, RowRef, SyncRecord, Warning } from '../mapping/record.js';
import type { Client } from './client.js';
import { labelOf } from './diff.js';
import { foldKey } from './fold.js';
import { CANDIDATES_MAX } from './match.js';
import type { Match } from './match.js';

export interface MismatchContext {
  readonly levels: readonly MatchKey[];
  readonly clientAt: (index: number) => Client;
  readonly rowsOf: (record: number) => readonly RowRef[];
  /** The record that cannot be placed. */
  readonly record: Pick<SyncRecord, 'client' | 'contacts'>;
}

const CANDIDATES_SHOWN_MAX = 5;

/** What is said of a record that becomes a client although one of its name is there that no row names. */
export function describeNamesake(
  record: Pick<SyncRecord, 'client' | 'contacts'>,
  namesake: Client,
): Pick<Warning, 'code' | 'value' | 'hint'> {
  return {
    code: 'name-in-target',
    value: displayNameOf(record).name,
    hint: `${describeClient(namesake)} is called so and no row has its keys; a new client is planned. If they are one customer, give the client the id_number of the row in Invoice Ninja first.`,
  };
}

export function describeMismatch(
  match: Exclude<Match, { kind: 'client' | 'none' }>,
  context: MismatchContext,
): Pick<Reject, 'code' | 'value' | 'hint'> {
  if (match.kind === 'no-key') {
    const keys = context.levels.join(', ');
    return {
      code: 'no-key',
      value: '',
      hint: `The row has none of ${keys}: a second run could not find its client again and would create it twice. Fill one in.`,
    };
  }
  const key = context.levels[match.level] ?? 'key';
  if (match.kind === 'duplicate') {
    return {
      code: 'duplicate-record',
      value: valueOf(context.record, key, []),
      hint: `${linesOf(context.rowsOf(match.record))} has the same ${nameKey(key)}: only one row can be that client. Merge or correct them.`,
    };
  }
  if (match.kind === 'ambiguous') {
    const shown = match.clients.slice(0, CANDIDATES_SHOWN_MAX).map((index) => describeClient(context.clientAt(index)));
    const more = match.clients.length > shown.length ? ` and ${match.clients.length - shown.length} more` : '';
    return {
      code: 'ambiguous-match',
      value: valueOf(context.record, key, match.clients.map(context.clientAt)),
      hint: `${match.clients.length > CANDIDATES_MAX ? `More than ${CANDIDATES_MAX}` : match.clients.length} clients have this ${nameKey(key)}: ${shown.join('; ')}${more}. Give the row the id_number of the right one, or merge the clients in Invoice Ninja.`,
    };
  }
  const client = context.clientAt(match.client);
  if (match.kind === 'outbid') {
    return {
      code: 'ambiguous-match',
      value: valueOf(context.record, key, [client]),
      hint: `${linesOf(context.rowsOf(match.record))} is ${describeClient(client)} as well: two rows cannot be one client. Correct the ${nameKey(key)} of one of them.`,
    };
  }
  if (match.kind === 'taken') {
    return {
      code: 'key-conflict',
      value: valueOf(context.record, key, [client]),
      hint: `This ${nameKey(key)} is that of ${describeClient(client)}, and Invoice Ninja accepts it only once: correct one of the two.`,
    };
  }
  const stronger = context.levels[match.strongerLevel] ?? 'id_number';
  const held = stronger === 'email' ? '' : (client.fields[stronger] ?? '');
  return {
    code: 'key-conflict',
    value: valueOf(context.record, key, [client]),
    hint: `The ${nameKey(key)} belongs to ${describeClient(client)}, whose ${nameKey(stronger)} is "${held}" and not "${valueOf(context.record, stronger, [])}": correct one of the two.`,
  };
}

/** The row's own text under a key; of several e-mail addresses those that the clients have, where they are known. */
function valueOf(record: MismatchContext['record'], key: MatchKey | 'key', clients: readonly Client[]): string {
  if (key === 'key') return '';
  if (key !== 'email') return record.client[key] ?? '';
  const emails = record.contacts.flatMap((contact) => (contact.email ? [contact.email] : []));
  const held = new Set(clients.flatMap((client) => client.contacts.map((contact) => foldKey(contact.email))));
  const shared = emails.filter((email) => held.has(foldKey(email)));
  return (shared.length > 0 ? shared : emails).join(', ');
}

function describeClient(client: Client): string {
  const number = client.fields.number === undefined ? '' : ` (number ${client.fields.number})`;
  return `"${labelOf(null, client)}"${number}${client.state === 'active' ? '' : `, ${client.state}`}`;
}

function linesOf(rows: readonly RowRef[]): string {
  const lines = rows.map((row) => row.line);
  return lines.length === 1 ? `Line ${lines[0]}` : `Lines ${lines.join(', ')}`;
}

function nameKey(key: MatchKey | 'key'): string {
  return key === 'email' ? 'e-mail address' : key;
}
