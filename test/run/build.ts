/** Builders of the values that runs store and report, for the tests of this folder. */

import type { Change, ChangeKind, Outcome, OutcomeKind, PlanSummary } from '../../src/plan/change.js';
import type { Client } from '../../src/plan/client.js';
import type { RunRequest } from '../../src/run/request.js';
import type {
  Claim,
  PlannedChange,
  PlanParts,
  RequestStatistics,
  RowOutcomes,
  RunFile,
  RunRules,
} from '../../src/run/store.js';

export const NO_PARTS: PlanParts = {
  changes: [],
  rejects: [],
  warnings: [],
  skips: [],
  skippedRecords: [],
  claims: [],
};

export function buildFile(over: Partial<RunFile> = {}): RunFile {
  return {
    path: '/srv/exports/companies.csv',
    name: 'companies.csv',
    bytes: 5120,
    digest: 'ab'.repeat(32),
    rows: 50,
    layout: 'hubspot-companies',
    columns: ['Name', 'City'],
    endsWithLineEnd: true,
    lastKeys: ['id_number:a-50'],
    partial: false,
    ...over,
  };
}

export function buildClient(over: Partial<Client> = {}): Client {
  return {
    id: 'VolejRejNm',
    state: 'active',
    updatedAt: 1_700_000_000,
    createdAt: 1_600_000_000,
    balance: 12.5,
    fields: { name: 'Acme', city: 'Köln' },
    settings: { currency_id: '3', nested: { list: [1, null, 'x'] } },
    contacts: [
      {
        id: 'Wpmbk5ezJn',
        first_name: 'Jane',
        last_name: 'Doe',
        email: 'jane@acme.example',
        phone: '',
        custom_value1: '',
        custom_value2: '',
        custom_value3: '',
        custom_value4: '',
        is_primary: true,
        send_email: true,
      },
    ],
    ...over,
  };
}

export function buildChange(seq: number, kind: ChangeKind = 'update', over: Partial<Change> = {}): Change {
  const before = kind === 'create' ? null : buildClient({ id: `client${seq}` });
  return {
    seq,
    kind,
    clientId: before?.id ?? null,
    label: `Client ${seq}`,
    rows: [{ file: 0, line: seq + 1 }],
    reason: 'city differs',
    fields: [{ field: 'city', before: 'Köln', after: 'Bonn' }],
    contacts: [{ kind: 'keep', id: 'Wpmbk5ezJn', label: 'Jane Doe', fields: [] }],
    before,
    ...over,
  };
}

/** Changes as a plan hands them to the store. */
export function toPlanned(changes: readonly Change[]): readonly PlannedChange[] {
  return changes.map((change) => ({ seq: change.seq, body: JSON.stringify(change) }));
}

export function buildOutcome(seq: number, kind: OutcomeKind = 'updated', over: Partial<Outcome> = {}): Outcome {
  return { seq, kind, clientId: `client${seq}`, reason: 'done', at: '2025-03-04T05:06:07.000Z', ...over };
}

export function buildRowOutcomes(over: Partial<RowOutcomes> = {}): RowOutcomes {
  return {
    created: 0,
    updated: 0,
    unchanged: 0,
    archived: 0,
    restored: 0,
    uploaded: 0,
    deleted: 0,
    rejected: 0,
    failed: 0,
    skipped: 0,
    ...over,
  };
}

export function buildSummary(over: Partial<PlanSummary> = {}): PlanSummary {
  return {
    counts: {
      rows: 50,
      records: 46,
      clients: 1200,
      create: 12,
      update: 30,
      restore: 0,
      upload: 0,
      archive: 2,
      delete: 0,
      documents: 0,
      conflicts: 0,
      absent: 0,
      unchanged: 1,
      rejectedRows: 3,
      skippedRows: 2,
      unchangedRows: 1,
      warnings: 1,
    },
    guards: [
      { guard: 'archive', ok: true, measured: 2, limit: 50, message: '2 of 1200 clients would be archived, limit 50.' },
    ],
    requests: 43,
    minutes: 0.2,
    requestsPerMinute: 300,
    digest: 'cd'.repeat(32),
    target: 'https://ninja.example',
    newestUpdate: 1_700_000_000,
    missingSuspended: false,
    plannedAt: '2025-03-04T05:00:00.000Z',
    ...over,
  };
}

export function buildStatistics(over: Partial<RequestStatistics> = {}): RequestStatistics {
  return {
    requests: 43,
    throttled: 1,
    seconds: 9.5,
    buckets: [10, 12, 12, 9],
    bucketSeconds: 2.5,
    limitPerMinute: 300,
    ...over,
  };
}

export function buildRequest(over: Partial<RunRequest> = {}): RunRequest {
  return {
    paths: ['/srv/exports/companies.csv'],
    overrides: {},
    origin: 'enqueue',
    priority: 0,
    notBefore: null,
    window: null,
    share: 1,
    approved: false,
    allow: [],
    ...over,
  };
}

export function buildRules(over: Partial<RunRules> = {}): RunRules {
  const cap = { count: 50, ratio: 0.05 };
  return {
    concurrency: 4,
    requestsPerMinute: null,
    policy: {
      create: true,
      update: true,
      restore: false,
      missing: { then: 'archive', after: 2 },
      contacts: 'merge',
      winner: { default: 'source', fields: { phone: 'target' } },
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
      failures: { count: 10, ratio: 0.02 },
    },
    canary: { ratio: 0.01, min: 5, max: 50 },
    ...over,
  };
}

/** A claim of a client that needs no change and of which nothing is known but that it is the job's own. */
export function buildClaim(clientId: string | null, over: Partial<Claim> = {}): Claim {
  return { change: null, clientId, baseline: null, baselineHash: 0, absences: 0, ...over };
}
