/**
 * A worker as far as the rate limit goes, in a process of its own: sends as much as the shared throttle lets through, four
 * requests at a time, until it is killed.
 *
 *     node throttle-worker.js TARGET REDIS WINDOW_MS WORKER WORKERS
 */

import { Redis } from 'ioredis';
import { openHttp } from '../src/ninja/http.js';
import { createSharedThrottle } from '../src/worker/shared-throttle.js';

const [target = '', redisUrl = '', windowMs, worker, workers] = process.argv.slice(2);
const CONCURRENCY = 4;

const throttle = createSharedThrottle({
  redis: new Redis(redisUrl),
  prefix: 'bench',
  target,
  runId: Number(worker),
  workers: () => Number(workers),
  windowMs: Number(windowMs),
});
const http = openHttp({ url: target, token: 'bench', throttle, concurrency: CONCURRENCY });
process.on('disconnect', () => process.exit());

async function sendForEver(): Promise<never> {
  for (;;) await http.send({ method: 'GET', path: '/clients', query: { per_page: '1' }, reads: true });
}
await Promise.all(Array.from({ length: CONCURRENCY }, sendForEver));
