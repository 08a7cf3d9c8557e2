/** The report of a stored run, written beside its rejects. */

import { inSpan } from '../../tracing.js';
import type { RunContext } from '../context.js';
import { storeOutputs } from '../files/outputs.js';
import type { RunReport } from './data.js';
import type { Run, Store } from '../store.js';
import { nextSteps } from './next.js';
import { writeReport } from './write.js';

/** More than this makes a page that no browser shows; the store has them all. */
const LISTED_MAX = 5000;

/** Writes the report of a run that has a folder, for other machines into the file store as well. */
export async function storeReport(
  context: Pick<RunContext, 'store' | 'files' | 'now' | 'onNotice'>,
  run: Run,
): Promise<void> {
  const { folder, summary } = run;
  if (folder === null || summary === null) return;
  await inSpan('report', async () => {
    const { html, json } = await composeReport(context.store, run, folder, context.now());
    await storeOutputs(context, run.id, 'report', [html, json]);
  });
}

async function composeReport(store: Store, run: Run, folder: string, now: string): ReturnType<typeof writeReport> {
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
  return await writeReport(report, folder);
}

async function take<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) {
    list.push(item);
    if (list.length >= LISTED_MAX) break;
  }
  return list;
}
