/** A plan made and stored: files and target are read, nothing is written to the target. */

import { SyncError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { FileOverrides } from '../source/profile.js';
import { describeRun, inSpan } from '../tracing.js';
import type { RunContext, Target } from './context.js';
import { withDraft } from './draft.js';
import { describeFiles } from './file-facts.js';
import { runFolder, storeOutputs } from './files/outputs.js';
import type { DraftPlan } from './planning-input.js';
import type { ReadProgress } from './records.js';
import { writeRejects } from './rejects.js';
import { storeReport } from './report/compose.js';
import { matchKeysOf, openSources } from './sources.js';
import type { SourceFile } from './sources.js';
import { mayBecome } from './status.js';
import type { Run, RunRules, RunStart, Store } from './store.js';
import { checkCompany } from './target-company.js';

/**
 * Plans the files against the target and stores the plan.
 *
 * @param existing a queued run, or one that was stopped before it had a plan: it is filled instead of a new one
 * @returns the run, `planned` or `breached`
 * @throws SyncError `target-company` before anything is stored; when files or target cannot be read; the run is then stored as `failed`
 */
export async function planRun(
  context: RunContext,
  target: Target,
  job: Job,
  paths: readonly string[],
  overrides: FileOverrides = {},
  existing?: Run,
): Promise<Run> {
  const { store, onProgress } = context;
  await checkCompany(context, target);
  const sources = await inSpan('open', () => openSources(paths, job, overrides));
  const files = describeFiles(sources, null, matchKeysOf(job, sources));
  const created = await beginRun(store, { job: job.name, target: target.key, files }, existing);
  describeRun(created);
  // What a worker was asked for names its inputs already.
  if (existing === undefined) await storeOutputs(context, created.id, 'input', paths);
  const options = {
    requestsPerMinute: job.target['requests-per-minute'] ?? target.throttle.limitPerMinute,
    onReading: countBytes(sources, (done, total) => onProgress({ phase: 'reading', done, total, unit: 'bytes' })),
    onPlanning: (phase: 'snapshot' | 'comparing', done: number, total: number): void =>
      onProgress({ phase, done, total, unit: phase === 'snapshot' ? 'clients' : 'records' }),
  };
  try {
    return await withDraft(context, target, job, sources, options, (draft) =>
      storePlan(context, target, job, sources, created, draft),
    );
  } catch (error) {
    await storeStop(context, created, error);
    throw error;
  }
}

/** When another process carries the run on by now, it is that one's to say how it stands. */
async function storeStop({ store, signal, goesOn }: RunContext, { id }: Run, error: unknown): Promise<void> {
  if (isCode(error, 'lease-lost') || isCode(signal?.reason, 'lease-lost')) return;
  const isInterrupted = isCode(error, 'interrupted') || goesOn?.(error) === true;
  const message = error instanceof Error ? error.message : String(error);
  // With its plan stored, and only the report missing, it goes on from there.
  const { status } = (await store.findRun(id)) ?? { status: 'reading' };
  if (isInterrupted && !mayBecome(status, 'interrupted')) return;
  await store.updateRun(id, { status: isInterrupted ? 'interrupted' : 'failed', message });
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof SyncError && error.code === code;
}

async function beginRun(store: Store, start: RunStart, existing: Run | undefined): Promise<Run> {
  if (existing === undefined) return store.createRun(start);
  if (existing.target !== start.target) {
    throw new SyncError('run-not-appliable', `Run ${existing.id} is for ${existing.target}, not for ${start.target}.`, {
      hint: 'Somebody changed the target of the job or of the worker since: enqueue the file again.',
    });
  }
  // Somebody may have cancelled it since it was taken.
  const status = (await store.findRun(existing.id))?.status ?? existing.status;
  if (!mayBecome(status, 'reading')) {
    throw new SyncError('interrupted', `Run ${existing.id} is ${status} by now; nothing was read.`);
  }
  await store.clearPlan(existing.id);
  return store.updateRun(existing.id, { status: 'reading', files: start.files, message: null });
}

async function storePlan(
  context: RunContext,
  target: Target,
  job: Job,
  sources: readonly SourceFile[],
  created: Run,
  draft: DraftPlan,
): Promise<Run> {
  const { store } = context;
  const folder = runFolder(context.dataDir, created.id);
  await inSpan('store', () => store.savePlan(created.id, draft.parts, context.lease));
  const rejects = await writeRejects(
    sources.map((source) => source.profile),
    draft.parts.rejects,
    folder,
  );
  const files = rejects.map((file) => file.path);
  await storeOutputs(context, created.id, 'rejects', files);
  const breaches = draft.summary.guards.filter((guard) => !guard.ok);
  const run = await store.updateRun(created.id, {
    status: breaches.length > 0 ? 'breached' : 'planned',
    files: draft.files,
    rules: rulesOf(job),
    summary: draft.summary,
    statistics: target.meter.read(target.throttle.limitPerMinute, target.throttle.throttled),
    message: breaches.length > 0 ? breaches.map((breach) => breach.message).join(' ') : null,
    folder,
  });
  await storeReport(context, run);
  return run;
}

/** Stored with the plan: whoever applies it has no job file. */
function rulesOf({ target, policy, guards, canary }: Job): RunRules {
  return {
    concurrency: target.concurrency,
    requestsPerMinute: target['requests-per-minute'] ?? null,
    policy,
    guards,
    canary,
  };
}

/** Progress over all files, from that of one after the other. */
function countBytes(
  sources: readonly SourceFile[],
  onBytes: (done: number, total: number) => void,
): (progress: ReadProgress) => void {
  const before = new Map<string, number>();
  let total = 0;
  for (const { profile } of sources) {
    before.set(profile.name, total);
    total += profile.tableBytes;
  }
  return ({ file, bytesRead }) => onBytes((before.get(file) ?? 0) + bytesRead, total);
}
