/**
 * The way back from a run, planned as a run of its own: it is looked at, guarded, applied and resumed like any other, and
 * can be undone like any other.
 *
 * Terms: a change of the run was *sent* when the journal says so, whatever became of it. What failed, or was under way when
 * the process died, may have been stored all the same: the client as it is now tells, and what is not there is not undone.
 *
 * Invariant: nothing is written to the target. What is planned is what the pure `planUndo` says of each change, newest
 * first; what it leaves is kept beside the plan with its reason. Baselines stay: if the file still says what was undone,
 * the next plan of the job shows it again.
 */

import path from 'node:path';
import { SyncError } from '../errors.js';
import type { ChangeKind, Outcome, OutcomeKind, SkippedRecord } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import type { DraftChange } from '../plan/diff.js';
import { ChangeTally } from '../plan/tally.js';
import { planUndo } from '../plan/undo.js';
import { openChangeSpill } from './change-spill.js';
import type { RunContext, Target } from './context.js';
import { readFreshClients } from './fresh-clients.js';
import { openRemarks } from './remarks.js';
import { storeReport } from './report/compose.js';
import { openSpill } from './spill.js';
import { runFolder } from './files/outputs.js';
import { checkKept } from './run-pruned.js';
import type { Spill } from './spill.js';
import type { Run, Store, StoredChange } from './store.js';
import { checkCompany } from './target-company.js';
import { summariseUndo } from './undo-summary.js';
import type { UndoDraft } from './undo-summary.js';

/** What a change becomes when it is done. */
const DONE_KINDS: Readonly<Record<ChangeKind, OutcomeKind>> = {
  create: 'created',
  update: 'updated',
  restore: 'restored',
  upload: 'uploaded',
  archive: 'archived',
  delete: 'deleted',
};
const NOT_SENT: ReadonlySet<OutcomeKind> = new Set(['unchanged', 'skipped']);

/**
 * Plans what makes the target's clients as they were before the run. A run that undoes another one can be undone as well.
 *
 * @returns the new run, `planned` or `breached`
 * @throws SyncError `run-not-appliable` when nothing of the run was sent, or another target is meant; `run-pruned`; `target-busy` while
 *   the run is at work; what reading the target throws, when the new run is stored as `failed`
 */
export async function undoRun(context: RunContext, target: Target, run: Run): Promise<Run> {
  await checkUndoable(context, target, run);
  await checkCompany(context, target);
  const sent = openSpill(path.join(context.dataDir, 'tmp'));
  try {
    const ids = await collectSent(context.store, run, sent);
    // What was read is all of it only when nobody has begun to delete it.
    checkKept((await context.store.findRun(run.id)) ?? run);
    if (sent.count === 0) {
      throw new SyncError('run-not-appliable', `Nothing of run ${run.id} was sent: there is nothing to undo.`, {
        hint: 'See which runs there are: ninja-sync runs',
      });
    }
    return await planSent(context, target, run, sent, ids);
  } finally {
    sent.close();
  }
}

async function planSent(
  context: RunContext,
  target: Target,
  run: Run,
  sent: Spill,
  ids: ReadonlySet<string>,
): Promise<Run> {
  const { store } = context;
  const created = await store.createRun({ job: run.job, target: run.target, files: [], undoes: run.id });
  const folder = path.join(context.dataDir, 'tmp');
  const draft: UndoDraft = {
    changes: openChangeSpill(folder),
    left: openRemarks<SkippedRecord>(folder),
    tally: new ChangeTally(),
    unchanged: 0,
  };
  try {
    const newest = await target.ninja.list({ perPage: 1, sort: { column: 'updated_at', direction: 'desc' } });
    const fresh = await readFreshClients(context, target, run.summary?.newestUpdate ?? 0, ids);
    try {
      planBack(context, sent, fresh.find, draft);
    } finally {
      fresh.close();
    }
    const summary = await summariseUndo(context, target, run, draft, {
      clients: newest.total,
      newestUpdate: newest.clients[0]?.updated_at ?? 0,
    });
    return await storeUndo(context, target, run, created, draft, summary);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const interrupted = error instanceof SyncError && error.code === 'interrupted';
    await store.updateRun(created.id, { status: interrupted ? 'interrupted' : 'failed', message });
    throw error;
  } finally {
    for (const spill of [draft.changes, draft.left]) spill.close();
  }
}

async function checkUndoable({ store, now }: RunContext, target: Target, run: Run): Promise<void> {
  checkKept(run);
  if (run.target !== target.key) {
    throw new SyncError('run-not-appliable', `Run ${run.id} wrote to ${run.target}, not to ${target.key}.`, {
      hint: `Set NINJA_URL to ${run.target}.`,
    });
  }
  const leases = await store.listLeases();
  const lease = leases.find((held) => held.target === run.target && held.runId === run.id && held.expiresAt > now());
  if (lease === undefined) return;
  throw new SyncError(
    'target-busy',
    `Run ${run.id} is at work (process ${lease.pid} on ${lease.host}, since ${lease.since}).`,
    {
      retry: 'later',
      hint: `Stop it first; it ends between two changes. If its process is dead: ninja-sync unlock ${run.target}`,
    },
  );
}

/** Keeps the changes that were sent, in the order of the run, and gives the ids of their clients. */
async function collectSent(store: Store, run: Run, sent: Spill): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const stored of store.readChanges(run.id)) {
    if (stored.status === 'planned' || (stored.outcome !== null && NOT_SENT.has(stored.outcome.kind))) continue;
    sent.append(JSON.stringify(stored));
    const id = clientIdOf(stored);
    if (id !== null) ids.add(id);
  }
  return ids;
}

function clientIdOf({ change, outcome }: StoredChange): string | null {
  return outcome?.clientId ?? change.clientId;
}

/** Newest first: what a run did last to a client is undone first, and what came before meets the client as it is then. */
function planBack(
  { now, signal, onProgress }: RunContext,
  sent: Spill,
  find: (id: string) => Client | null,
  draft: UndoDraft,
): void {
  /** Of clients that are not as they were read, once what is planned so far is done. */
  const states = new Map<string, Client['state']>();
  for (let index = sent.count - 1; index >= 0; index -= 1) {
    if (signal?.aborted === true) throw new SyncError('interrupted', 'Stopped while planning; nothing was written.');
    const stored = JSON.parse(sent.read(index)) as StoredChange;
    const { change } = stored;
    const id = clientIdOf(stored);
    if (id === null) {
      noteLost(stored, draft);
      continue;
    }
    const held = find(id);
    const state = states.get(id);
    const outcome = asDone(stored, id, now());
    const undoing = planUndo(change, outcome, held === null || state === undefined ? held : { ...held, state });
    for (const back of undoing.changes) {
      // Before its first change the client must be as it was read, whatever comes in between: else it counts as edited.
      draft.changes.add({ ...back, rows: [], before: held }, null);
      draft.tally.add(back);
      const next = stateAfter(back);
      if (next !== null) states.set(id, next);
    }
    for (const reason of undoing.left) draft.left.add({ rows: [], clientId: id, label: change.label, reason });
    if (undoing.changes.length === 0 && undoing.left.length === 0) draft.unchanged += 1;
    const done = sent.count - index;
    if (done % 1000 === 0 || index === 0) onProgress({ phase: 'comparing', done, total: sent.count, unit: 'changes' });
  }
}

/** A create that failed made no client; of one that was under way when the process died nobody knows. */
function noteLost({ change, outcome }: StoredChange, draft: UndoDraft): void {
  if (outcome !== null) return;
  draft.left.add({
    rows: [],
    clientId: null,
    label: change.label,
    reason:
      'The create was under way when the process died, so nobody knows yet whether the client is there. Resume the run to find out, then undo it again.',
  });
}

/** Of a change that was under way when the process died, `planUndo` looks for what is there. */
function asDone({ change, outcome }: StoredChange, clientId: string, at: string): Outcome {
  return outcome ?? { seq: change.seq, kind: DONE_KINDS[change.kind], clientId, reason: '', at };
}

function stateAfter({ kind }: DraftChange): Client['state'] | null {
  if (kind === 'restore') return 'active';
  if (kind === 'archive') return 'archived';
  return kind === 'delete' ? 'deleted' : null;
}

async function storeUndo(
  context: RunContext,
  target: Target,
  run: Run,
  created: Run,
  { changes, left }: UndoDraft,
  summary: NonNullable<Run['summary']>,
): Promise<Run> {
  const { store, dataDir } = context;
  await store.savePlan(created.id, {
    changes,
    rejects: [],
    warnings: [],
    skips: [],
    skippedRecords: left,
    claims: [],
  });
  const breaches = summary.guards.filter((guard) => !guard.ok);
  const planned = await store.updateRun(created.id, {
    status: breaches.length > 0 ? 'breached' : 'planned',
    rules: run.rules,
    summary,
    statistics: target.meter.read(target.throttle.limitPerMinute, target.throttle.throttled),
    message: breaches.length > 0 ? breaches.map((breach) => breach.message).join(' ') : null,
    folder: runFolder(dataDir, created.id),
  });
  await storeReport(context, planned);
  return planned;
}
