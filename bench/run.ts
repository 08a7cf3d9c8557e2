/**
 * `npm run bench`: what the README's figures come from.
 *
 *     npm run bench                               all that need no Redis
 *     npm run bench -- parse --rows 100000 --rounds 7
 *     npm run bench -- formats --rows 1000000
 *     npm run bench -- plan --rows 1000000 --rounds 3
 *     npm run bench -- encodings --rounds 10      in which encoding files are read that do not say
 *     npm run bench -- push --rows 1000
 *     npm run bench -- safety --rows 1000 --rounds 3
 *     npm run bench:throttle -- --windows 10      these two need a redis-server
 *     npm run bench:queue -- --runs 1000 --rows 1000000
 *     npm run bench -- fleet --targets 500 --runs 2000 --workers 4     also a PostgreSQL
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchEncodings } from './encodings.js';
import { benchFleet } from './fleet.js';
import { benchFormats } from './formats.js';
import { JOB } from './formula.js';
import { renderTable } from './measure.js';
import type { Line } from './measure.js';
import { benchParse } from './parse.js';
import { benchPlan } from './plan.js';
import { benchPush } from './push.js';
import { benchQueue } from './queue.js';
import { benchSafety } from './safety.js';
import { benchThrottle } from './throttle.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string' },
    windows: { type: 'string', default: '10' },
    runs: { type: 'string' },
    targets: { type: 'string', default: '500' },
    workers: { type: 'string', default: '4' },
    concurrency: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '6' },
    latency: { type: 'string', default: '20' },
    /** The file's rows in another order than the target's clients. */
    shuffled: { type: 'boolean', default: false },
    /** Another build to measure. */
    cli: { type: 'string', default: 'dist/cli/main.js' },
    json: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(path.join(tmpdir(), 'ninja-sync-bench-'));
const jobPath = path.join(folder, 'bench.yaml');
const cli = path.resolve(values.cli);
const rounds = Number(values.rounds ?? 3);

const BENCHES: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  parse: () =>
    benchParse({ rows: Number(values.rows ?? 100_000), rounds: Number(values.rounds ?? 7), folder, jobPath }),
  formats: () => benchFormats({ rows: Number(values.rows ?? 1_000_000), rounds, folder }),
  encodings: () => benchEncodings({ rounds: Number(values.rounds ?? 10), folder }),
  plan: async () => {
    const lines: Line[] = [];
    for (const rows of values.rows === undefined ? [100_000, 1_000_000] : [Number(values.rows)])
      lines.push(...(await benchPlan({ rows, rounds, folder, jobPath, cli, shuffled: values.shuffled })));
    return lines;
  },
  push: () => benchPush({ rows: Number(values.rows ?? 1000), folder, jobPath }),
  safety: () => benchSafety({ rows: Number(values.rows ?? 1000), rounds, folder, jobPath }),
  throttle: () => benchThrottle({ windows: Number(values.windows) }),
  queue: () => benchQueue({ runs: Number(values.runs ?? 1000), rows: Number(values.rows ?? 1_000_000), folder }),
  fleet: () =>
    benchFleet({
      targets: Number(values.targets),
      runs: Number(values.runs ?? 2000),
      workers: Number(values.workers),
      concurrency: Number(values.concurrency),
      minutes: Number(values.minutes),
      latencyMs: Number(values.latency),
      folder,
      cli,
    }),
};

const WITHOUT_REDIS = ['parse', 'formats', 'plan', 'push', 'safety'];

try {
  await writeFile(jobPath, JOB);
  const wanted = positionals.length > 0 ? positionals : WITHOUT_REDIS;
  if (!values.json) print(`Node ${process.version}, ${availableParallelism()} cores`);
  for (const name of wanted) {
    const bench = BENCHES[name];
    if (bench === undefined) throw new Error(`There is no bench "${name}": ${Object.keys(BENCHES).join(', ')}.`);
    const lines = await bench();
    if (values.json) for (const line of lines) print(JSON.stringify(line));
    else for (const some of byTitle(lines)) print(`\n${some[0]?.bench ?? name}\n${renderTable(some)}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** In the order of their first lines. */
function byTitle(lines: readonly Line[]): readonly (readonly Line[])[] {
  const titles = [...new Set(lines.map(({ bench }) => bench))];
  return titles.map((title) => lines.filter(({ bench }) => bench === title));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
