/** POST /clients/bulk. FACTS.md "DELETE, bulk, purge": all or nothing over ids, 200 without effect where a permission is missing. */

import { BULK_COLUMNS, cutText } from './columns.js';
import type { ClientText } from './columns.js';
import { readReference, readTexts } from './create.js';
import { refuseFields } from './refusal.js';
import type { Company, Store, StoredClient } from './store.js';
import { setText } from './store.js';
import { archiveClient, deleteClient, restoreClient } from './update.js';
import type { Input } from './value.js';

const ACTIONS: readonly unknown[] = ['archive', 'restore', 'delete', 'template', 'assign_group', 'bulk_update'];

/** The clients that the answer lists, by id. `mayEdit` false: they are listed as they are [304]. */
export function applyBulk(
  store: Store,
  company: Company,
  input: Input,
  mayEdit: boolean,
  now: number,
): readonly StoredClient[] {
  const clients = readBulk(store, company, input);
  if (!mayEdit) return clients;
  switch (input['action']) {
    case 'archive':
      for (const client of clients) archiveClient(client, now);
      break;
    case 'restore':
      for (const client of clients) restoreClient(client, now);
      break;
    case 'delete':
      for (const client of clients) deleteClient(client, now);
      break;
    case 'assign_group':
      for (const client of clients) {
        client.groupSettingsId = readReference(store, input['group_settings_id']);
        client.updatedAt = now;
      }
      break;
    case 'bulk_update':
      setColumn(clients, input['column'] as ClientText, input['new_value'], now);
      break;
  }
  return clients;
}

function setColumn(clients: readonly StoredClient[], column: ClientText, value: unknown, now: number): void {
  const text = cutText(column, readTexts({ [column]: value ?? null })[column] ?? '');
  for (const client of clients) {
    setText(client, column, text);
    client.updatedAt = now;
  }
}

/** [290-302, 306, 307] */
function readBulk(store: Store, company: Company, input: Input): readonly StoredClient[] {
  const errors: Record<string, string[]> = {};
  const { action, ids, column } = input;
  if (action === undefined || action === null) errors['action'] = ['The action field is required.'];
  else if (!ACTIONS.includes(action)) errors['action'] = ['The selected action is invalid.'];

  let clients: StoredClient[] = [];
  if (ids === undefined || ids === null || (Array.isArray(ids) && ids.length === 0))
    errors['ids'] = ['The ids field is required.'];
  else if (!Array.isArray(ids)) errors['ids'] = ['The ids must be an array.'];
  else {
    const found = ids.map((id: unknown) => (typeof id === 'string' ? store.findClient(id) : undefined));
    clients = [...new Set(found.filter((client) => client?.company === company))] as StoredClient[];
    if (found.some((client) => client?.company !== company)) errors['ids'] = ['The selected ids is invalid.'];
  }
  if (action === 'assign_group' && (input['group_settings_id'] ?? null) === null) {
    errors['group_settings_id'] = ['The group settings id field is required when action is assign_group.'];
  }
  if (action === 'bulk_update' && (column ?? null) === null) {
    errors['column'] = ['The column field is required when action is bulk_update.'];
  } else if (action === 'bulk_update' && !(BULK_COLUMNS as readonly unknown[]).includes(column)) {
    errors['column'] = ['The selected column is invalid.'];
  }
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
  return clients.toSorted((a, b) => a.id - b.id);
}
