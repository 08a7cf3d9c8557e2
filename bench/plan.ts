/**
 * `ninja-sync plan` as a person runs it, against a server with as many clients as the file has rows. Half of the clients
 * belong to the job already, so that those that the file lacks are planned to be archived.
 */

import path from 'node:path';
import { rm } from 'node:fs/promises';
import { request } from 'undici';
import { openStore } from '../src/run/open-store.js';
import type { Claim } from '../src/run/store.js';
import { writeCsv } from './files.js';
import { digitsOf } from './formula.js';
import { round, spreadOf } from './measure.js';
import type { Line } from './measure.js';
import { runProgram, startServer } from './processes.js';

export interface PlanOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly shuffled: boolean;
  readonly folder: string;
  readonly jobPath: string;
  readonly cli: string;
}

const PER_PAGE = 1000;

export async function benchPlan(options: PlanOptions): Promise<readonly Line[]> {
  const { rows, folder, jobPath, cli, shuffled } = options;
  const file = path.join(folder, 'plan.csv');
  await writeCsv(file, { rows, shuffled });
  const server = await startServer('server.js', [String(rows)]);
  try {
    const ownSeconds = await drain(server.url, Math.min(rows, 100_000));
    const runs: Record<string, number>[] = [];
    for (let nth = 0; nth < options.rounds; nth += 1) {
      const dataDir = path.join(folder, 'data');
      await ownHalf(dataDir, server.url, rows);
      server.forget();
      const environment = { DATA_DIR: dataDir, NINJA_URL: server.url, NINJA_TOKEN: 'bench' };
      const cost = await runProgram(cli, ['plan', file, '--job', jobPath], environment);
      checkCounts(cost.stdout, rows);
      const [firstPage = 0] = server.pagesAt;
      const lastPage = server.pagesAt.at(-1) ?? 0;
      runs.push({
        seconds: cost.seconds,
        peakMb: cost.peakMb,
        cpu: cost.cpuSeconds,
        reading: (firstPage - cost.beganAt) / 1000,
        snapshot: (lastPage - firstPage) / 1000,
        rest: cost.seconds - (lastPage - cost.beganAt) / 1000,
      });
      await rm(dataDir, { recursive: true });
    }
    const of = (name: string): number[] => runs.map((run) => run[name] ?? Number.NaN);
    return [
      {
        bench: 'plan',
        what: `${rows} rows, ${rows} clients${shuffled ? ', shuffled' : ''}`,
        figures: {
          'median s': round(spreadOf(of('seconds')).median, 1),
          'min s': round(spreadOf(of('seconds')).min, 1),
          'CPU s': round(spreadOf(of('cpu')).median, 1),
          'peak MB': Math.round(Math.max(...of('peakMb'))),
          'reading s': round(spreadOf(of('reading')).median, 1),
          'snapshot s': round(spreadOf(of('snapshot')).median, 1),
          'comparing, storing s': round(spreadOf(of('rest')).median, 1),
          'server alone, clients/s': Math.round(Math.min(rows, 100_000) / ownSeconds),
        },
      },
    ];
  } finally {
    await server.stop();
  }
}

/** The server's own speed: pages that nobody looks into. */
async function drain(url: string, clients: number): Promise<number> {
  const begin = performance.now();
  for (let page = 1; page <= Math.ceil(clients / PER_PAGE); page += 1) {
    const { body } = await request(`${url}/api/v1/clients?page=${page}&per_page=${PER_PAGE}`);
    await body.dump({ limit: Number.MAX_SAFE_INTEGER });
  }
  return (performance.now() - begin) / 1000;
}

/** A state in which every other client is the job's own. */
async function ownHalf(dataDir: string, url: string, clients: number): Promise<void> {
  const store = await openStore({ dataDir });
  const run = await store.createRun({ job: 'bench', target: url, files: [] });
  await store.savePlan(run.id, {
    changes: [],
    rejects: [],
    warnings: [],
    skips: [],
    skippedRecords: [],
    claims: claimHalf(clients),
  });
  await store.adopt(run.id);
  await store.updateRun(run.id, { status: 'failed' });
  await store.close();
}

function* claimHalf(clients: number): Generator<Claim> {
  for (let index = 1; index < clients; index += 2)
    yield { change: null, clientId: `Vo${digitsOf(index)}x`, baseline: null, baselineHash: 0, absences: 0 };
}

/** A fast plan that is wrong is no plan. */
function checkCounts(stdout: string, rows: number): void {
  for (const count of [rows * 0.4, rows * 0.1, rows * 0.2, rows * 0.5]) {
    if (!new RegExp(`\\b${Math.round(count)}\\b`).test(stdout.replaceAll(/(\d)[,. ](?=\d{3})/g, '$1')))
      throw new Error(`The plan does not count ${count}:\n${stdout.slice(-2000)}`);
  }
}
