/**
 * From open files and a target to a stored plan. Effects only: reading, spilling, storing; what is decided is decided by
 * the pure functions of `mapping` and `plan`.
 */

import { assert, SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { MatchKey } from '../mapping/fields.js';
import type { Reject, SyncRecord } from '../mapping/record.js';
import type { CodeTable } from '../ninja/codes.js';
import type { Ninja } from '../ninja/client.js';
import { readSnapshot } from '../ninja/snapshot.js';
import type { PlanCounts, PlanSummary, SkippedRecord } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { planMissing, planRecord, labelOf } from '../plan/diff.js';
import { describeMismatch } from '../plan/explain.js';
import { checkGuards } from '../plan/guards.js';
import { keysOf, sharesKey } from '../plan/keys.js';
import { Matcher } from '../plan/match.js';
import { requestsFor } from '../plan/requests.js';
import { findUnknownCode } from '../push/payload.js';
import { openChangeSpill } from './change-spill.js';
import { decodeClient, encodeClient } from './client-code.js';
import type { RecordSet } from './records.js';
import { openRemarks } from './remarks.js';
import { openSpill } from './spill.js';
import type { OwnedIds, PlanParts } from './store.js';

export interface PlanningInput {
  readonly job: Job;
  readonly levels: readonly MatchKey[];
  readonly records: RecordSet;
  readonly ninja: Ninja;
  readonly codes: CodeTable;
  /** Ids of the clients that the job owns. */
  readonly owned: OwnedIds;
  readonly requestsPerMinute: number | null;
  /** Folder for spill files. */
  readonly folder: string;
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly onProgress?: (progress: {
    readonly phase: 'snapshot' | 'comparing';
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
}

export interface DraftPlan {
  readonly summary: PlanSummary;
  readonly parts: PlanParts;
  close(): void;
}

/** Reads the target, compares, and gives the plan; nothing is written to the target. */
export async function draftPlan(input: PlanningInput): Promise<DraftPlan> {
  const drafter = new Drafter(input);
  try {
    drafter.indexRecords();
    await drafter.readClients();
    drafter.compare();
    return drafter.finish();
  } catch (error) {
    drafter.close();
    throw error;
  }
}

/** What Invoice Ninja accepts once in a company, archived and deleted clients included (FACTS.md [049-052]). */
const UNIQUE_KEYS: readonly MatchKey[] = ['id_number', 'number'];

class Drafter {
  readonly #input: PlanningInput;
  /** The job's match keys, then what is only checked. */
  readonly #levels: readonly MatchKey[];
  readonly #matcher: Matcher;
  readonly #clients;
  readonly #ids;
  readonly #changes;
  readonly #skipped;
  /** 1 for each client that a record is compared with. */
  #matched = new Uint8Array(0);
  #unchanged = 0;
  #unchangedRows = 0;
  #records = 0;
  #rejectedRows: number;
  #skippedRows: number;
  #changedRows = 0;
  #ownedHere = 0;
  #newestUpdate = 0;
  #hidesAnyClient: boolean;

  constructor(input: PlanningInput) {
    this.#input = input;
    this.#levels = [...input.levels, ...UNIQUE_KEYS.filter((key) => !input.levels.includes(key))];
    this.#matcher = new Matcher(
      input.levels.length,
      UNIQUE_KEYS.map((key) => this.#levels.indexOf(key)),
      input.records.count,
    );
    this.#clients = openSpill(input.folder);
    this.#ids = openSpill(input.folder);
    this.#changes = openChangeSpill(input.folder);
    this.#skipped = openRemarks<SkippedRecord>(input.folder);
    this.#rejectedRows = input.records.rejectedRows;
    this.#skippedRows = input.records.skippedRows;
    this.#hidesAnyClient = input.records.hidesAnyClient;
  }

  /** Puts every record together once: its rows that do not fit are noted, its keys are indexed. */
  indexRecords(): void {
    const { records } = this.#input;
    const shadowed: number[] = [];
    for (let group = 0; group < records.count; group += 1) {
      const { record, shadows, rejects, warnings } = records.assemble(group);
      const rows = new Set(rejects.map((reject) => reject.row));
      this.#rejectedRows += rows.size;
      for (const reject of rejects) records.rejects.add(reject);
      for (const warning of warnings) records.warnings.add(warning);
      if (record !== null) this.#records += 1;
      if (shadows.length > 0) shadowed.push(group);
      // A group without a record keeps its number, and names its clients below.
      if (record === null) this.#matcher.addRecord([], true);
      else if (!this.#indexKeys(record, false)) this.#hidesAnyClient = true;
    }
    for (const group of shadowed) {
      const { record, shadows } = records.assemble(group);
      const named = shadows.filter((shadow) => this.#indexKeys(shadow, true));
      // Rows without any key can be any client, unless other rows say which one they belong to.
      if (record === null && named.length === 0) this.#hidesAnyClient = true;
    }
  }

  /** Tells whether there is a key that finds clients. */
  #indexKeys(said: Pick<SyncRecord, 'client' | 'contacts'>, isShadow: boolean): boolean {
    const keys = keysOf(this.#levels, said.client, said.contacts);
    this.#matcher.addRecord(keys, isShadow);
    return keys.slice(0, this.#input.levels.length).some((texts) => texts.length > 0);
  }

  async readClients(): Promise<void> {
    const { ninja, codes, owned, onProgress, signal } = this.#input;
    // Asked before the first page: what somebody changes while the pages are read counts as changed after the plan.
    const newest = await ninja.list({ perPage: 1, sort: { column: 'updated_at', direction: 'desc' } });
    this.#newestUpdate = newest.clients[0]?.updated_at ?? 0;
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
        if (owned.has(client.id)) this.#ownedHere += 1;
      }
    }
    this.#matcher.resolve();
    this.#matched = new Uint8Array(this.#clients.count);
  }

  compare(): void {
    const { records, job, owned, onProgress } = this.#input;
    for (let group = 0; group < records.count; group += 1) {
      const assembled = records.assemble(group);
      if (assembled.record !== null) this.#compareRecord(group, assembled.record);
      if (group % 1000 === 0) onProgress?.({ phase: 'comparing', done: group, total: records.count });
    }
    onProgress?.({ phase: 'comparing', done: records.count, total: records.count });
    if (job.policy.missing === 'keep' || this.#hidesAnyClient) return;
    for (let index = 0; index < this.#clients.count; index += 1) {
      if (this.#matcher.isNamed(index) || !owned.has(this.#ids.read(index))) continue;
      const client = this.#clientAt(index);
      const gone = job.policy.missing === 'archive' ? client.state !== 'active' : client.state === 'deleted';
      if (!gone) this.#changes.add(planMissing(client, job.policy.missing));
    }
  }

  #compareRecord(group: number, record: SyncRecord): void {
    const match = this.#matcher.matchOf(group);
    const client = match.kind === 'client' ? this.#clientAt(match.client) : null;
    if (client !== null && match.kind === 'client') {
      // Keys were compared as hashes; before anything is decided the texts must agree.
      const key = this.#levels[match.level] ?? 'email';
      assert(sharesKey(key, record, client), `line ${record.rows[0]?.line} has the ${key} of client ${client.id}`);
    }
    if (match.kind !== 'client' && match.kind !== 'none') {
      const reason = describeMismatch(match, {
        levels: match.kind === 'no-key' ? this.#input.levels : this.#levels,
        clientAt: (index) => this.#clientAt(index),
        rowsOf: (other) => this.#input.records.assemble(other).record?.rows ?? [],
        record,
      });
      this.#reject(record, reason);
      return;
    }
    const unknown = findUnknownCode(record, this.#input.codes);
    if (unknown !== null) {
      this.#reject(record, unknown);
      return;
    }
    // A row that nobody can place may be a contact of this client: nobody is removed then.
    const contactsComplete = record.contactsComplete && !this.#input.records.hidesAnyClient;
    const verdict = planRecord({ ...record, contactsComplete }, client, this.#input.job.policy);
    if (client !== null && match.kind === 'client') this.#adopt(match.client, client);
    if (verdict.kind === 'change') {
      this.#changedRows += record.rows.length;
      this.#changes.add(verdict.change);
    } else if (verdict.kind === 'unchanged') {
      this.#unchanged += 1;
      this.#unchangedRows += record.rows.length;
    } else if (verdict.kind === 'leave') {
      this.#skippedRows += record.rows.length;
      this.#skipped.add({
        rows: record.rows,
        clientId: client?.id ?? null,
        label: labelOf(record, client),
        reason: verdict.reason,
      });
    } else {
      this.#reject(record, verdict);
    }
  }

  #reject(record: SyncRecord, reason: Pick<Reject, 'code' | 'value' | 'hint'>): void {
    this.#rejectedRows += record.rows.length;
    for (const row of record.rows) {
      this.#input.records.rejects.add({ row, column: null, code: reason.code, value: reason.value, hint: reason.hint });
    }
  }

  #adopt(index: number, client: Client): void {
    this.#matched[index] = 1;
    if (!this.#input.owned.has(client.id)) this.#ownedHere += 1;
  }

  #clientAt(index: number): Client {
    return decodeClient(this.#clients.read(index));
  }

  *#matchedIds(): Generator<string> {
    for (const [index, matched] of this.#matched.entries()) if (matched === 1) yield this.#ids.read(index);
  }

  finish(): DraftPlan {
    const { job, records, requestsPerMinute, ninja, now } = this.#input;
    const counts: PlanCounts = {
      rows: records.rows,
      records: this.#records,
      clients: this.#clients.count,
      create: this.#changes.count('create'),
      update: this.#changes.count('update'),
      restore: this.#changes.count('restore'),
      archive: this.#changes.count('archive'),
      delete: this.#changes.count('delete'),
      unchanged: this.#unchanged,
      rejectedRows: this.#rejectedRows,
      skippedRows: this.#skippedRows,
      unchangedRows: this.#unchangedRows,
      warnings: records.warnings.count,
    };
    const accounted = counts.rejectedRows + counts.skippedRows + counts.unchangedRows + this.#changedRows;
    assert(accounted === counts.rows, `every row has one place: ${accounted} of ${counts.rows} rows are accounted for`);
    const requests = requestsFor(counts);
    const summary: PlanSummary = {
      counts,
      guards: checkGuards({ job: job.name, counts, ownedClients: this.#ownedHere, limits: job.guards }),
      requests,
      minutes: requestsPerMinute === null ? null : Math.round((requests / requestsPerMinute) * 10) / 10,
      requestsPerMinute,
      digest: this.#changes.digest(),
      target: ninja.url,
      newestUpdate: this.#newestUpdate,
      missingSuspended: job.policy.missing !== 'keep' && this.#hidesAnyClient,
      plannedAt: now,
    };
    return {
      summary,
      parts: {
        changes: this.#changes,
        rejects: records.rejects,
        warnings: records.warnings,
        skips: records.skips,
        skippedRecords: this.#skipped,
        matchedIds: { [Symbol.iterator]: () => this.#matchedIds() },
      },
      close: () => this.close(),
    };
  }

  close(): void {
    for (const spill of [this.#clients, this.#ids, this.#changes, this.#skipped]) spill.close();
  }
}
