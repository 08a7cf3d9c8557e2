/** The records of the files and the clients of the target, each read once, and which of them belong together. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert, SyncError } from '../errors.js';
import type { MatchKey } from '../mapping/fields.js';
import type { Reject, SyncRecord } from '../mapping/record.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import { readSnapshot } from '../ninja/snapshot.js';
import type { Client } from '../plan/client.js';
import { describeMismatch } from '../plan/explain.js';
import type { KeyShapes } from '../plan/key-shapes.js';
import { keysOf, sharesKey } from '../plan/keys.js';
import { Matcher } from '../plan/match.js';
import { decodeClient, encodeClient } from './client-code.js';
import type { LastRecords } from './file-facts.js';
import { UnnamedClients } from './look-alikes.js';
import type { RecordSet } from './records.js';
import { openSpill } from './spill.js';
import type { Spill } from './spill.js';
import type { OwnedClients } from './store.js';

export interface PairsInput {
  readonly levels: readonly MatchKey[];
  readonly records: RecordSet;
  readonly ninja: Ninja;
  readonly codes: CodeTable;
  readonly owned: OwnedClients;
  /** Folder for spill files. */
  readonly folder: string;
  readonly onProgress?: (progress: PlanningProgress) => void;
  readonly signal?: AbortSignal | undefined;
  /** Told of every client's keys. */
  readonly keyShapes?: ReadonlyMap<'id_number' | 'number', KeyShapes>;
}

interface PlanningProgress {
  readonly phase: 'snapshot' | 'comparing';
  readonly done: number;
  readonly total: number;
}

/** A record's place: its client, none yet, or why nobody can say. */
export type Place =
  | { readonly kind: 'client'; readonly client: Client; readonly index: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'reject'; readonly reason: Pick<Reject, 'code' | 'value' | 'hint'> };

/** What Invoice Ninja accepts once in a company, archived and deleted clients included (FACTS.md [049-052]). */
const UNIQUE_KEYS: readonly MatchKey[] = ['id_number', 'number'];

/** The job's match keys, then what is only checked. */
export function levelsOf(keys: readonly MatchKey[]): readonly MatchKey[] {
  return [...keys, ...UNIQUE_KEYS.filter((key) => !keys.includes(key))];
}

export class Pairs {
  readonly #input: PairsInput;
  readonly #levels: readonly MatchKey[];
  readonly #matcher: Matcher;
  readonly #clients: Spill;
  readonly #ids: Spill;
  readonly #unnamed = new UnnamedClients();
  /** 1 for each client that a record is compared with. */
  #matched = new Uint8Array(0);
  /** Groups that are a record. */
  records = 0;
  /** Rows that do not fit together with the others of their group. */
  rejectedRows = 0;
  /** A rejected row may be any client, so none can be called missing. */
  hidesAnyClient: boolean;
  newestUpdate = 0;
  /** Clients that the job owns, and those that it takes on. */
  owned = 0;

  constructor(input: PairsInput) {
    this.#input = input;
    this.#levels = levelsOf(input.levels);
    this.#matcher = new Matcher(
      input.levels.length,
      UNIQUE_KEYS.map((key) => this.#levels.indexOf(key)),
      input.records.count,
    );
    this.#clients = openSpill(input.folder);
    this.#ids = openSpill(input.folder);
    this.hidesAnyClient = input.records.hidesAnyClient;
  }

  /** Clients of the target. */
  get count(): number {
    return this.#clients.count;
  }

  /** Puts every record together once: its rows that do not fit are noted, its keys are indexed. */
  async indexRecords(lastRecords: LastRecords): Promise<void> {
    const { records } = this.#input;
    const shadowed: number[] = [];
    for (let group = 0; group < records.count; group += 1) {
      const { record, shadows, rejects, warnings } = records.assemble(group);
      this.rejectedRows += new Set(rejects.map((reject) => reject.row)).size;
      for (const reject of rejects) records.rejects.add(reject);
      for (const warning of warnings) records.warnings.add(warning);
      if (record !== null) this.records += 1;
      if (shadows.length > 0) shadowed.push(group);
      // A group without a record keeps its number, and names its clients below.
      if (record === null) this.#matcher.addRecord([], true);
      else if (!this.#indexKeys(record, false, lastRecords)) this.hidesAnyClient = true;
      // Locks and leases of the process are extended by timers.
      if (group % 1000 === 0) await nextTurn();
    }
    for (const group of shadowed) {
      const { record, shadows } = records.assemble(group);
      const named = shadows.filter((shadow) => this.#indexKeys(shadow, true, lastRecords));
      // Rows without any key can be any client, unless other rows say which one they belong to.
      if (record === null && named.length === 0) this.hidesAnyClient = true;
    }
  }

  /** Tells whether there is a key that finds clients. */
  #indexKeys(
    { client, contacts }: Pick<SyncRecord, 'client' | 'contacts'>,
    isShadow: boolean,
    lastRecords: LastRecords,
  ): boolean {
    const keys = keysOf(this.#levels, client, contacts);
    this.#matcher.addRecord(keys, isShadow);
    lastRecords.note(client, contacts, keys);
    return keys.slice(0, this.#input.levels.length).some((texts) => texts.length > 0);
  }

  /** @throws SyncError `interrupted`, and what reading the target throws */
  async readClients(): Promise<void> {
    const { ninja, codes, owned, onProgress, signal, keyShapes } = this.#input;
    // Asked before the first page: what somebody changes while the pages are read counts as changed after the plan.
    const newest = await ninja.list({ perPage: 1, sort: { column: 'updated_at', direction: 'desc' } });
    this.newestUpdate = newest.clients[0]?.updated_at ?? 0;
    const pages = readSnapshot(ninja, {
      codes,
      onProgress: ({ read, total }) => onProgress?.({ phase: 'snapshot', done: read, total }),
    });
    for await (const page of pages) {
      if (signal?.aborted === true)
        throw new SyncError('interrupted', 'Stopped while reading the target; nothing was written.');
      for (const client of page) {
        this.#clients.append(encodeClient(client));
        this.#ids.append(client.id);
        this.#matcher.addClient(keysOf(this.#levels, client.fields, client.contacts), client.state === 'deleted');
        const index = this.count - 1;
        if (client.state !== 'deleted' && !this.#matcher.isNamed(index)) this.#unnamed.add(client, index);
        for (const [field, shapes] of keyShapes ?? []) shapes.noteClient(client.fields[field]);
        if (owned.has(client.id)) this.owned += 1;
      }
    }
    this.#matcher.resolve();
    this.#matched = new Uint8Array(this.count);
  }

  placeOf(group: number, record: SyncRecord): Place {
    const match = this.#matcher.matchOf(group);
    if (match.kind === 'none') return match;
    if (match.kind === 'client') {
      const client = this.clientAt(match.client);
      // Keys were compared as hashes; before anything is decided the texts must agree.
      const key = this.#levels[match.level] ?? 'email';
      assert(sharesKey(key, record, client), `line ${record.rows[0]?.line} has the ${key} of client ${client.id}`);
      return { kind: 'client', client, index: match.client };
    }
    const reason = describeMismatch(match, {
      levels: match.kind === 'no-key' ? this.#input.levels : this.#levels,
      clientAt: (index) => this.clientAt(index),
      rowsOf: (other) => this.#input.records.assemble(other).record?.rows ?? [],
      record,
    });
    return { kind: 'reject', reason };
  }

  /** Notes that a record is compared with the client, which is the job's own from then on. */
  adopt(index: number, id: string): void {
    this.#matched[index] = 1;
    if (!this.#input.owned.has(id)) this.owned += 1;
  }

  /** A client that no row names and that is called as the record is; `null` for none. */
  namesakeOf(record: SyncRecord): Client | null {
    const index = this.#unnamed.find(record);
    return index === -1 ? null : this.clientAt(index);
  }

  clientAt(index: number): Client {
    return decodeClient(this.#clients.read(index));
  }

  /** Clients of the job that no record was compared with; `isNamed`: a row that could not be used has one of its keys. */
  *absent(): Generator<{ readonly id: string; readonly index: number; readonly isNamed: boolean }> {
    for (let index = 0; index < this.count; index += 1) {
      if (this.#matched[index] === 1) continue;
      const id = this.#ids.read(index);
      if (this.#input.owned.has(id)) yield { id, index, isNamed: this.#matcher.isNamed(index) };
    }
  }

  close(): void {
    this.#clients.close();
    this.#ids.close();
  }
}
