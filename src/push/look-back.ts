/** What changed at the target since the last look: other people's work, and what our own writes left behind. */

import { toClient } from '../ninja/canonical.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import type { Change } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { findDifference } from './verify.js';

const PER_PAGE = 1000;

export interface WrongWrite {
  readonly change: Change;
  readonly clientId: string;
  readonly reason: string;
}

export class LookBack {
  readonly #ninja: Ninja;
  readonly #codes: CodeTable;
  /** Everything that changes from now on has this `updated_at` or a later one (Unix seconds of the server's clock). */
  #since: number;
  /** Writes of ours that were not seen in a list yet. */
  readonly #expected = new Map<string, Change>();
  readonly #written = new Set<string>();
  /** `updated_at` of clients that we did not write. */
  readonly #moved = new Map<string, number>();

  constructor(ninja: Ninja, codes: CodeTable, since: number) {
    this.#ninja = ninja;
    this.#codes = codes;
    this.#since = since;
  }

  /** Tells that a write was answered well: the next look compares what is stored. */
  expect(clientId: string, change: Change): void {
    this.#expected.set(clientId, change);
    this.#written.add(clientId);
  }

  /** @param batch the changes that go out next */
  async look(
    batch: readonly Change[],
  ): Promise<{ readonly moved: ReadonlySet<string>; readonly wrong: readonly WrongWrite[] }> {
    const wrong: WrongWrite[] = [];
    const held = batch.filter((change) => change.before !== null);
    if (held.length === 0 && this.#expected.size === 0) return { moved: new Set(), wrong };
    let newest = this.#since;
    for await (const client of this.#changedClients()) {
      newest = Math.max(newest, client.updatedAt);
      const change = this.#expected.get(client.id);
      if (change !== undefined) this.#settle(change, client, wrong);
      else if (!this.#written.has(client.id)) this.#moved.set(client.id, client.updatedAt);
    }
    this.#since = newest;
    // An update that changes nothing does not move `updated_at` (FACTS.md [150]); a create always shows.
    for (const [clientId, change] of this.#expected) {
      if (change.kind === 'create')
        wrong.push({ change, clientId, reason: 'The new client is not there when the target is read again.' });
    }
    this.#expected.clear();
    const moved = held.filter((change) => {
      const updatedAt = this.#moved.get(change.clientId ?? '');
      return updatedAt !== undefined && updatedAt !== change.before?.updatedAt;
    });
    return { moved: new Set(moved.map((change) => change.clientId ?? '')), wrong };
  }

  #settle(change: Change, client: Client, wrong: WrongWrite[]): void {
    this.#expected.delete(client.id);
    const reason = findDifference(change, client);
    if (reason !== null) wrong.push({ change, clientId: client.id, reason });
  }

  async *#changedClients(): AsyncGenerator<Client> {
    for (let page = 1; ; page += 1) {
      const list = await this.#ninja.list({ updatedSince: this.#since, page, perPage: PER_PAGE });
      for (const wire of list.clients) yield toClient(wire, this.#codes);
      if (page >= list.pages || list.clients.length === 0) return;
    }
  }
}
