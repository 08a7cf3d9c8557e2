/** What changed at the target since the last look: other people's work, and what our own writes left behind. */

import { toClient } from '../ninja/canonical.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import type { Change } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { foldKey } from '../plan/fold.js';
import { findDifference } from './verify.js';

const PER_PAGE = 1000;

export interface WrongWrite {
  readonly change: Change;
  readonly clientId: string;
  readonly reason: string;
}

export interface Look {
  /** Clients of the batch that somebody changed. */
  readonly moved: ReadonlySet<string>;
  /** Creates of the batch whose e-mail address a client has by now. */
  readonly there: ReadonlySet<Change>;
  readonly wrong: readonly WrongWrite[];
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
  /** Addresses that clients got after the plan, by somebody else's hand. */
  readonly #newEmails = new Set<string>();
  readonly #planned: number;

  constructor(ninja: Ninja, codes: CodeTable, since: number) {
    this.#ninja = ninja;
    this.#codes = codes;
    this.#planned = since;
    this.#since = since;
  }

  /** Tells that a write was answered well: the next look compares what is stored. */
  expect(clientId: string, change: Change): void {
    this.#expected.set(clientId, change);
    this.#written.add(clientId);
  }

  /** @param batch the changes that go out next */
  async look(batch: readonly Change[]): Promise<Look> {
    const wrong: WrongWrite[] = [];
    const held = batch.filter((change) => change.before !== null);
    const unguarded = batch.filter(isUnguardedCreate);
    if (held.length === 0 && unguarded.length === 0 && this.#expected.size === 0)
      return { moved: new Set(), there: new Set(), wrong };
    let newest = this.#since;
    for await (const client of this.#changedClients()) {
      newest = Math.max(newest, client.updatedAt);
      const change = this.#expected.get(client.id);
      if (change !== undefined) this.#settle(change, client, wrong);
      else if (!this.#written.has(client.id)) this.#noteForeign(client);
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
    const there = unguarded.filter((change) => emailsOf(change).some((email) => this.#newEmails.has(email)));
    return { moved: new Set(moved.map((change) => change.clientId ?? '')), there: new Set(there), wrong };
  }

  #noteForeign(client: Client): void {
    this.#moved.set(client.id, client.updatedAt);
    // Clients of the very second before the plan are in its snapshot.
    if (client.updatedAt <= this.#planned) return;
    for (const contact of client.contacts) this.#newEmails.add(foldKey(contact.email));
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

/** The server keeps ids and numbers unique, e-mail addresses it does not: nothing there stops a second create (FACTS.md [019, 020]). */
function isUnguardedCreate(change: Change): boolean {
  return (
    change.kind === 'create' && !change.fields.some(({ field, after }) => UNIQUE_FIELDS.has(field) && after !== '')
  );
}
const UNIQUE_FIELDS: ReadonlySet<string> = new Set(['id_number', 'number']);

function emailsOf(change: Change): readonly string[] {
  const emails = change.contacts.flatMap((contact) => contact.fields.filter(({ field }) => field === 'email'));
  return emails.map(({ after }) => foldKey(after)).filter((email) => email !== '');
}
