/** A report with something of everything, whose numbers add up. */

import type { ContactChange } from '../../../src/plan/change.js';
import type { RunReport } from '../../../src/run/report/data.js';
import type { Run, RunRules, StoredChange } from '../../../src/run/store.js';
import { buildChange, buildFile, buildOutcome, buildRowOutcomes, buildStatistics, buildSummary } from '../build.js';

export const CONTACTS: readonly ContactChange[] = [
  { kind: 'keep', id: 'Kept1', label: 'Kim Keep', fields: [] },
  {
    kind: 'change',
    id: 'Changed1',
    label: 'Chris Change',
    fields: [{ field: 'phone', before: '+49 221 1', after: '+49 221 22' }],
  },
  {
    kind: 'add',
    id: null,
    label: 'Anna Add',
    fields: [
      { field: 'first_name', before: '', after: 'Anna' },
      { field: 'email', before: '', after: 'anna@acme.example' },
    ],
  },
  { kind: 'remove', id: 'Removed1', label: 'Rob Remove', fields: [] },
];

export function buildRules(over: Partial<RunRules> = {}): RunRules {
  const cap = { count: 50, ratio: 0.05 };
  return {
    concurrency: 4,
    requestsPerMinute: null,
    policy: {
      create: true,
      update: true,
      restore: false,
      missing: { then: 'archive', after: 1 },
      contacts: 'merge',
      winner: { default: 'source', fields: {} },
    },
    guards: {
      archive: cap,
      delete: cap,
      update: cap,
      create: cap,
      rejects: cap,
      namesakes: 0.2,
      rows: 0.2,
      fields: 10,
      failures: cap,
    },
    canary: null,
    ...over,
  };
}

export function buildRun(over: Partial<Run> = {}): Run {
  return {
    id: 7,
    job: 'acme-crm',
    target: 'https://ninja.example',
    status: 'done',
    createdAt: '2025-03-04T05:00:00.000Z',
    updatedAt: '2025-03-04T05:06:09.000Z',
    files: [buildFile(), buildFile({ name: 'contacts.csv', path: '/srv/exports/contacts.csv', rows: 0 })],
    undoes: null,
    request: null,
    stop: null,
    progress: null,
    rules: buildRules(),
    summary: buildSummary(),
    rowOutcomes: buildRowOutcomes({ created: 12, updated: 32, unchanged: 1, rejected: 2, failed: 1, skipped: 2 }),
    statistics: buildStatistics(),
    message: null,
    folder: '/srv/data/runs/7',
    prunedAt: null,
    ...over,
  };
}

/** 12 creates, 30 updates (one of them failed), 2 archives. */
export function buildChanges(): readonly StoredChange[] {
  const create = Array.from({ length: 12 }, (_, index) => {
    const change = buildChange(index + 1, 'create', {
      label: `New client ${index + 1}`,
      reason: 'no client has this ID number',
      fields: [
        { field: 'name', before: '', after: `New client ${index + 1}` },
        { field: 'id_number', before: '', after: `N-${index + 1}` },
      ],
    });
    return { change, status: 'done' as const, outcome: buildOutcome(change.seq, 'created') };
  });
  const update = Array.from({ length: 30 }, (_, index) => {
    const change = buildChange(index + 13, 'update', index === 3 ? { contacts: CONTACTS } : {});
    return {
      change,
      status: 'done' as const,
      outcome:
        index === 5
          ? buildOutcome(change.seq, 'failed', { reason: 'The server refused the name.' })
          : buildOutcome(change.seq),
    };
  });
  const archive = [43, 44].map((seq) => {
    const change = buildChange(seq, 'archive', { rows: [], fields: [], reason: 'no longer in the export' });
    return { change, status: 'done' as const, outcome: buildOutcome(seq, 'archived') };
  });
  return [...create, ...update, ...archive];
}

export function buildReport(over: Partial<RunReport> = {}): RunReport {
  return {
    generatedAt: '2025-03-04T05:06:10.000Z',
    run: buildRun(),
    changes: buildChanges(),
    rejects: [
      {
        row: { file: 0, line: 12 },
        column: 'E-mail',
        code: 'invalid-email',
        value: 'jane@@acme',
        hint: 'Write one address, such as jane@acme.example.',
      },
      {
        row: { file: 1, line: 9 },
        column: null,
        code: 'broken-quote',
        value: '"Müller, Köln',
        hint: 'Close the quote.',
      },
    ],
    warnings: [
      {
        row: { file: 0, line: 20 },
        column: 'Name',
        code: 'text-cut',
        value: 'Ä'.repeat(200),
        hint: 'The server keeps 191 characters.',
      },
    ],
    skips: [{ row: { file: 0, line: 33 }, code: 'blank-row', reason: 'The row is blank.' }],
    skippedRecords: [
      { rows: [{ file: 0, line: 34 }], clientId: 'Arch1', label: 'Old Friend', reason: 'The client is archived.' },
    ],
    leftOut: 0,
    next: ['Mend the 2 rows in `rejects.csv` and run `ninja-sync run acme-crm` again.', 'Look at the failed change.'],
    ...over,
  };
}
