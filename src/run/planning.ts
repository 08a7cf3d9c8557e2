/**
 * From open files and a target to a plan. Effects only: reading, spilling; what is decided is decided by the pure functions
 * of `mapping` and `plan`.
 *
 * Most clients of most runs are as they should be, so each record is compared without its baseline first. The few that
 * differ wait until there are some hundred of them: then their baselines are read at once, and they are compared again.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert } from '../errors.js';
import type { Reject, SyncRecord } from '../mapping/record.js';
import type { PlanCounts, PlanSummary, SkippedRecord } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { labelOf, planMissing, planRecord } from '../plan/diff.js';
import type { DraftChange } from '../plan/diff.js';
import { describeNamesake } from '../plan/explain.js';
import { checkGuards } from '../plan/guards.js';
import type { KeyShapes } from '../plan/key-shapes.js';
import { requestsFor } from '../plan/requests.js';
import { ChangeTally } from '../plan/tally.js';
import { takesDocuments } from '../plan/upload.js';
import { findUnknownCode } from '../push/payload.js';
import { inSpan } from '../tracing.js';
import { openChangeSpill } from './change-spill.js';
import { claimAbsences, claimMatched, openClaimSpill, pushedBy } from './claims.js';
import type { Pushed } from './claims.js';
import { describeFiles, factsOf, historyOf, LastRecords } from './file-facts.js';
import { openKeyShapes, proposeKeyShapes } from './key-shape-proposals.js';
import { levelsOf, Pairs } from './pairs.js';
import { openRemarks } from './remarks.js';
import { lookAgain } from './second-look.js';
import type { FirstLook, SecondLook } from './second-look.js';
import type { DraftPlan, PlanningInput } from './planning-input.js';
import type { Claim, Run, RunFile } from './store.js';

/** Reads the target, compares, and gives the plan; nothing is written to the target. */
export async function draftPlan(input: PlanningInput): Promise<DraftPlan> {
  const drafter = new Drafter(input);
  try {
    await inSpan('snapshot', () => drafter.readTarget());
    await inSpan('compare', () => drafter.compare());
    drafter.findMissing();
    return drafter.finish();
  } catch (error) {
    drafter.close();
    throw error;
  }
}

/** Records that wait for a second look; the state is asked for the baselines of so many clients at once. */
const WAITING_MAX = 500;
class Drafter {
  readonly #input: PlanningInput;
  /** Earlier runs that this one is held against: none for corrected rejects, which are no export. */
  readonly #history: readonly Run[];
  readonly #pairs: Pairs;
  readonly #keyShapes: ReadonlyMap<'id_number' | 'number', KeyShapes>;
  readonly #lastRecords: LastRecords;
  readonly #files: readonly RunFile[];
  readonly #changes;
  readonly #claims;
  readonly #skipped;
  /** Corrected rejects: who is not among them is in the file that they came from. */
  readonly #isPartial: boolean;
  /** A contact may stand in a row that is not here, or that nobody can place: none is removed then. */
  readonly #isIncomplete: boolean;
  readonly #tally = new ChangeTally();
  #waiting: FirstLook[] = [];
  #absent = 0;
  #namesakes = 0;
  #unchanged = 0;
  #unchangedRows = 0;
  #rejectedRows = 0;
  #skippedRows = 0;
  #changedRows = 0;

  constructor(input: PlanningInput) {
    this.#input = input;
    this.#files = describeFiles(input.sources, input.records.files, input.levels);
    this.#isPartial = this.#files.some((file) => file.partial);
    this.#history = this.#isPartial ? [] : input.history;
    this.#keyShapes = openKeyShapes(input.levels);
    this.#pairs = new Pairs({ ...input, keyShapes: this.#keyShapes });
    this.#lastRecords = new LastRecords(levelsOf(input.levels), this.#history[0]);
    this.#isIncomplete = this.#isPartial || input.records.hidesAnyClient;
    this.#changes = openChangeSpill(input.folder);
    this.#claims = openClaimSpill(input.folder);
    this.#skipped = openRemarks<SkippedRecord>(input.folder);
  }

  async readTarget(): Promise<void> {
    await this.#pairs.indexRecords(this.#lastRecords);
    await this.#pairs.readClients();
  }

  async compare(): Promise<void> {
    const { records, onProgress } = this.#input;
    for (let group = 0; group < records.count; group += 1) {
      const { record } = records.assemble(group);
      if (record !== null) this.#compareRecord(group, record);
      if (this.#waiting.length >= WAITING_MAX) await this.#settleWaiting();
      if (group % 1000 !== 0) continue;
      onProgress?.({ phase: 'comparing', done: group, total: records.count });
      await nextTurn();
    }
    await this.#settleWaiting();
    onProgress?.({ phase: 'comparing', done: records.count, total: records.count });
  }

  #compareRecord(group: number, assembled: SyncRecord): void {
    const { codes, job, owned } = this.#input;
    for (const [field, shapes] of this.#keyShapes) shapes.noteRecord(assembled.client[field]);
    const place = this.#pairs.placeOf(group, assembled);
    const refusal = place.kind === 'reject' ? place.reason : findUnknownCode(assembled, codes);
    if (refusal !== null) {
      this.#reject(assembled, refusal);
      return;
    }
    const client = place.kind === 'client' ? place.client : null;
    if (place.kind === 'client') this.#pairs.adopt(place.index, place.client.id);
    const record = this.#isIncomplete ? { ...assembled, contactsComplete: false } : assembled;
    const verdict = planRecord(record, client, job.policy, null);
    const isChange = verdict.kind === 'change';
    const hasBaseline = isChange && client !== null && owned.baselineHashOf(client.id) !== 0;
    // In the order of the file: behind one that waits, all changes wait.
    const waits = hasBaseline || (isChange && this.#waiting.length > 0);
    if (waits || takesDocuments(record, client, verdict, job.policy))
      this.#waiting.push({ record, client, verdict, hasBaseline });
    else this.#settle({ record, client, verdict, then: null });
  }

  async #settleWaiting(): Promise<void> {
    const { job, readBaselines, documents, records } = this.#input;
    const waiting = this.#waiting;
    this.#waiting = [];
    const looks = await lookAgain(waiting, {
      policy: job.policy,
      readBaselines,
      documents,
      warnings: records.warnings,
    });
    for (const look of looks) this.#settle(look);
  }

  #settle({ record, client, verdict, then }: SecondLook): void {
    const { job } = this.#input;
    if (verdict.kind === 'change') {
      this.#changedRows += record.rows.length;
      if (verdict.change.kind === 'create') this.#tellNamesake(record);
      const pushed = pushedBy(verdict.change, record, then, job.policy);
      this.#add(verdict.change, pushed);
      if (pushed === null) this.#claimMatched(client, null);
    } else if (verdict.kind === 'unchanged') {
      this.#unchanged += 1;
      this.#unchangedRows += record.rows.length;
      // Of a client that the file calls inactive nothing was compared but its state.
      this.#claimMatched(client, record.lifecycle === 'active' ? record : null);
    } else if (verdict.kind === 'leave') {
      this.#skippedRows += record.rows.length;
      const label = labelOf(record, client);
      this.#skipped.add({ rows: record.rows, clientId: client?.id ?? null, label, reason: verdict.reason });
      this.#claimMatched(client, null);
    } else {
      this.#reject(record, verdict);
      this.#claimMatched(client, null);
    }
  }

  /** A client of that name that no row names may be the same customer. */
  #tellNamesake(record: SyncRecord): void {
    const [row] = record.rows;
    const namesake = this.#pairs.namesakeOf(record);
    if (row === undefined || namesake === null) return;
    this.#namesakes += 1;
    this.#input.records.warnings.add({ row, column: null, ...describeNamesake(record, namesake) });
  }

  #add(change: DraftChange, pushed: Pushed | null): void {
    this.#tally.add(change);
    this.#changes.add(change, pushed);
  }

  #claimMatched(client: Client | null, equal: SyncRecord | null): void {
    const claim = client === null ? null : claimMatched(this.#input.owned, client.id, equal);
    if (claim !== null) this.#claims.add(claim);
  }

  #reject(record: SyncRecord, reason: Pick<Reject, 'code' | 'value' | 'hint'>): void {
    this.#rejectedRows += record.rows.length;
    for (const row of record.rows) {
      this.#input.records.rejects.add({ row, column: null, code: reason.code, value: reason.value, hint: reason.hint });
    }
  }

  /** The job's clients that the files lack: those that were absent often enough go, the others are counted. */
  findMissing(): void {
    const { job, owned, isRepeated } = this.#input;
    const { then, after } = job.policy.missing;
    if (then === 'keep' || this.#isPartial || this.#pairs.hidesAnyClient) return;
    for (const { id, index, isNamed } of this.#pairs.absent()) {
      const before = owned.absencesOf(id);
      if (isNamed) {
        if (before !== 0) this.#claims.add(claimAbsences(id, 0));
        continue;
      }
      const client = this.#pairs.clientAt(index);
      if (then === 'archive' ? client.state !== 'active' : client.state === 'deleted') continue;
      const absences = isRepeated ? Math.max(before, 1) : before + 1;
      if (absences >= after) {
        this.#add(planMissing(client, then), null);
        continue;
      }
      this.#absent += 1;
      if (absences !== before) this.#claims.add(claimAbsences(id, absences));
    }
  }

  finish(): DraftPlan {
    const { job, records, requestsPerMinute, target, now } = this.#input;
    const counts = this.#count();
    const accounted = counts.rejectedRows + counts.skippedRows + counts.unchangedRows + this.#changedRows;
    assert(accounted === counts.rows, `every row has one place: ${accounted} of ${counts.rows} rows are accounted for`);
    const requests = requestsFor(counts, this.#tally.withDocuments);
    const summary: PlanSummary = {
      counts,
      guards: checkGuards({
        job: job.name,
        counts,
        ownedClients: this.#pairs.owned,
        limits: job.guards,
        files: factsOf(this.#files, records.files, this.#lastRecords),
        history: historyOf(this.#history),
        guardedFields: this.#tally.guardedFields,
        namesakes: this.#namesakes,
        balances: this.#tally.balances,
      }),
      requests,
      minutes: requestsPerMinute === null ? null : Math.round((requests / requestsPerMinute) * 10) / 10,
      requestsPerMinute,
      digest: this.#changes.digest(),
      target,
      newestUpdate: this.#pairs.newestUpdate,
      missingSuspended: job.policy.missing.then !== 'keep' && this.#pairs.hidesAnyClient,
      plannedAt: now,
      ...proposeKeyShapes(this.#keyShapes, this.#input.sources),
    };
    return {
      summary,
      files: this.#files,
      parts: {
        changes: this.#changes,
        rejects: records.rejects,
        warnings: records.warnings,
        skips: records.skips,
        skippedRecords: this.#skipped,
        claims: { [Symbol.iterator]: () => this.#allClaims() },
      },
      close: () => this.close(),
    };
  }

  #count(): PlanCounts {
    const { records } = this.#input;
    return {
      rows: records.rows,
      records: this.#pairs.records,
      clients: this.#pairs.count,
      create: this.#changes.count('create'),
      update: this.#changes.count('update'),
      restore: this.#changes.count('restore'),
      upload: this.#changes.count('upload'),
      archive: this.#changes.count('archive'),
      delete: this.#changes.count('delete'),
      documents: this.#tally.documents,
      conflicts: this.#tally.conflicts,
      absent: this.#absent,
      unchanged: this.#unchanged,
      rejectedRows: records.rejectedRows + this.#pairs.rejectedRows + this.#rejectedRows,
      skippedRows: records.skippedRows + this.#skippedRows,
      unchangedRows: this.#unchangedRows,
      warnings: records.warnings.count,
    };
  }

  *#allClaims(): Generator<Claim> {
    yield* this.#changes.claims();
    yield* this.#claims;
  }

  close(): void {
    for (const spill of [this.#pairs, this.#changes, this.#claims, this.#skipped]) spill.close();
  }
}
