/**
 * What the queue costs: small runs a minute through one worker, and how much memory Redis takes, also while a file of a
 * million rows is planned (rows never enter it).
 */

import { rm, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createLogger } from '../src/log.js';
import type { RunRequest } from '../src/run/request.js';
import { openStore } from '../src/run/open-store.js';
import type { Run, Store } from '../src/run/store.js';
import { enqueueRun, openQueue } from '../src/worker/queue.js';
import { startWorker } from '../src/worker/worker.js';
import { openRedis } from '../test/support/redis.js';
import { writeCsv } from './files.js';
import { COLUMNS, cellsOf, digitsOf, JOB, variantOf } from './formula.js';
import { round } from './measure.js';
import type { Line } from './measure.js';
import { startServer } from './processes.js';

export interface QueueOptions {
  readonly runs: number;
  /** Of the large file. */
  readonly rows: number;
  readonly folder: string;
}

const ROWS_EACH = 3;
/** Guards that stop nothing. */
const OPEN = `${JOB}  create: { count: 10000000, ratio: 1 }\n  update: { count: 10000000, ratio: 1 }\n`;
const LOOK_MS = 100;
/** A run without progress for this long does not end any more. */
const DEADLINE_MS = 30 * 60_000;

export async function benchQueue({ runs, rows, folder }: QueueOptions): Promise<readonly Line[]> {
  const small = await measure(folder, 'sandbox-server.js', [], OPEN, async () => {
    const files = Array.from({ length: runs }, (_, nth) => path.join(folder, `small-${nth}.csv`));
    for (const [nth, file] of files.entries()) await writeFile(file, smallFile(nth));
    return files;
  });
  const large = await measure(folder, 'server.js', [String(rows)], `${OPEN}approval: required\n`, async () => {
    const file = path.join(folder, 'large.csv');
    await writeCsv(file, { rows });
    return [file];
  });
  return [
    {
      bench: 'queue',
      what: `${runs} runs of ${ROWS_EACH} updates`,
      figures: { ...figuresOf(small), 'runs a minute': round((60 * runs) / small.seconds, 0) },
    },
    { bench: 'queue', what: `1 run of ${rows} rows, until its plan waits for approval`, figures: figuresOf(large) },
  ];
}

interface Measured {
  readonly seconds: number;
  readonly emptyMb: number;
  readonly queuedMb: number;
  readonly peakMb: number;
}

function figuresOf({ seconds, emptyMb, queuedMb, peakMb }: Measured): Line['figures'] {
  return {
    'seconds': round(seconds, 1),
    'Redis MB: empty': round(emptyMb),
    'all queued': round(queuedMb),
    'peak': round(peakMb),
  };
}

/** Queues a run for each file, then starts a worker and waits until all are through or wait for a person. */
async function measure(
  folder: string,
  script: string,
  args: readonly string[],
  job: string,
  write: () => Promise<readonly string[]>,
): Promise<Measured> {
  const redis = await openRedis({ own: true });
  const server = await startServer(script, args);
  const [jobsDir, dataDir] = [path.join(folder, 'queue-jobs'), path.join(folder, 'queue-data')];
  for (const made of [jobsDir, dataDir]) mkdirSync(made, { recursive: true });
  await writeFile(path.join(jobsDir, 'bench.yaml'), job);
  const store = await openStore({ dataDir });
  const queue = openQueue({ url: redis.url, prefix: 'bench' }, true);
  const memory = watchMemory(redis.url);
  try {
    const files = await write();
    const emptyMb = await memory.read();
    const ids: number[] = [];
    for (const file of files) {
      const run = await store.createRun({ job: 'bench', target: server.url, files: [], request: requestFor(file) });
      await enqueueRun(queue, run, Date.now());
      ids.push(run.id);
    }
    const queuedMb = await memory.read();
    const begin = performance.now();
    const worker = await startWorker({
      store,
      redisUrl: redis.url,
      prefix: 'bench',
      dataDir,
      jobsDir,
      url: server.url,
      token: 'bench',
      log: createLogger({ logLevel: 'error', token: 'bench', secret: undefined, redisUrl: redis.url }),
    });
    try {
      await untilThrough(store, ids);
    } finally {
      await worker.close();
    }
    return { seconds: (performance.now() - begin) / 1000, emptyMb, queuedMb, peakMb: memory.peakMb() };
  } finally {
    memory.close();
    await queue.close();
    await store.close();
    await server.stop();
    await redis.close();
    await rm(jobsDir, { recursive: true });
    await rm(dataDir, { recursive: true });
  }
}

async function untilThrough(store: Store, ids: readonly number[]): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  let through = 0;
  while (through < ids.length) {
    const run = await store.findRun(ids[through] ?? 0);
    if (isThrough(run)) through += 1;
    else await delay(LOOK_MS);
    if (performance.now() > deadline) throw new Error(`${through} of ${ids.length} runs came through.`);
  }
}

function isThrough(run: Run | undefined): boolean {
  if (run === undefined || run.status === 'failed' || run.status === 'breached')
    throw new Error(`Run ${run?.id} is ${run?.status}: ${run?.message}`);
  return run.status === 'done' || run.status === 'awaiting-approval';
}

function requestFor(file: string): RunRequest {
  return {
    paths: [file],
    overrides: {},
    origin: 'enqueue',
    priority: 0,
    notBefore: null,
    window: null,
    share: 1,
    approved: false,
    allow: [],
  };
}

/** Always the same clients, with another note each time. */
function smallFile(nth: number): string {
  const rows = Array.from({ length: ROWS_EACH }, (_, row) =>
    cellsOf(variantOf(row), digitsOf(row), false).with(COLUMNS.indexOf('Notes'), `Export ${nth}`),
  );
  const lines = [COLUMNS, ...rows].map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
  return `${lines.join('\n')}\n`;
}

interface MemoryWatch {
  /** MB of 10^6 bytes. */
  read(): Promise<number>;
  peakMb(): number;
  close(): void;
}

function watchMemory(url: string): MemoryWatch {
  const redis = new Redis(url);
  let peak = 0;
  const read = async (): Promise<number> => {
    const mb = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? Number.NaN) / 1e6;
    peak = Math.max(peak, mb);
    return mb;
  };
  const timer = setInterval(() => void read().catch(() => undefined), LOOK_MS);
  return {
    read,
    peakMb: () => peak,
    close: () => {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}
