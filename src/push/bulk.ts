/**
 * Restore, archive or delete of up to a hundred clients in one request, until it is certain what became of each.
 *
 * Sending one of these twice does no harm, but a client that somebody touched in between is his: what is in doubt is
 * looked up in one list of what changed since.
 */

import { assert, SyncError } from '../errors.js';
import type { Client } from '../plan/client.js';
import { StaleLook } from './freshness.js';
import { ATTEMPTS_MAX, PAUSES_MAX, delayAfter } from './retry.js';
import { GONE } from './send.js';
import type { Item, SendInput, Sent } from './send.js';
import { settleKnown } from './settle.js';
import { judgeFailure, wordsOf } from './verdict.js';

export type BulkAction = 'restore' | 'archive' | 'delete';

/** One item and what became of it; for a restore, only that the client is back. */
export type BulkTell = (item: Item, sent: Sent) => void;

/**
 * @throws SyncError what stops the run; then it is not known what became of the items that were not told
 * @throws StaleLook those that were not told have to be put onto their clients as they are now
 */
export async function sendBulk(
  action: BulkAction,
  items: readonly Item[],
  input: SendInput,
  tell: BulkTell,
): Promise<void> {
  let left = items;
  let pauses = 0;
  for (let attempt = 1; left.length > 0;) {
    input.checkStop();
    const error = await tryBulk(action, left, attempt > 1, input);
    if (error === null) {
      input.patience.answered();
      tellAll(left, tell, ({ change, notes }) => written(change.clientId, notes));
      return;
    }
    const verdict = judgeFailure(error, false);
    if (verdict === 'stop') throw error;
    if (verdict === 'refused') {
      await sendHalves(action, left, input, tell);
      return;
    }
    if (verdict === 'away') {
      pauses += 1;
      if (pauses > PAUSES_MAX) throw error;
      await input.patience.wait(error);
      continue;
    }
    if (verdict === 'in-doubt') left = await settleBulk(action, left, input, tell);
    if (left.length === 0) return;
    if (verdict !== 'in-doubt' || attempt >= ATTEMPTS_MAX || !input.budget.take()) {
      tellAll(left, tell, ({ change }) => ({ kind: 'failed', clientId: change.clientId, reason: wordsOf(error) }));
      return;
    }
    await input.sleep(delayAfter(attempt, Math.random()));
    attempt += 1;
  }
}

/** @throws StaleLook nothing was sent this time */
async function tryBulk(
  action: BulkAction,
  items: readonly Item[],
  acted: boolean,
  { ninja }: SendInput,
): Promise<SyncError | null> {
  try {
    await ninja.bulk(
      action,
      items.map(({ change }) => idOf(change.clientId)),
    );
    return null;
  } catch (error) {
    if (error instanceof SyncError) return error;
    if (error instanceof StaleLook) throw new StaleLook(acted);
    throw error;
  }
}

/** One id that is gone makes the whole call 422 and the server does not say which (FACTS.md [290-294]): halves find it. */
async function sendHalves(action: BulkAction, items: readonly Item[], input: SendInput, tell: BulkTell): Promise<void> {
  if (items.length === 1) {
    tellAll(items, tell, ({ change }) => ({ kind: 'skipped', clientId: change.clientId, reason: GONE }));
    return;
  }
  const middle = Math.ceil(items.length / 2);
  await sendBulk(action, items.slice(0, middle), input, tell);
  await sendBulk(action, items.slice(middle), input, tell);
}

/** Tells of those that are certain, and returns the others as they have to be sent now. */
async function settleBulk(
  action: BulkAction,
  items: readonly Item[],
  input: SendInput,
  tell: BulkTell,
): Promise<readonly Item[]> {
  const fresh = await readChanged(items, input);
  const left: Item[] = [];
  for (const item of items) {
    const { change, notes } = item;
    const client = fresh.get(idOf(change.clientId));
    // Whatever it does moves `updated_at`: a client that is not in the list was not reached.
    const settled = client === undefined ? null : settleKnown(change, client);
    if (settled === null) left.push(item);
    else if (settled.kind === 'leave') tell(item, { ...settled, kind: 'skipped' });
    else if (settled.kind === 'done') tell(item, written(change.clientId, [...notes, ...settled.notes]));
    else if (settled.kind === 'send') {
      const next = { ...item, change: settled.change, notes: [...notes, ...settled.notes] };
      if (action === 'restore' && client?.state === 'active') tell(next, written(change.clientId, next.notes));
      else left.push(next);
    }
  }
  return left;
}

async function readChanged(items: readonly Item[], input: SendInput): Promise<ReadonlyMap<string, Client>> {
  const asked = new Set(items.map(({ change }) => change.clientId));
  for (;;) {
    try {
      const changed = new Map<string, Client>();
      for await (const client of input.look.changed()) if (asked.has(client.id)) changed.set(client.id, client);
      return changed;
    } catch (error) {
      if (!(error instanceof SyncError) || judgeFailure(error, false) !== 'away') throw error;
      await input.patience.wait(error);
    }
  }
}

function tellAll(items: readonly Item[], tell: BulkTell, what: (item: Item) => Sent): void {
  for (const item of items) tell(item, what(item));
}

/** A client that somebody else brought back already. */
export function asBack({ change, notes }: Item): Sent {
  return written(change.clientId, notes);
}

function written(clientId: string | null, notes: readonly string[]): Sent {
  return { kind: 'written', clientId: idOf(clientId), notes, change: null };
}

function idOf(clientId: string | null): string {
  assert(clientId !== null, 'a bulk call names clients');
  return clientId;
}
