/**
 * What people ask of the runs of workers: enqueue, approve, reject, pause, cancel, resume. Everything is a change in the
 * state store; the queue only hears sooner of it than the next reconciliation (reconcile.ts) would tell.
 *
 * Invariant: a run at which a worker is at work is not moved along here. It gets a stop request, which the worker reads
 * between two changes, so nothing that was sent is left without its outcome.
 */

import { access } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { FileStore } from '../run/files/file-store.js';
import { storeInputs } from '../run/files/inputs.js';
import type { PushWindow, RunRequest } from '../run/request.js';
import { mayBecome } from '../run/status.js';
import type { RunStatus } from '../run/status.js';
import type { Run, RunPatch, Store } from '../run/store.js';
import type { FileOverrides } from '../source/profile.js';

type ControlStore = Pick<Store, 'createRun' | 'updateRun' | 'findRun'>;

export interface EnqueueWish {
  readonly job: Job;
  /** Base URL, as runs carry it. */
  readonly target: string;
  /** Without any the job's own are read, as they are when the run begins. */
  readonly paths: readonly string[];
  /** Where they are stored first; without it they are read where they lie. */
  readonly files?: FileStore | null;
  readonly overrides?: FileOverrides;
  /** Lower numbers go first; 0 is none. */
  readonly priority?: number;
  /** Milliseconds since 1970; `null`: now. */
  readonly notBefore?: number | null;
  /** Instead of the job's. */
  readonly window?: PushWindow;
  /** Instead of the job's; above 0 up to 1. */
  readonly share?: number;
  /** Nobody has to look at the plan. */
  readonly approved?: boolean;
  readonly allow?: readonly string[];
}

/**
 * Stores a run that a worker is to carry out.
 *
 * @throws SyncError `usage` when neither the wish nor the job names a file, `file-missing` for one that is not there
 */
export async function enqueueFiles(store: ControlStore, wish: EnqueueWish): Promise<Run> {
  const { job, target, paths, files = null, overrides = {}, priority = 0, notBefore = null } = wish;
  if (paths.length === 0 && job.source.files === undefined) {
    throw new SyncError(
      'usage',
      `${job.name}: no file. Neither the request nor source.files in ${job.path} names one.`,
      { hint: `ninja-sync enqueue FILE --job ${job.name}` },
    );
  }
  const absolute = paths.map((file) => path.resolve(file));
  for (const file of absolute) await checkThere(file);
  const request: RunRequest = {
    paths: absolute,
    ...(files === null ? {} : { inputs: await storeInputs(files, absolute) }),
    overrides,
    origin: 'enqueue',
    priority,
    notBefore: notBefore === null ? null : new Date(notBefore).toISOString(),
    window: wish.window ?? job.window ?? null,
    share: wish.share ?? job.share,
    approved: wish.approved ?? false,
    allow: wish.allow ?? [],
  };
  return await store.createRun({ job: job.name, target, files: [], request });
}

async function checkThere(file: string): Promise<void> {
  try {
    await access(file);
  } catch (cause) {
    throw new SyncError('file-missing', `${file} is not there, or cannot be read.`, {
      hint: 'Check the path. Workers on other machines need the file at the same place, or FILES_URL.',
      cause,
    });
  }
}

const PARKED: ReadonlySet<RunStatus> = new Set(['awaiting-approval', 'breached']);

/**
 * A person has looked at the plan: a worker carries it out.
 *
 * @param allow guards whose breach is allowed this once
 * @throws SyncError `run-not-appliable` when it does not wait for a person; `guard-breached` when a breach is not allowed
 */
export async function approveRun(store: ControlStore, run: Run, allow: readonly string[] = []): Promise<Run> {
  checkParked(run, 'approve');
  const { request, summary } = run;
  if (request === null) {
    throw notNow(run, 'was planned by a command, and no worker carries it out', `ninja-sync apply ${run.id}`);
  }
  const allowed = allowMore(request, allow);
  const breached = breachesOf({ summary, request: allowed });
  if (breached.length > 0) {
    const guards = (summary?.guards ?? []).filter(({ guard }) => breached.includes(guard));
    throw new SyncError('guard-breached', guards.map(({ message }) => message).join('\n'), {
      hint: `If that is what you want: ninja-sync approve ${run.id} --allow ${breached.join(' ')}`,
    });
  }
  return await move(store, run, { status: 'planned', message: null, request: { ...allowed, approved: true } });
}

/**
 * A person has looked at the plan, and does not want it. Nothing was sent.
 *
 * @param reason in the person's words; `null`: none
 * @throws SyncError `run-not-appliable` when it does not wait for a person
 */
export async function rejectRun(store: ControlStore, run: Run, reason: string | null = null): Promise<Run> {
  checkParked(run, 'reject');
  const message = reason === null ? 'A person refused the plan.' : `A person refused the plan: ${reason}`;
  return await move(store, run, { status: 'rejected', stop: null, message });
}

/** A worker may be at it, or was when it died. */
const AT_WORK: ReadonlySet<RunStatus> = new Set(['reading', 'pushing', 'verifying']);
const ENDED: ReadonlySet<RunStatus> = new Set(['done', 'rejected', 'cancelled']);

/**
 * It goes no further until it is resumed; what is under way is finished first.
 *
 * @throws SyncError `run-not-appliable` when it has ended or no worker carries it out
 */
export async function pauseRun(store: ControlStore, run: Run): Promise<Run> {
  checkOfWorkers(run, 'pause');
  if (ENDED.has(run.status) || run.status === 'failed') throw notNow(run, `is ${run.status}`, seeRun(run));
  if (run.stop === 'cancel') throw notNow(run, 'is being cancelled', seeRun(run));
  return await move(store, run, { stop: 'pause' });
}

/**
 * It ends, and what was sent stays. A run at which no worker is ends at once; else the worker ends it.
 *
 * @returns the run: `cancelled`, or with the stop request that a worker reads
 * @throws SyncError `run-not-appliable` when it has ended, or a command carries it out
 */
export async function cancelRun(store: ControlStore, run: Run): Promise<Run> {
  if (ENDED.has(run.status)) throw notNow(run, `is ${run.status}`, seeRun(run));
  if (AT_WORK.has(run.status)) checkOfWorkers(run, 'cancel');
  // First the request: a worker that takes the run at this moment reads it.
  const asked = await move(store, run, { stop: 'cancel' });
  const now = (await store.findRun(run.id)) ?? asked;
  if (AT_WORK.has(now.status) || !mayBecome(now.status, 'cancelled')) return now;
  const sent = hasBegun(now) ? 'What was sent stays; "ninja-sync undo" plans the way back.' : 'Nothing was sent.';
  return await move(store, now, { status: 'cancelled', stop: null, message: `Somebody cancelled the run. ${sent}` });
}

/**
 * A worker goes on with a run that was paused, that failed, or that nobody goes on with for another reason.
 *
 * @param allow guards whose breach is allowed this once, besides those that were allowed before
 * @throws SyncError `run-not-appliable` when it has ended or waits for a person
 */
export async function resumeRun(store: ControlStore, run: Run, allow: readonly string[] = []): Promise<Run> {
  const request = checkOfWorkers(run, 'resume');
  if (ENDED.has(run.status)) throw notNow(run, `is ${run.status}`, seeRun(run));
  if (PARKED.has(run.status) && run.stop === null) {
    throw notNow(run, `is ${run.status}: a person has to look at its plan`, `ninja-sync approve ${run.id}`);
  }
  const patch = { stop: null, ...(allow.length === 0 ? {} : { request: allowMore(request, allow) }) };
  if (run.status !== 'failed') return await move(store, run, patch);
  // What failed before there was a plan begins again.
  const status = run.summary === null ? 'queued' : 'interrupted';
  return await move(store, run, { ...patch, status, message: null });
}

/** The guards whose breach keeps a run waiting. */
function breachesOf({ summary, request }: Pick<Run, 'summary' | 'request'>): readonly string[] {
  const allow = request?.allow ?? [];
  return (summary?.guards ?? []).filter(({ ok, guard }) => !ok && !allow.includes(guard)).map(({ guard }) => guard);
}

/** @throws SyncError `run-not-appliable` when the run went on in the meantime, so that this cannot be done any more */
async function move(store: ControlStore, run: Run, patch: RunPatch): Promise<Run> {
  try {
    return await store.updateRun(run.id, patch);
  } catch (error) {
    const now = await store.findRun(run.id);
    if (now === undefined || now.status === run.status) throw error;
    throw notNow(now, `became ${now.status} in the meantime`, seeRun(now));
  }
}

function hasBegun({ status, rowOutcomes }: Run): boolean {
  return status === 'failed' || status === 'interrupted' ? rowOutcomes !== null : false;
}

function checkParked(run: Run, what: string): void {
  if (PARKED.has(run.status)) return;
  const hint = run.status === 'planned' && run.request === null ? `ninja-sync apply ${run.id}` : seeRun(run);
  throw notNow(run, `is ${run.status}: there is nothing to ${what}, as it does not wait for a person`, hint);
}

function allowMore(request: RunRequest, allow: readonly string[]): RunRequest {
  return { ...request, allow: [...new Set([...request.allow, ...allow])] };
}

function checkOfWorkers(run: Run, what: string): RunRequest {
  if (run.request !== null) return run.request;
  const hint =
    what === 'resume' ? `ninja-sync resume ${run.id}` : 'Stop that command with Ctrl-C; it ends between two changes.';
  throw notNow(run, 'is carried out by a command, not by a worker', hint);
}

function notNow(run: Run, why: string, hint: string): SyncError {
  return new SyncError('run-not-appliable', `Run ${run.id} ${why}.`, { hint });
}

function seeRun({ id }: Run): string {
  return `See what became of it: ninja-sync show ${id}`;
}
