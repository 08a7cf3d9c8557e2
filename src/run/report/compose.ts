/** The report of a stored run, written beside its rejects. */

import type { RunReport } from './data.js';
import type { Run, Store, StoredChange } from '../store.js';
import { isRehearsal } from '../rehearsal-name.js';
import { writeReport } from './write.js';

/** More than this makes a page that no browser shows; the store has them all. */
const LISTED_MAX = 5000;

/** Writes the report of a run that has a folder; returns the path of the page. */
export async function storeReport(store: Store, run: Run, now: string): Promise<string | null> {
  if (run.folder === null || run.summary === null) return null;
  const counts = await store.countParts(run.id);
  const listed = {
    changes: await take(store.readChanges(run.id)),
    rejects: await take(store.readRejects(run.id)),
    warnings: await take(store.readWarnings(run.id)),
    skips: await take(store.readSkips(run.id)),
    skippedRecords: await take(store.readSkippedRecords(run.id)),
  };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shown = Object.values(listed).reduce((sum, list) => sum + list.length, 0);
  const report: RunReport = {
    generatedAt: now,
    run,
    ...listed,
    leftOut: total - shown,
    next: nextSteps(run, listed.changes),
  };
  const { html } = await writeReport(report, run.folder);
  return html;
}

async function take<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) {
    list.push(item);
    if (list.length >= LISTED_MAX) break;
  }
  return list;
}

/** What a person does next, one sentence each. */
export function nextSteps(run: Run, changes: readonly StoredChange[]): readonly string[] {
  const counts = run.summary?.counts;
  if (counts === undefined) return [];
  // Its number may be that of another run in the real folder.
  if (isRehearsal(run.target))
    return ['This was a rehearsal on a copy. For real: `ninja-sync run` with the same files and job.'];
  const steps: string[] = [];
  const planned = counts.create + counts.update + counts.restore + counts.archive + counts.delete;
  const breaches = (run.summary?.guards ?? []).filter((guard) => !guard.ok);
  if (run.status === 'breached') {
    steps.push(
      `Look at what crosses the limits. If it is right: \`ninja-sync apply ${run.id} ${breaches.map((guard) => `--allow ${guard.guard}`).join(' ')}\`.`,
    );
  }
  if (run.status === 'planned' && planned > 0) steps.push(`Carry the plan out: \`ninja-sync apply ${run.id}\`.`);
  if (run.status === 'interrupted' || run.status === 'failed')
    steps.push(`Go on with the rest: \`ninja-sync apply ${run.id}\`.`);
  if (run.summary?.missingSuspended === true) {
    steps.push(
      'No client was archived or deleted as missing, because a rejected row may be any of them: correct the rejected rows first.',
    );
  }
  if (counts.rejectedRows > 0) {
    steps.push(`Correct the rejected rows and feed them in again: \`ninja-sync rejects ${run.id} > rejects.csv\`.`);
  }
  if (changes.some(({ outcome }) => outcome?.kind === 'failed' || outcome?.kind === 'rejected')) {
    steps.push(
      'Look at the changes that failed, then plan again with the same file: what is done already is not done twice.',
    );
  }
  if (steps.length === 0) steps.push('There is nothing to do: the target holds what the file says.');
  return steps;
}
