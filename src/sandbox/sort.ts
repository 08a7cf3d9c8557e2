/** The order of a list: by id unless `sort=column|asc` asks for more. FACTS.md [243-260]. */

import { foldKey } from '../plan/fold.js';
import type { ClientText } from './columns.js';
import { CLIENT_TEXTS } from './columns.js';
import { breakDown } from './refusal.js';
import { idOf } from './shelf.js';
import type { StoredClient } from './store.js';
import type { Input } from './value.js';

type SortKey = (client: StoredClient) => string | number;

const NUMBER_KEYS: Readonly<Record<string, SortKey>> = {
  id: (client) => client.id,
  user_id: (client) => client.company.userId,
  balance: (client) => client.balance,
  paid_to_date: () => 0,
  payment_balance: () => 0,
  credit_balance: () => 0,
  is_deleted: (client) => Number(client.isDeleted),
  is_tax_exempt: (client) => Number(client.isTaxExempt),
  /** Equal ones by id, in the same direction [249]. */
  created_at: (client) => client.createdAt * 2 ** 22 + client.id,
  updated_at: (client) => client.updatedAt,
  deleted_at: (client) => client.archivedAt,
  documents: (client) => client.documents?.length ?? 0,
  /** By its digits only. */
  number: (client) => Number((client.texts.number ?? '').replaceAll(/\D/g, '')),
};

/** Equal ones stay in order of their ids, whatever the direction [244]. `with=<id>` puts one client first [261, 262]. */
export function sortClients(clients: readonly StoredClient[], query: Input): readonly StoredClient[] {
  let sorted = clients;
  const order = typeof query['sort'] === 'string' ? query['sort'].split('|') : [];
  const [column, direction] = order;
  if (order.length === 2 && column !== undefined)
    sorted = sortBy(clients, findKey(column), direction === 'asc' ? 1 : -1);
  const first = query['with'];
  if (typeof first !== 'string' || !sorted.some((client) => idOf(client) === first)) return sorted;
  return sorted.toSorted((a, b) => Number(idOf(b) === first) - Number(idOf(a) === first));
}

function findKey(column: string): SortKey {
  const numberKey = NUMBER_KEYS[column];
  if (numberKey !== undefined) return numberKey;
  const text = column === 'display_name' ? 'name' : column;
  if (!(CLIENT_TEXTS as readonly string[]).includes(text)) throw breakDown();
  return (client) => foldKey(client.texts[text as ClientText] ?? '');
}

function sortBy(clients: readonly StoredClient[], key: SortKey, sign: 1 | -1): readonly StoredClient[] {
  const keyed = clients.map((client) => ({ client, key: key(client) }));
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  return keyed.map(({ client }) => client);
}
