/**
 * What a worker counts, for Prometheus. The registry is its own, so that several workers in one process do not mix.
 *
 * Invariant: labels come from closed lists, from the names of job files, or from the addresses of targets, which hold no
 * secrets; never from rows, runs or messages.
 */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestReport } from '../ninja/http.js';
import type { ChangeKind, OutcomeKind } from '../plan/change.js';
import type { Throttle } from '../push/throttle.js';
import type { Run } from '../run/store.js';
import { createMinuteCount } from './minute-count.js';
import type { MinuteCount } from './minute-count.js';

/** What is asked when somebody reads the metrics. One that does not answer leaves its metrics away, and no others. */
export interface MetricSources {
  /** Jobs of the queue by state. */
  readonly queueDepth: () => Promise<Readonly<Record<string, number>>>;
  /** When each schedule is due next, milliseconds since 1970. */
  readonly schedules: () => Promise<readonly { readonly job: string; readonly next: number }[]>;
  /** When each job was through the last time, milliseconds since 1970. */
  readonly goodRuns: () => Promise<readonly { readonly job: string; readonly at: number }[]>;
  readonly drops: () => readonly { readonly job: string; readonly waiting: number; readonly oldestMs: number }[];
  readonly activeRuns: () => number;
}

export interface WorkerMetrics {
  readonly contentType: string;
  countRun(run: Pick<Run, 'job' | 'status' | 'rowOutcomes'>): void;
  countChange(kind: ChangeKind, outcome: OutcomeKind): void;
  countRequest(target: string, report: Pick<RequestReport, 'status' | 'ms'>): void;
  /** From now on this is what keeps the rate limit of the target. */
  watchThrottle(target: string, throttle: Pick<Throttle, 'limitPerMinute'>): void;
  /** Whether the rate limit is kept together with the other workers. */
  noteThrottle(shared: boolean): void;
  /** In the text format of Prometheus. */
  render(sources: MetricSources): Promise<string>;
}

interface TargetRate {
  throttle: Pick<Throttle, 'limitPerMinute'> | null;
  readonly sent: MinuteCount;
}

/** Targets that are remembered at a time. */
const TARGETS_MAX = 1000;
const SOURCE_MS = 2000;
const REQUEST_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** @param now milliseconds since 1970 */
export function createMetrics(now: () => number): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const count = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name: `ninja_sync_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> =>
    new Gauge({ name: `ninja_sync_${name}`, help, labelNames: [...labelNames], registers: [registry] });

  const runs = count('runs_total', 'Runs that came to an end at this worker.', ['job', 'status']);
  const rows = count('rows_total', 'Rows of runs that are done, by what became of them.', ['outcome']);
  const changes = count('changes_total', 'Changes that have their outcome.', ['kind', 'outcome']);
  const requests = count('requests_total', 'Requests to targets by HTTP status; "none": no answer.', ['status']);
  const requestSeconds = new Histogram({
    name: 'ninja_sync_request_seconds',
    help: 'How long requests took, from the first byte sent to the last one received.',
    buckets: REQUEST_SECONDS,
    registers: [registry],
  });
  const limit = gauge('requests_per_minute_limit', 'Requests a minute that all workers may send.', ['target']);
  const used = gauge('throttle_used_ratio', 'Share of that limit that this worker used in the last minute.', [
    'target',
  ]);
  const shared = gauge('throttle_shared', '1: the limit is kept with the other workers; 0: alone, Redis is away.', []);
  const depth = gauge('queue_depth', 'Runs in the queue of all workers.', ['state']);
  const lag = gauge('schedule_lag_seconds', 'How long a run of a schedule is overdue.', ['job']);
  const waiting = gauge('drop_waiting_files', 'Files in the drop folder that were not taken yet.', ['job']);
  const oldest = gauge('drop_oldest_seconds', 'How long the oldest of them has been there.', ['job']);
  const sinceGood = gauge('seconds_since_good_run', 'Since the last run of the job that was through.', ['job']);
  const active = gauge('active_runs', 'Runs at work at this worker.', []);
  shared.set(1);

  const targets = new Map<string, TargetRate>();
  const targetOf = (url: string): TargetRate => {
    const known = targets.get(url) ?? { throttle: null, sent: createMinuteCount(now) };
    if (targets.size < TARGETS_MAX) targets.set(url, known);
    return known;
  };

  function readThrottles(): void {
    for (const [target, { throttle, sent }] of targets) {
      const perMinute = throttle?.limitPerMinute ?? null;
      if (perMinute === null) continue;
      limit.set({ target }, perMinute);
      used.set({ target }, sent.read() / perMinute);
    }
  }

  /** A job has one drop folder. */
  function readDrops({ drops }: MetricSources): void {
    for (const { job, waiting: files, oldestMs } of drops()) {
      waiting.set({ job }, files);
      oldest.set({ job }, oldestMs / 1000);
    }
  }

  async function readSources(sources: MetricSources): Promise<void> {
    const { queueDepth, schedules, goodRuns, activeRuns } = sources;
    for (const stale of [depth, lag, waiting, oldest, sinceGood]) stale.reset();
    active.set(activeRuns());
    readDrops(sources);
    readThrottles();
    await Promise.all([
      ask(queueDepth, (states) => {
        for (const [state, jobs] of Object.entries(states)) depth.set({ state }, jobs);
      }),
      ask(schedules, (due) => {
        for (const { job, next } of due) lag.set({ job }, Math.max(0, now() - next) / 1000);
      }),
      ask(goodRuns, (good) => {
        for (const { job, at } of good) sinceGood.set({ job }, Math.max(0, now() - at) / 1000);
      }),
    ]);
  }

  let reading: Promise<string> | null = null;
  return {
    contentType: registry.contentType,
    countRun: ({ job, status, rowOutcomes }) => {
      runs.inc({ job, status });
      if (status !== 'done' || rowOutcomes === null) return;
      for (const [outcome, number] of Object.entries(rowOutcomes)) rows.inc({ outcome }, number);
    },
    countChange: (kind, outcome) => changes.inc({ kind, outcome }),
    countRequest: (target, { status, ms }) => {
      requests.inc({ status: status === null ? 'none' : String(status) });
      requestSeconds.observe(ms / 1000);
      targetOf(target).sent.count();
    },
    watchThrottle: (target, throttle) => {
      targetOf(target).throttle = throttle;
    },
    noteThrottle: (isShared) => shared.set(isShared ? 1 : 0),
    // Who asks while others are being answered gets the same answer.
    render: (sources) => {
      reading ??= readSources(sources)
        .then(() => registry.metrics())
        .finally(() => {
          reading = null;
        });
      return reading;
    },
  };
}

/** Never rejects. */
async function ask<Answer>(source: () => Promise<Answer>, take: (answer: Answer) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), SOURCE_MS);
  });
  try {
    take(await Promise.race([source(), late]));
  } catch {
    // Its metrics are away, which is what alerts see.
  } finally {
    clearTimeout(timer);
  }
}
