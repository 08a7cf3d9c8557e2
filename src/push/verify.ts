/** What the target holds after a write, against what the plan meant. */

import type { Change } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { foldKey } from '../plan/fold.js';

/** `null`: the client is as it was meant; otherwise one sentence that says what is not. */
export function findDifference(change: Change, held: Client): string | null {
  if (change.kind === 'archive') return held.state === 'active' ? 'The client is still active.' : null;
  if (change.kind === 'delete') return held.state === 'deleted' ? null : `The client is still ${held.state}.`;
  if (change.kind === 'restore' && held.state !== 'active') return `The client is still ${held.state}.`;
  for (const { field, after } of change.fields) {
    const stored = held.fields[field] ?? (field === 'is_tax_exempt' ? 'false' : '');
    if (stored !== after) return `The server stored "${shorten(stored)}" instead of "${shorten(after)}" for ${field}.`;
  }
  return findContactDifference(change, held);
}

function findContactDifference(change: Change, held: Client): string | null {
  const ids = new Map(held.contacts.map((contact) => [contact.id, contact]));
  const lost = (change.before?.contacts ?? []).filter(
    (contact) =>
      !ids.has(contact.id) &&
      !change.contacts.some((planned) => planned.kind === 'remove' && planned.id === contact.id),
  );
  if (lost.length > 0)
    return `The client lost ${lost.length === 1 ? 'a contact' : `${lost.length} contacts`} that the plan keeps.`;
  for (const contact of change.contacts) {
    if (contact.kind === 'remove' && contact.id !== null && ids.has(contact.id))
      return `The contact ${contact.label} is still there.`;
    if (contact.kind === 'change' && contact.id !== null) {
      const stored = ids.get(contact.id);
      const wrong = contact.fields.find(({ field, after }) => String(stored?.[field] ?? '') !== after);
      if (wrong !== undefined)
        return `The server stored "${String(stored?.[wrong.field] ?? '')}" instead of "${wrong.after}" for ${wrong.field} of ${contact.label}.`;
    }
    if (contact.kind === 'add') {
      const wanted = Object.fromEntries(contact.fields.map(({ field, after }) => [field, after]));
      const found = held.contacts.some(
        (stored) =>
          foldKey(stored.email) === foldKey(wanted['email'] ?? '') &&
          foldKey(`${stored.first_name} ${stored.last_name}`.trim()) ===
            foldKey(`${wanted['first_name'] ?? ''} ${wanted['last_name'] ?? ''}`.trim()),
      );
      if (!found) return `The new contact ${contact.label} is not there.`;
    }
  }
  return null;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
