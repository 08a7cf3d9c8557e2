/**
 * What changed at the target since the last look: other people's work, and what our own writes left behind. One request
 * lists both: the answer to a create only echoes what was sent (FACTS.md [346-349]).
 */

import { SyncError } from '../errors.js';
import { toClient } from '../ninja/canonical.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import type { Change, Difference } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { foldKey } from '../plan/fold.js';
import { isSameClient } from '../plan/same-client.js';
import { findCreated, wantedEmails, wantedField } from './created.js';
import type { Found } from './created.js';
import { findDifferences } from './verify.js';

const PER_PAGE = 1000;
/** Clients that others changed since the plan; each takes one to three kilobytes of memory. */
const MOVED_MAX = 50_000;

export interface WrongWrite {
  readonly change: Change;
  readonly clientId: string;
  readonly differences: readonly Difference[];
}

/** Clients that this run certainly wrote: what is seen of them is our own work. */
export interface OwnWrites {
  has(clientId: string): boolean;
  add(clientId: string): void;
}

export interface LookBackOptions {
  readonly ninja: Ninja;
  readonly codes: CodeTable;
  /** The newest `updated_at` at the target before the plan read it, Unix seconds. */
  readonly planned: number;
  readonly own: OwnWrites;
}

export class LookBack {
  readonly #options: LookBackOptions;
  /** Everything that changes from now on has this `updated_at` or a later one (Unix seconds of the server's clock). */
  #since: number;
  #count = 0;
  /** Writes of ours that were not seen in a list yet. */
  readonly #expected = new Map<string, Change>();
  /** Clients that we did not certainly write, as they were when last seen. */
  readonly #moved = new Map<string, Client>();
  /** Ids of those by key; some may have lost the key since. */
  readonly #byKey = new Map<string, Set<string>>();

  constructor(options: LookBackOptions) {
    this.#options = options;
    this.#since = options.planned;
  }

  /** A write was answered well: the next look compares what is stored. */
  expect(clientId: string, change: Change): void {
    this.#expected.set(clientId, change);
    this.wrote(clientId);
  }

  /** The client is as it was meant, and that was seen already. */
  wrote(clientId: string): void {
    this.#options.own.add(clientId);
  }

  /** Looks so far. */
  get count(): number {
    return this.#count;
  }

  get isWaiting(): boolean {
    return this.#expected.size > 0;
  }

  /**
   * Reads what changed, and compares what was expected.
   *
   * @throws SyncError what the list throws: the next look does the same again; `run-not-appliable` when too much changed
   */
  async look(): Promise<readonly WrongWrite[]> {
    const wrong: WrongWrite[] = [];
    const seen = new Set<string>();
    let newest = this.#since;
    for await (const client of this.changed()) {
      newest = Math.max(newest, client.updatedAt);
      const change = this.#expected.get(client.id);
      if (change === undefined) {
        if (!this.#options.own.has(client.id)) this.#note(client);
      } else if (!seen.has(client.id)) {
        seen.add(client.id);
        const differences = findDifferences(change, client);
        if (differences.length > 0) wrong.push({ change, clientId: client.id, differences });
      }
    }
    this.#since = newest;
    // An update that changes nothing does not move `updated_at` (FACTS.md [150]); a create always shows.
    for (const [clientId, change] of this.#expected) {
      if (change.before === null && !seen.has(clientId)) wrong.push({ change, clientId, differences: [VANISHED] });
    }
    this.#expected.clear();
    this.#count += 1;
    return wrong;
  }

  /** Clients that changed since the last look, whoever did it. */
  async *changed(): AsyncGenerator<Client> {
    const { ninja, codes } = this.#options;
    for (let page = 1; ; page += 1) {
      const list = await ninja.list({ updatedSince: this.#since, page, perPage: PER_PAGE });
      for (const wire of list.clients) yield toClient(wire, codes);
      if (page >= list.pages || list.clients.length === 0) return;
    }
  }

  /** The change's client as it was last seen; `null`: nobody touched it since the plan. */
  freshOf({ clientId, before }: Change): Client | null {
    // What we wrote ourselves in this run was seen, if at all, by a look that came before its answer.
    if (clientId === null || this.#options.own.has(clientId)) return null;
    const fresh = this.#moved.get(clientId);
    return fresh === undefined || (before !== null && isSameClient(fresh, before)) ? null : fresh;
  }

  /** Somebody's client with a key of this create, made or changed after the plan. */
  findAppeared(change: Change): Client | undefined {
    const { planned } = this.#options;
    const keys = (['id_number', 'number'] as const).map(
      (field) => [field, foldKey(wantedField(change, field))] as const,
    );
    const guarded = keys.some(([, key]) => key !== '');
    const emails = new Set(wantedEmails(change));
    // Clients of the snapshot's very second are in it, or were made after it in that second. Nothing tells them apart, and
    // only ids and numbers keep the server from making the same client twice.
    const clients = this.#withKeyOf(change).filter(
      ({ updatedAt, createdAt }) => updatedAt > planned || (!guarded && createdAt >= planned),
    );
    return clients.find(
      (client) =>
        keys.some(([field, key]) => key !== '' && foldKey(client.fields[field] ?? '') === key) ||
        // The server keeps ids and numbers unique, e-mail addresses it does not (FACTS.md [019, 020]).
        ((!guarded || client.createdAt > planned) && client.contacts.some(({ email }) => emails.has(foldKey(email)))),
    );
  }

  /** The client that an attempt of this create left behind, among those seen so far or among the given ones. */
  findCreated(change: Change, candidates: Iterable<Client> = this.#withKeyOf(change)): Found {
    const { planned, own } = this.#options;
    const possible = [...candidates].filter((client) => client.createdAt >= planned && !own.has(client.id));
    return findCreated(change, possible);
  }

  #note(client: Client): void {
    this.#moved.set(client.id, client);
    if (this.#moved.size > MOVED_MAX) throw tooOld();
    for (const key of keysOf(client)) {
      const ids = this.#byKey.get(key);
      if (ids === undefined) this.#byKey.set(key, new Set([client.id]));
      else ids.add(client.id);
    }
  }

  #withKeyOf(change: Change): readonly Client[] {
    const keys = [
      `id_number:${foldKey(wantedField(change, 'id_number'))}`,
      `number:${foldKey(wantedField(change, 'number'))}`,
      `name:${foldKey(wantedField(change, 'name'))}`,
      ...wantedEmails(change).map((email) => `email:${email}`),
    ];
    const ids = new Set(keys.flatMap((key) => [...(this.#byKey.get(key) ?? [])]));
    return [...ids].flatMap((id) => {
      const client = this.#options.own.has(id) ? undefined : this.#moved.get(id);
      return client === undefined ? [] : [client];
    });
  }
}

const VANISHED: Difference = { field: 'state', contact: null, wanted: 'active', stored: 'not there' };

function keysOf({ fields, contacts }: Client): readonly string[] {
  return [
    ...(fields.id_number === undefined ? [] : [`id_number:${foldKey(fields.id_number)}`]),
    ...(fields.number === undefined ? [] : [`number:${foldKey(fields.number)}`]),
    `name:${foldKey(fields.name ?? '')}`,
    ...contacts.flatMap(({ email }) => (email === '' ? [] : [`email:${foldKey(email)}`])),
  ];
}

function tooOld(): SyncError {
  return new SyncError(
    'run-not-appliable',
    `More than ${MOVED_MAX} clients changed at the target since the plan was made: it says too little by now.`,
    { hint: 'Plan again: ninja-sync plan FILE --job JOB' },
  );
}
