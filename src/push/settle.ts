/**
 * Changes whose first attempt may have acted: the connection broke, the server answered 500 after it had stored something
 * (FACTS.md [423-427]), or the process died. They are looked up and completed, never sent again blindly.
 *
 * A create is looked for by `id_number`, else by `number`, else by name and contacts, among the clients that were created
 * since the plan was made and that this run did not certainly write itself. Only the one client that also has the name is
 * completed: with two, or with another name, a person has to look.
 */

import { assert, SyncError } from '../errors.js';
import { toClient } from '../ninja/canonical.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import type { Change } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { completeCreate, rebaseChange } from '../plan/rebase.js';
import type { Rebased } from '../plan/rebase.js';
import { wantedField } from './created.js';
import type { Found } from './created.js';
import type { LookBack } from './look-back.js';

/** A key is the key of one client, or of a few that were made at the very same time (FACTS.md "POST create"). */
const SAME_KEY_MAX = 20;

export type Settled =
  | { readonly kind: 'send'; readonly change: Change; readonly notes: readonly string[] }
  /** Nothing is left to send. */
  | { readonly kind: 'done'; readonly clientId: string; readonly notes: readonly string[] }
  | { readonly kind: 'leave'; readonly clientId: string | null; readonly reason: string }
  /** Looking does not tell. */
  | { readonly kind: 'unsure'; readonly reason: string };

export interface Sight {
  readonly ninja: Ninja;
  readonly codes: CodeTable;
  readonly look: LookBack;
}

/** Looks at the target as it is at this moment. */
export async function settleNow(change: Change, sight: Sight): Promise<Settled> {
  if (change.before !== null) return settleKnown(change, await showClient(change, sight));
  const candidates = await readCandidates(change, sight);
  return settleCreate(change, sight.look.findCreated(change, candidates));
}

/** @param fresh `null`: the client is gone */
export function settleKnown(change: Change, fresh: Client | null): Settled {
  return asSettled(rebaseChange(change, fresh, 'in-doubt'), change.clientId);
}

export function settleCreate(change: Change, found: Found): Settled {
  if (found.kind === 'none') return { kind: 'send', change, notes: [] };
  if (found.kind === 'one') return asSettled(completeCreate(change, found.client), found.client.id);
  const candidates = found.clients.map(({ id, fields }) => `${fields.number ?? id} (${fields.name ?? 'no name'})`);
  return {
    kind: 'unsure',
    reason: `It is in doubt which client the first attempt made: ${candidates.join(', ')}. Look at them in Invoice Ninja, then plan again.`,
  };
}

function asSettled(rebased: Rebased, clientId: string | null): Settled {
  if (rebased.kind === 'leave') return { ...rebased, clientId };
  if (rebased.kind === 'send') return rebased;
  assert(clientId !== null, 'what is done has a client');
  return { kind: 'done', clientId, notes: rebased.notes };
}

async function showClient({ clientId }: Change, { ninja, codes }: Sight): Promise<Client | null> {
  assert(clientId !== null, 'only a create has no client');
  try {
    return toClient(await ninja.show(clientId), codes);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'target-not-found') return null;
    throw error;
  }
}

async function readCandidates(change: Change, { ninja, codes, look }: Sight): Promise<readonly Client[]> {
  const [idNumber, number] = [wantedField(change, 'id_number'), wantedField(change, 'number')];
  if (idNumber === '' && number === '') {
    const changed: Client[] = [];
    for await (const client of look.changed()) changed.push(client);
    return changed;
  }
  const { clients } = await ninja.list({ ...(idNumber === '' ? { number } : { idNumber }), perPage: SAME_KEY_MAX });
  return clients.map((client) => toClient(client, codes));
}
