/** What a person does after a run. */

import { isRehearsal } from '../rehearsal-name.js';
import type { Run, StoredChange } from '../store.js';

/**
 * One sentence each, commands in back-ticks; most urgent first.
 *
 * @param changes those that are known; without any, rows say whether a change failed
 * @param later the run that was applied since, so that nothing more of this one is sent
 */
export function nextSteps(run: Run, changes: readonly StoredChange[], later?: Run): readonly string[] {
  if (run.prunedAt !== null) return [];
  const counts = run.summary?.counts;
  if (counts === undefined) return run.request === null ? [] : stepsAtWorkers(run);
  // Its number may be that of another run in the real folder.
  if (isRehearsal(run.target))
    return ['This was a rehearsal on a copy. For real: `ninja-sync run` with the same files and job.'];
  const isOvertaken = later !== undefined && !ENDED.has(run.status);
  const steps = isOvertaken
    ? [`Run ${later.id} of the job was applied since, so nothing more of this one is sent: plan again.`]
    : [...(run.request === null ? stepsOfStatus(run) : stepsAtWorkers(run))];
  if (run.summary?.missingSuspended === true) {
    steps.push(
      'No client was archived or deleted as missing, because a rejected row may be any of them: correct the rejected rows first.',
    );
  }
  if (counts.rejectedRows > 0) {
    steps.push(`Correct the rejected rows and feed them in again: \`ninja-sync rejects ${run.id} > rejects.csv\`.`);
  }
  if (run.status === 'done' && countSkipped(run) > 0) {
    steps.push('What was skipped had changed in Invoice Ninja meanwhile: plan again with the same files to see it.');
  }
  if (later === undefined && hasRefused(run, changes)) {
    steps.push(`When the cause of what failed is gone, send that again: \`ninja-sync retry ${run.id}\`.`);
  }
  if (run.status === 'done' && hasWritten(run, changes))
    steps.push(`If this was wrong, plan the way back: \`ninja-sync undo ${run.id}\`.`);
  if (steps.length === 0) {
    const why = run.undoes === null ? 'the target holds what the file says' : 'nothing is left that can be undone';
    steps.push(`There is nothing to do: ${why}.`);
  }
  return steps;
}

const ENDED: ReadonlySet<Run['status']> = new Set(['done', 'rejected', 'cancelled']);

/** Rows that were planned and not sent. */
function countSkipped({ rowOutcomes, summary }: Run): number {
  return (rowOutcomes?.skipped ?? 0) - (summary?.counts.skippedRows ?? 0);
}

/** Of a run that a worker carries out. */
function stepsAtWorkers(run: Run): readonly string[] {
  const { id, status, summary, stop } = run;
  if (stop === 'pause') return [`It is paused. Go on with it: \`ninja-sync resume ${id}\`.`];
  switch (status) {
    case 'breached':
    case 'awaiting-approval': {
      const allowed = run.request?.allow ?? [];
      const breaches = (summary?.guards ?? []).filter(({ ok, guard }) => !ok && !allowed.includes(guard));
      const allow = breaches.length === 0 ? '' : ` --allow ${breaches.map(({ guard }) => guard).join(' ')}`;
      return [
        `Look at ${allow === '' ? 'the plan' : 'what crosses the limits'}. If it is right: \`ninja-sync approve ${id}${allow}\`.`,
        `If it is not: \`ninja-sync reject ${id}\`.`,
      ];
    }
    case 'rejected':
    case 'cancelled':
      return ['Nothing more of it is sent. If it was right after all, enqueue the same files again.'];
    case 'failed':
      return [`When the cause is gone, a worker goes on with it: \`ninja-sync resume ${id}\`.`];
    case 'done':
      return [];
    default:
      return [`A worker goes on with it by itself: \`ninja-sync status ${id}\`.`];
  }
}

function stepsOfStatus({ id, status, summary }: Run): readonly string[] {
  switch (status) {
    case 'breached': {
      const allow = (summary?.guards ?? []).filter(({ ok }) => !ok).map(({ guard }) => `--allow ${guard}`);
      return [`Look at what crosses the limits. If it is right: \`ninja-sync apply ${id} ${allow.join(' ')}\`.`];
    }
    case 'awaiting-approval':
      return [`Look at the plan. If it is right: \`ninja-sync apply ${id}\`.`];
    case 'rejected':
    case 'cancelled':
      return ['Nothing more of it is sent. If it was right after all, plan again with the same files.'];
    case 'planned':
      return countPlanned(summary) > 0 ? [`Carry the plan out: \`ninja-sync apply ${id}\`.`] : [];
    case 'interrupted':
    case 'failed':
      return [`Go on with the rest: \`ninja-sync resume ${id}\`.`];
    case 'pushing':
    case 'verifying':
      return [`If its process is gone, go on with the rest: \`ninja-sync resume ${id}\`.`];
    default:
      return [];
  }
}

function countPlanned(summary: Run['summary']): number {
  if (summary === null) return 0;
  const { create, update, restore, upload, archive, delete: deletes } = summary.counts;
  return create + update + restore + upload + archive + deletes;
}

function hasRefused({ rowOutcomes, summary }: Run, changes: readonly StoredChange[]): boolean {
  const refusedRows = (rowOutcomes?.rejected ?? 0) - (summary?.counts.rejectedRows ?? 0);
  if ((rowOutcomes?.failed ?? 0) > 0 || refusedRows > 0) return true;
  return changes.some(({ outcome }) => outcome?.kind === 'failed' || outcome?.kind === 'rejected');
}

/** Archives and undos belong to no row: where nothing failed, what was planned was written. */
function hasWritten(run: Run, changes: readonly StoredChange[]): boolean {
  const rows = run.rowOutcomes;
  if (rows === null) return false;
  if (rows.created + rows.updated + rows.restored + rows.uploaded + rows.archived + rows.deleted > 0) return true;
  if (changes.length > 0) return changes.some(({ outcome }) => outcome !== null && isWritten(outcome.kind));
  return countPlanned(run.summary) > 0 && rows.failed === 0 && countSkipped(run) <= 0;
}

function isWritten(kind: string): boolean {
  return !['unchanged', 'rejected', 'failed', 'skipped'].includes(kind);
}
