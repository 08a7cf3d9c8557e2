/**
 * Creates sent to a server with the hosted service's limit: how close to the limit, and how often it was crossed. The
 * window is six seconds instead of sixty; everything else is as it is for a person who runs `apply`.
 */

import path from 'node:path';
import { rm } from 'node:fs/promises';
import { loadJob } from '../src/job/load.js';
import { applyRun } from '../src/run/apply-run.js';
import { planRun } from '../src/run/plan-run.js';
import { openStore } from '../src/run/open-store.js';
import { openTarget } from '../src/run/target.js';
import { writeCsv } from './files.js';
import { round } from './measure.js';
import type { Line } from './measure.js';
import { startServer } from './processes.js';

export interface PushOptions {
  readonly rows: number;
  readonly folder: string;
  readonly jobPath: string;
}

const WINDOW_MS = 6_000;
const LIMIT = 500;
const CONCURRENCY = 4;

export async function benchPush({ rows, folder, jobPath }: PushOptions): Promise<readonly Line[]> {
  const file = path.join(folder, 'push.csv');
  await writeCsv(file, { rows });
  const server = await startServer('sandbox-server.js', [String(WINDOW_MS)]);
  const dataDir = path.join(folder, 'push-data');
  const store = await openStore({ dataDir });
  const target = await openTarget({ url: server.url, token: 'bench', windowMs: WINDOW_MS, concurrency: CONCURRENCY });
  try {
    const job = await loadJob(jobPath, folder, { layouts: [] });
    const context = { store, dataDir, now: () => new Date().toISOString(), onProgress: () => {}, onNotice: () => {} };
    const run = await planRun(context, target, job, [file]);
    const begin = performance.now();
    const done = await applyRun(context, target, run, { allow: [] });
    const seconds = (performance.now() - begin) / 1000;
    const { created = 0 } = done.rowOutcomes ?? {};
    if (created !== rows) throw new Error(`${created} of ${rows} clients were created: ${done.message ?? ''}`);
    const requests = done.statistics?.requests ?? Number.NaN;
    // The first window was begun by the plan's requests.
    const windows = Math.ceil(requests / LIMIT);
    return [
      {
        bench: 'push',
        what: `${rows} creates, ${LIMIT} requests in ${WINDOW_MS / 1000} s`,
        figures: {
          requests,
          'answers 429': target.throttle.throttled,
          'seconds': round(seconds),
          'windows needed': windows,
          'seconds at best': round(((windows - 1) * WINDOW_MS) / 1000),
        },
      },
    ];
  } finally {
    await target.ninja.close();
    await store.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
