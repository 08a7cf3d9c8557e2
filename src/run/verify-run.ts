/** The proof of a run: the same files planned again against the target as it is now. */

import path from 'node:path';
import type { Job } from '../job/schema.js';
import type { FileOverrides } from '../source/profile.js';
import type { RunContext, Target } from './context.js';
import { draftPlan } from './planning.js';
import { collectRecords } from './records.js';
import { matchKeysOf, openSources } from './sources.js';

/** Changes that planning the files again would make; nothing is stored. */
export async function countRemaining(
  context: RunContext,
  target: Target,
  job: Job,
  paths: readonly string[],
  overrides: FileOverrides = {},
): Promise<number> {
  const folder = path.join(context.dataDir, 'tmp');
  const sources = await openSources(paths, job, overrides);
  const records = await collectRecords(sources, folder, () => {}, context.signal);
  try {
    const draft = await draftPlan({
      job,
      levels: matchKeysOf(job, sources),
      records,
      ninja: target.ninja,
      codes: target.codes,
      owned: await context.store.readOwned(target.ninja.url, job.name),
      requestsPerMinute: null,
      folder,
      now: context.now(),
      onProgress: ({ phase, done, total }) => {
        if (phase === 'snapshot') context.onProgress({ phase: 'verifying', done, total, unit: 'clients' });
      },
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    });
    draft.close();
    const { counts } = draft.summary;
    return counts.create + counts.update + counts.restore + counts.archive + counts.delete;
  } finally {
    records.close();
  }
}
