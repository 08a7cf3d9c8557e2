/** What failed, sent again. */

import { applyHeld } from './apply-run.js';
import type { ApplyOptions } from './apply-run.js';
import type { RunContext, Target } from './context.js';
import type { Run } from './store.js';

/**
 * Sends the changes of a run again that failed or were refused, and what was left unsent. A create that is there by now is
 * completed.
 *
 * @throws SyncError as `applyRun`; `run-not-appliable` also when there is no such change
 */
export async function retryRun(context: RunContext, target: Target, run: Run, options: ApplyOptions): Promise<Run> {
  return await applyHeld(context, target, run, { ...options, retries: true });
}
