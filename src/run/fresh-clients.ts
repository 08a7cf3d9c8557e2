/**
 * Clients as they are now, by id. Whatever a run wrote has a newer `updated_at` than the newest that it met, so one paged
 * list has nearly all of them; those that are not in it are asked for one by one.
 */

import path from 'node:path';
import { SyncError } from '../errors.js';
import { toClient } from '../ninja/canonical.js';
import { readPages } from '../ninja/pages.js';
import type { Client } from '../plan/client.js';
import { decodeClient, encodeClient } from './client-code.js';
import type { RunContext, Target } from './context.js';
import { openSpill } from './spill.js';

/** Clients asked for at once; the client of the API keeps to its own limit. */
const SHOWN_AT_ONCE = 20;

export interface FreshClients {
  /** `null`: the client is gone. */
  readonly find: (id: string) => Client | null;
  close(): void;
}

/**
 * @param since Unix seconds by the target's clock; 0 reads all clients
 * @throws SyncError what reading the target throws; `interrupted`
 */
export async function readFreshClients(
  context: RunContext,
  { ninja, codes }: Target,
  since: number,
  wanted: ReadonlySet<string>,
): Promise<FreshClients> {
  const spill = openSpill(path.join(context.dataDir, 'tmp'));
  const indexes = new Map<string, number>();
  const keep = (client: Client): void => void indexes.set(client.id, spill.append(encodeClient(client)));
  const stopWhenAsked = (): void => {
    if (context.signal?.aborted === true)
      throw new SyncError('interrupted', 'Stopped while reading the target; nothing was written.');
  };
  try {
    if (wanted.size > 0) {
      const query = since > 0 ? { updatedSince: since } : {};
      const onProgress = ({ read, total }: { readonly read: number; readonly total: number }): void =>
        context.onProgress({ phase: 'snapshot', done: read, total: Math.max(read, total), unit: 'clients' });
      for await (const page of readPages(ninja, { query, onProgress })) {
        stopWhenAsked();
        for (const { client } of page) if (wanted.has(client.id)) keep(toClient(client, codes));
      }
    }
    let asked: string[] = [];
    const ask = async (): Promise<void> => {
      stopWhenAsked();
      const shown = await Promise.all(asked.map((id) => showClient(ninja, id)));
      for (const client of shown) if (client !== null) keep(toClient(client, codes));
      asked = [];
    };
    for (const id of wanted) {
      if (indexes.has(id)) continue;
      asked.push(id);
      if (asked.length === SHOWN_AT_ONCE) await ask();
    }
    await ask();
  } catch (error) {
    spill.close();
    throw error;
  }
  return {
    find: (id) => {
      const index = indexes.get(id);
      return index === undefined ? null : decodeClient(spill.read(index));
    },
    close: () => spill.close(),
  };
}

/** A client that was purged is unknown to the server (FACTS.md [086-090]). */
async function showClient(
  ninja: Target['ninja'],
  id: string,
): Promise<Awaited<ReturnType<Target['ninja']['show']>> | null> {
  try {
    return await ninja.show(id);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'target-not-found') return null;
    throw error;
  }
}
