/** Files and target read and compared: what a plan, and the proof that nothing is left, have in common. */

import path from 'node:path';
import type { Job } from '../job/schema.js';
import { inSpan } from '../tracing.js';
import type { RunContext, Target } from './context.js';
import { openDocumentResolver } from './documents.js';
import { isSameExport } from './file-facts.js';
import { draftPlan } from './planning.js';
import type { DraftPlan } from './planning-input.js';
import { collectRecords } from './records.js';
import type { ReadProgress } from './records.js';
import { matchKeysOf } from './sources.js';
import type { SourceFile } from './sources.js';

export interface DraftOptions {
  readonly requestsPerMinute: number | null;
  readonly onReading?: (progress: ReadProgress) => void;
  readonly onPlanning?: (phase: 'snapshot' | 'comparing', done: number, total: number) => void;
}

/** Earlier runs that a file is held against. */
const HISTORY_MAX = 5;

/**
 * Makes the plan and hands it over; afterwards nothing is left of it but what `use` kept.
 *
 * @throws SyncError when files or target cannot be read; `interrupted`
 */
export async function withDraft<Result>(
  context: RunContext,
  target: Target,
  job: Job,
  sources: readonly SourceFile[],
  { requestsPerMinute, onReading, onPlanning }: DraftOptions,
  use: (draft: DraftPlan) => Promise<Result>,
): Promise<Result> {
  const { store, signal } = context;
  const { key } = target;
  const folder = path.join(context.dataDir, 'tmp');
  const records = await inSpan('read', () =>
    collectRecords(sources, folder, {
      allowEmpty: true,
      signal,
      ...(onReading === undefined ? {} : { onProgress: onReading }),
    }),
  );
  const documents = openDocumentResolver(sources.map((source) => source.profile));
  try {
    const history = await store.findHistory(key, job.name, HISTORY_MAX);
    // Another try has the same files: what it saw of absences is known already. A plan that nobody applied said nothing.
    const begun = await store.findBegun(key, job.name, history[0]?.id ?? 0);
    const files = sources.map((source) => source.profile);
    const draft = await draftPlan({
      job,
      sources,
      levels: matchKeysOf(job, sources),
      records,
      target: key,
      ninja: target.ninja,
      codes: target.codes,
      owned: await store.readOwned(key, job.name),
      readBaselines: (ids) => store.readBaselines(key, job.name, ids),
      history,
      isRepeated: [...begun, ...history.slice(0, 1)].some((run) => isSameExport(files, run)),
      documents,
      requestsPerMinute,
      folder,
      now: context.now(),
      onProgress: ({ phase, done, total }) => onPlanning?.(phase, done, total),
      signal,
    });
    try {
      return await use(draft);
    } finally {
      draft.close();
    }
  } finally {
    records.close();
    await documents.close();
  }
}
