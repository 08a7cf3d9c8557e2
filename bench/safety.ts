/**
 * What safety costs: requests for each changed client, with everything that is read for it, and the time that the journal
 * takes, for updates of clients that nobody else touches.
 */

import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadJob } from '../src/job/load.js';
import { GUARDS } from '../src/plan/guards.js';
import { applyRun } from '../src/run/apply-run.js';
import type { RunContext } from '../src/run/context.js';
import { planRun } from '../src/run/plan-run.js';
import { openStore } from '../src/run/open-store.js';
import type { Run, Store } from '../src/run/store.js';
import { openTarget } from '../src/run/target.js';
import { cellsOf, COLUMNS, digitsOf, variantOf } from './formula.js';
import { round, spreadOf } from './measure.js';
import type { Line } from './measure.js';
import { startServer } from './processes.js';

export interface SafetyOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly folder: string;
  readonly jobPath: string;
}

interface Round {
  readonly requests: number;
  readonly pushRequests: number;
  readonly journalMs: number;
  readonly seconds: number;
}

export async function benchSafety({ rows, rounds, folder, jobPath }: SafetyOptions): Promise<readonly Line[]> {
  const measured: Round[] = [];
  for (let nth = 0; nth < rounds; nth += 1) measured.push(await measure(rows, folder, jobPath));
  const each = (pick: (one: Round) => number): number => spreadOf(measured.map(pick)).median / rows;
  return [
    {
      bench: 'safety',
      what: `${rows} updates`,
      figures: {
        'requests a change, whole run': round(
          each(({ requests }) => requests),
          3,
        ),
        'of the push': round(
          each(({ pushRequests }) => pushRequests),
          3,
        ),
        'journal ms a change': round(
          each(({ journalMs }) => journalMs),
          3,
        ),
        'push ms a change': round(
          each(({ seconds }) => seconds * 1000),
          2,
        ),
      },
    },
  ];
}

/** Creates the clients, then measures the run that changes one field of each. */
async function measure(rows: number, folder: string, jobPath: string): Promise<Round> {
  const dataDir = path.join(folder, 'safety-data');
  const file = path.join(folder, 'safety.csv');
  const server = await startServer('sandbox-server.js', []);
  const store = await openStore({ dataDir });
  try {
    await writeClients(file, rows, 'Before');
    await run(store, 0);
    await writeClients(file, rows, 'After');
    return await run(store, rows);
  } finally {
    await store.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }

  async function run(plain: Store, updates: number): Promise<Round> {
    const target = await openTarget({ url: server.url, token: 'bench' });
    const journal = { ms: 0 };
    const context: RunContext = {
      store: timeJournal(plain, journal),
      dataDir,
      now: () => new Date().toISOString(),
      onProgress: () => {},
      onNotice: () => {},
    };
    try {
      const planned = await planRun(context, target, await loadJob(jobPath, folder, { layouts: [] }), [file]);
      const before = target.meter.read(null, 0).requests;
      const begin = performance.now();
      const done = await applyRun(context, target, planned, { allow: GUARDS });
      const seconds = (performance.now() - begin) / 1000;
      checkOutcomes(done, updates);
      const { requests } = target.meter.read(null, 0);
      return { requests, pushRequests: requests - before, journalMs: journal.ms, seconds };
    } finally {
      await target.ninja.close();
    }
  }
}

async function writeClients(file: string, rows: number, note: string): Promise<void> {
  const lines = Array.from({ length: rows }, (_, nth) =>
    cellsOf(variantOf(nth), digitsOf(nth), false).with(COLUMNS.indexOf('Notes'), note),
  );
  const quoted = [COLUMNS, ...lines].map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
  await writeFile(file, `${quoted.join('\n')}\n`);
}

/** The same store; what intents and outcomes take is added up. */
function timeJournal(store: Store, journal: { ms: number }): Store {
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      journal.ms += performance.now() - begin;
    }
  };
  return new Proxy(store, {
    get: (_, name) => {
      if (name === 'beginChanges')
        return (...args: Parameters<Store['beginChanges']>) => timed(() => store.beginChanges(...args));
      if (name === 'finishChanges')
        return (...args: Parameters<Store['finishChanges']>) => timed(() => store.finishChanges(...args));
      const value: unknown = Reflect.get(store, name);
      return typeof value === 'function' ? (value.bind(store) as unknown) : value;
    },
  });
}

function checkOutcomes({ rowOutcomes, message }: Run, updates: number): void {
  const { updated = 0, failed = 0 } = rowOutcomes ?? {};
  if (updated !== updates || failed > 0) throw new Error(`${updated} of ${updates} were updated: ${message ?? ''}`);
}
