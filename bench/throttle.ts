/**
 * How much of the allowed rate several workers use together, and how often they cross it. Workers, server and Redis are
 * processes of their own; the window is six seconds instead of sixty, and answers take 20 ms instead of 200.
 */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openRedis } from '../test/support/redis.js';
import { round } from './measure.js';
import type { Line } from './measure.js';

const WINDOW_MS = 6000;
const LATENCY_MS = 20;
const LIMIT = 500;
/** What `headroom` leaves of it by default. */
const ALLOWED = 450;
const WORKERS = [1, 2, 4];

interface Sent {
  readonly atMs: number;
  readonly status: number;
}

/** @param windows that are measured */
export async function benchThrottle({ windows }: { readonly windows: number }): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const workers of WORKERS) lines.push(await measure(workers, windows));
  return lines;
}

async function measure(workers: number, windows: number): Promise<Line> {
  const redis = await openRedis({ own: true });
  const server = start('sandbox-server.js', WINDOW_MS, LATENCY_MS);
  const [{ port }] = (await once(server, 'message')) as [{ readonly port: number }];
  const target = `http://127.0.0.1:${port}`;
  const children = Array.from({ length: workers }, (_, nth) =>
    start('throttle-worker.js', target, redis.url, WINDOW_MS, nth + 1, workers),
  );
  try {
    // The last window has to begin, so that it is known how long the ones before took.
    await delay((windows + 1.5) * WINDOW_MS);
    const asked = once(server, 'message');
    server.send('requests');
    const [{ requests }] = (await asked) as [{ readonly requests: readonly Sent[] }];
    return {
      bench: 'throttle',
      what: `${workers} worker${workers === 1 ? '' : 's'}`,
      figures: rate(requests, windows),
    };
  } finally {
    for (const child of [...children, server]) await stop(child);
    await redis.close();
  }
}

/** From the first request of the first window to the first request of the window after the last one. */
function rate(requests: readonly Sent[], windows: number): Line['figures'] {
  const executed = requests.filter(({ status }) => status !== 429);
  const begins: number[] = [];
  for (const { atMs } of executed) if (atMs >= (begins.at(-1) ?? -Infinity) + WINDOW_MS) begins.push(atMs);
  const [from = 0, until] = [begins[0], begins[windows]];
  if (until === undefined) throw new Error(`${begins.length} windows began, ${windows + 1} are needed.`);
  const counted = executed.filter(({ atMs }) => atMs < until).length;
  const allowed = (ALLOWED * (until - from)) / WINDOW_MS;
  const all = (LIMIT * (until - from)) / WINDOW_MS;
  return {
    'windows': windows,
    'requests': counted,
    'of the allowed rate %': round((100 * counted) / allowed, 1),
    "of the server's limit %": round((100 * counted) / all, 1),
    'answers 429': requests.length - executed.length,
  };
}

function start(script: string, ...args: readonly (string | number)[]): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), args.map(String));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`A process ended with ${child.exitCode}.`);
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
