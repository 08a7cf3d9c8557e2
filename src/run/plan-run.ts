/** A plan made and stored: files and target are read, nothing is written to the target. */

import path from 'node:path';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { FileOverrides } from '../source/profile.js';
import type { RunContext, Target } from './context.js';
import { draftPlan } from './planning.js';
import { collectRecords } from './records.js';
import { writeRejects } from './rejects.js';
import { storeReport } from './report/compose.js';
import { matchKeysOf, openSources } from './sources.js';
import type { SourceFile } from './sources.js';
import type { Run, RunFile } from './store.js';

/**
 * Plans the files against the target and stores the plan.
 *
 * @returns the run, `planned` or `breached`
 * @throws SyncError when files or target cannot be read; the run is then stored as `failed`
 */
export async function planRun(
  context: RunContext,
  target: Target,
  job: Job,
  paths: readonly string[],
  overrides: FileOverrides = {},
): Promise<Run> {
  const { store } = context;
  const sources = await openSources(paths, job, overrides);
  const created = await store.createRun({
    job: job.name,
    target: target.ninja.url,
    files: describeFiles(sources, null),
  });
  const folder = path.join(context.dataDir, 'runs', String(created.id));
  try {
    return await fillPlan(context, target, job, sources, created, folder);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const interrupted = error instanceof SyncError && error.code === 'interrupted';
    await store.updateRun(created.id, { status: interrupted ? 'interrupted' : 'failed', message });
    throw error;
  }
}

async function fillPlan(
  context: RunContext,
  target: Target,
  job: Job,
  sources: readonly SourceFile[],
  created: Run,
  folder: string,
): Promise<Run> {
  const { store, signal, onProgress } = context;
  const spillFolder = path.join(context.dataDir, 'tmp');
  const bytes = sources.reduce((sum, source) => sum + source.profile.bytes, 0);
  const before = new Map(
    sources.map((source, index) => [
      source.profile.name,
      sources.slice(0, index).reduce((sum, { profile }) => sum + profile.bytes, 0),
    ]),
  );
  const records = await collectRecords(
    sources,
    spillFolder,
    (read) =>
      onProgress({
        phase: 'reading',
        done: (before.get(read.file) ?? 0) + read.bytesRead,
        total: bytes,
        unit: 'bytes',
      }),
    signal,
  );
  try {
    const draft = await draftPlan({
      job,
      levels: matchKeysOf(job, sources),
      records,
      ninja: target.ninja,
      codes: target.codes,
      owned: await store.readOwned(target.ninja.url, job.name),
      requestsPerMinute: job.target['requests-per-minute'] ?? target.throttle.limitPerMinute,
      folder: spillFolder,
      now: context.now(),
      onProgress: ({ phase, done, total }) =>
        onProgress({ phase, done, total, unit: phase === 'snapshot' ? 'clients' : 'records' }),
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      await store.savePlan(created.id, draft.parts);
      await writeRejects(
        sources.map((source) => source.profile),
        records.rejects,
        folder,
      );
      const breaches = draft.summary.guards.filter((guard) => !guard.ok);
      const run = await store.updateRun(created.id, {
        status: breaches.length > 0 ? 'breached' : 'planned',
        files: describeFiles(sources, records.rowsByFile),
        summary: draft.summary,
        statistics: target.meter.read(target.throttle.limitPerMinute, target.throttle.throttled),
        message: breaches.length > 0 ? breaches.map((breach) => breach.message).join(' ') : null,
        folder,
      });
      await storeReport(store, run, context.now());
      return run;
    } finally {
      draft.close();
    }
  } finally {
    records.close();
  }
}

function describeFiles(sources: readonly SourceFile[], rows: readonly number[] | null): readonly RunFile[] {
  return sources.map(({ profile, layoutName }, index) => ({
    path: path.resolve(profile.path),
    name: profile.name,
    bytes: profile.bytes,
    digest: profile.digest,
    rows: rows?.[index] ?? 0,
    layout: layoutName,
  }));
}
