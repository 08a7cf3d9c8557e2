/** What a worker says of itself on a terminal. */

import { expect, it } from 'vitest';
import { describeWorker } from '../../src/cli/show-worker.js';
import { parseJob } from '../../src/job/load.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const CONFIG = {
  redisUrl: 'rediss://worker:geheim@redis.example:6380/2',
  redisPrefix: 'ninja-sync',
  stateUrl: undefined,
  dataDir: '/srv/data',
  jobsDir: '/srv/jobs',
  url: undefined,
};
const job = (name: string, text: string) =>
  parseJob(`columns: { name: Company }\n${text}`, `/srv/jobs/${name}.yaml`, { layouts: [] });

it('names everything that it works with, and no password', () => {
  const jobs = [
    job('crm', 'schedule: { cron: "30 2 * * *", timezone: Europe/Berlin }'),
    job('shop', 'drop: { folder: drops/shop, pattern: "customers-*.csv" }'),
    job('backfill', ''),
  ];
  const facts = { jobs, concurrency: 2, health: 'http://127.0.0.1:9464', isReachable: true };
  expect(describeWorker(CONFIG, facts, NOW)).toEqual([
    `Worker, process ${process.pid}: 2 runs at a time.`,
    '  Redis    rediss://worker:***@redis.example:6380/2, keys ninja-sync:…',
    '  State    /srv/data',
    '  Target   as each job says',
    '  Health   http://127.0.0.1:9464/readyz, /healthz, /metrics',
    '  Jobs     crm: "30 2 * * *", next 2026-11-24 02:30 Europe/Berlin',
    '           shop: customers-*.csv in /srv/drops/shop',
    '           backfill: when somebody enqueues it',
    'Ctrl-C stops it between two requests; the next worker goes on.',
  ]);
});

it('says what is missing', () => {
  const lines = describeWorker(CONFIG, { jobs: [], concurrency: 1, health: null, isReachable: false }, NOW);
  expect(lines[0]).toContain('1 run at a time');
  expect(lines[1]).toContain('CANNOT BE REACHED');
  expect(lines[4]).toBe('  Health   none');
  expect(lines[5]).toBe('  Jobs     none in /srv/jobs');
});
