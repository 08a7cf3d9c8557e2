/** The report of a stored run, written beside its rejects. */

import type { RunReport } from './data.js';
import type { Run, Store, StoredChange } from '../store.js';
import { writeReport } from './write.js';

/** More than this makes a page that no browser shows; the store has them all. */
const LISTED_MAX = 5000;

/** Writes the report of a run that has a folder; returns the path of the page. */
export async function storeReport(store: Store, run: Run, now: string): Promise<string | null> {
  if (run.folder === null || run.summary === null) return null;
  const changes = await take(store.readChanges(run.id));
  const rejects = await take(store.readRejects(run.id));
  const warnings = await take(store.readWarnings(run.id));
  const skips = await take(store.readSkips(run.id));
  const skippedRecords = await take(store.readSkippedRecords(run.id));
  const report: RunReport = {
    generatedAt: now,
    run,
    changes: changes.list,
    rejects: rejects.list,
    warnings: warnings.list,
    skips: skips.list,
    skippedRecords: skippedRecords.list,
    leftOut: [changes, rejects, warnings, skips, skippedRecords].reduce((sum, part) => sum + part.leftOut, 0),
    next: nextSteps(run, changes.list),
  };
  const { html } = await writeReport(report, run.folder);
  return html;
}

async function take<Item>(items: AsyncIterable<Item>): Promise<{ list: readonly Item[]; leftOut: number }> {
  const list: Item[] = [];
  let leftOut = 0;
  for await (const item of items) {
    if (list.length < LISTED_MAX) list.push(item);
    else leftOut += 1;
  }
  return { list, leftOut };
}

/** What a person does next, one sentence each. */
export function nextSteps(run: Run, changes: readonly StoredChange[]): readonly string[] {
  const counts = run.summary?.counts;
  if (counts === undefined) return [];
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
