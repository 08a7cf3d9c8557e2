/** The proof of a run: the same files planned again against the target as it is now. */

import type { Job } from '../job/schema.js';
import type { FileOverrides } from '../source/profile.js';
import type { RunContext, Target } from './context.js';
import { withDraft } from './draft.js';
import { openSources } from './sources.js';

/** Changes that planning the files again would make; nothing is stored. */
export async function countRemaining(
  context: RunContext,
  target: Target,
  job: Job,
  paths: readonly string[],
  overrides: FileOverrides = {},
): Promise<number> {
  const sources = await openSources(paths, job, overrides);
  const options = {
    requestsPerMinute: null,
    onPlanning: (phase: string, done: number, total: number): void => {
      if (phase === 'snapshot') context.onProgress({ phase: 'verifying', done, total, unit: 'clients' });
    },
  };
  return withDraft(context, target, job, sources, options, async ({ summary }) => {
    const { create, update, restore, upload, archive, delete: deletes } = summary.counts;
    return create + update + restore + upload + archive + deletes;
  });
}
