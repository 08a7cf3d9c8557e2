/** Runs as messages speak of them. */

import type { PlanCounts } from '../../src/plan/change.js';
import type { Run } from '../../src/run/store.js';
import { buildFile, buildRequest, buildSummary } from '../run/build.js';

export const AT = '2026-03-02T06:00:00.000Z';

export function buildRun(over: Partial<Run> = {}): Run {
  return {
    id: 7,
    job: 'crm',
    target: 'https://ninja.example',
    status: 'done',
    createdAt: AT,
    updatedAt: AT,
    files: [buildFile()],
    undoes: null,
    request: buildRequest(),
    stop: null,
    progress: null,
    rules: null,
    summary: buildSummary(),
    rowOutcomes: null,
    statistics: null,
    message: null,
    folder: null,
    prunedAt: null,
    ...over,
  };
}

export function withCounts(counts: Partial<PlanCounts>): Pick<Run, 'summary'> {
  const summary = buildSummary();
  return { summary: { ...summary, counts: { ...summary.counts, ...counts } } };
}
