/** What `status` says, line by line. */

import { describe, expect, it } from 'vitest';
import { describeOne, describeOverview } from '../../src/cli/show-status.js';
import type { Run } from '../../src/run/store.js';
import type { Overview, QueueState } from '../../src/worker/overview.js';
import { buildRequest } from '../run/build.js';
import { buildRun } from '../run/report/build.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const NOTHING: Overview = { active: [], waiting: [], parked: [], stopped: [], lastGood: [] };
const QUEUE: QueueState = { paused: false, waiting: 0, active: 0, delayed: 0, workers: 2, schedules: [] };

const run = (id: number, over: Partial<Run> = {}): Run =>
  buildRun({ id, job: 'crm', request: buildRequest(), message: null, ...over });

const PUSHING = {
  status: 'pushing',
  progress: {
    phase: 'pushing',
    done: 120,
    total: 480,
    unit: 'changes',
    ratePerMinute: 360,
    at: '2026-11-23T12:00:00.000Z',
  },
} as const;

describe('describeOverview', () => {
  it('of nothing is one line', () => {
    expect(describeOverview(NOTHING, QUEUE, [], NOW)).toEqual([
      'Runs: 0 at work, 0 waiting, 0 for a person. 2 workers.',
    ]);
  });

  it.each([
    [{ ...QUEUE, workers: 0 }, 'No worker is up: ninja-sync worker'],
    [{ ...QUEUE, workers: 1, paused: true }, '1 worker. The queue is paused: ninja-sync resume --all'],
    [null, 'Redis cannot be reached: nobody knows about workers.'],
  ])('says how the queue is', (queue, expected) => {
    expect(describeOverview(NOTHING, queue, [], NOW)[0]).toContain(expected);
  });

  it('shows what is at work with its progress, and everything else by what it waits for', () => {
    const overview: Overview = {
      active: [run(4, { ...PUSHING, stop: 'cancel' }), run(5, { status: 'reading', request: null })],
      parked: [run(3, { status: 'awaiting-approval', message: 'The job wants a person to look at each plan.' })],
      stopped: [run(2, { status: 'interrupted', stop: 'pause' })],
      waiting: [run(6, { status: 'queued', request: buildRequest({ origin: 'drop', priority: 2 }) })],
      lastGood: [run(1, { status: 'done', updatedAt: new Date(NOW - 7_200_000).toISOString() })],
    };
    const next = [
      { job: 'crm', timezone: 'Europe/Berlin', next: Date.UTC(2026, 10, 24, 1, 30) },
      { job: 'shop', timezone: 'UTC', next: NOW - 1 },
    ];
    expect(describeOverview(overview, QUEUE, next, NOW).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      'Runs: 2 at work, 1 waiting, 1 for a person, 1 paused. 2 workers.',
      '',
      'At work',
      '  4  crm  pushing  by enqueue. It is to end between two changes: somebody cancelled it.',
      '  Applying  ██████░░░░░░░░░░░░░░░░░░ 120 of 480 changes (6 changes/s, 60 s left)',
      '  5  crm  reading  by a command',
      '',
      'For a person',
      '  3  crm  awaiting-approval  The job wants a person to look at each plan.',
      '',
      'Paused',
      '  2  crm  interrupted  It is paused.',
      '',
      'Waiting',
      '  6  crm  queued  by a dropped file, priority 2',
      '',
      'Jobs',
      '  crm  last good run 1, 2 h ago; next 2026-11-24 02:30 Europe/Berlin',
      '  shop  no good run yet; due now',
    ]);
  });

  it('shows ten of a thousand', () => {
    const waiting = Array.from({ length: 1000 }, (_, nth) => run(nth + 1, { status: 'queued' }));
    const lines = describeOverview({ ...NOTHING, waiting }, QUEUE, [], NOW);
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)?.trim()).toBe('… and 990 more');
  });
});

describe('describeOne', () => {
  it('says what was asked for and how far it is', () => {
    const request = buildRequest({
      notBefore: '2026-11-23T22:00:00.000Z',
      window: { hours: '22:00-06:00', timezone: 'Europe/Berlin' },
      share: 0.5,
      approved: true,
      allow: ['archive', 'rows'],
    });
    expect(describeOne(run(7, { ...PUSHING, request, stop: 'pause', createdAt: '2026-11-23T10:00:00.000Z' }))).toEqual([
      'Run 7 of crm is pushing.',
      'Asked for by enqueue, not before 2026-11-23 22:00:00 UTC, sending 22:00-06:00 Europe/Berlin only, ' +
        'with 50 % of the rate limit, approved, allowing archive, rows; 2026-11-23 10:00:00 UTC.',
      'It is to pause between two changes.',
      'Applying                 ██████░░░░░░░░░░░░░░░░░░ 120 of 480 changes (6 changes/s, 60 s left)',
    ]);
  });

  it('of a run of a command is short', () => {
    expect(describeOne(run(7, { status: 'failed', request: null, message: 'The target is down.' }))).toEqual([
      'Run 7 of crm is failed: The target is down.',
    ]);
  });
});
