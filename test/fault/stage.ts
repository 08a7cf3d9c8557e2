/**
 * The mixed run (test/support/mixed-run.ts), planned once and applied as often as wanted: before each time the target and
 * the state file are put back to the moment after the plan.
 */

import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SyncError } from '../../src/errors.js';
import { connectNinja } from '../../src/ninja/client.js';
import { createThrottle } from '../../src/push/throttle.js';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext, Target } from '../../src/run/context.js';
import { planRun } from '../../src/run/plan-run.js';
import { openStore } from '../../src/run/open-store.js';
import type { Run, Store, StoredChange } from '../../src/run/store.js';
import { openTarget } from '../../src/run/target.js';
import { countRemaining } from '../../src/run/verify-run.js';
import type { FaultRule } from '../../src/sandbox/faults.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { LoggedRequest, WireClient } from '../../src/sandbox/server.js';
import { endCli, startCli } from '../e2e/cli.js';
import { MIXED_DOCUMENTS, MIXED_JOB, editsOf, mixedSeeds } from '../support/mixed-run.js';
import { todaysExport, yesterdaysExport } from '../support/mixed-run.js';
import { aJob } from '../support/rehearsal.js';

/** What the push asks for; a run asks for other things before it begins. */
const PUSHED = '/clients';
const RUN = 2;
const CONCURRENCY = 4;
export const KILLED = 'killed';
const THROTTLE_WINDOW_MS = 100;
/** Pauses are so much shorter than in earnest; the sandbox is done with a request when it has answered, or not. */
const HASTE = 25;

const pause = (ms: number): Promise<void> => delay(ms / HASTE);

export interface Disturbance {
  readonly rules: readonly FaultRule[];
  /** The command is killed when a request is left without an answer; otherwise the run is applied in this process. */
  readonly kills?: boolean;
  readonly requestTimeoutMs?: number;
  readonly patienceMs?: number;
  /** How often the run may be applied until it is done. */
  readonly applies: number;
}

export interface Ending {
  readonly clients: readonly WireClient[];
  readonly run: Run;
  readonly changes: readonly StoredChange[];
  /** What the same export would change now. */
  readonly remaining: number;
  /** Requests of the push. */
  readonly requests: number;
  /** Why applying ended early, each time. */
  readonly stops: readonly string[];
}

export interface Stage {
  /** The target when the plan was made. */
  readonly before: readonly WireClient[];
  play(disturbance: Disturbance): Promise<Ending>;
  close(): Promise<void>;
}

/** @param settings of the job, over those of the mixed run */
export async function openStage(settings: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-fault-'));
  let offsetMs = 0;
  let hear: ((request: LoggedRequest) => void) | null = null;
  const sandbox = await startSandbox({ now: () => Date.now() + offsetMs, onAnswered: (request) => hear?.(request) });
  const first = await openTarget({ url: sandbox.url, token: sandbox.tokens.admin, concurrency: CONCURRENCY });
  for (const [name, text] of Object.entries(MIXED_DOCUMENTS)) writeFileSync(path.join(folder, name), text);
  const file = path.join(folder, 'export.csv');
  const job = aJob({ ...MIXED_JOB, ...settings });
  const state = path.join(folder, 'state.db');
  const wait = (seconds: number): void => {
    offsetMs += seconds * 1000;
  };
  const contextOf = (store: Store): RunContext => ({
    store,
    dataDir: folder,
    now: () => new Date(Date.now() + offsetMs).toISOString(),
    onProgress: () => undefined,
    onNotice: () => undefined,
  });

  async function prepare(): Promise<readonly WireClient[]> {
    const store = await openStore({ dataDir: folder });
    sandbox.seed(mixedSeeds);
    wait(2);
    writeFileSync(file, yesterdaysExport);
    await applyRun(contextOf(store), first, await planRun(contextOf(store), first, job, [file]), { allow: [] });
    wait(2);
    for (const { id, edit } of editsOf(sandbox.clients())) sandbox.edit(id, edit);
    wait(2);
    writeFileSync(file, todaysExport);
    const run = await planRun(contextOf(store), first, job, [file]);
    if (run.status !== 'planned' || run.id !== RUN) throw new Error(`Run ${run.id} is ${run.status}: ${run.message}`);
    wait(2);
    await store.close();
    copyFileSync(state, `${state}.planned`);
    return sandbox.clients();
  }

  /** A connection and a throttle of its own: what one run learnt must not help the next. */
  function connect(requestTimeoutMs: number): Target {
    const throttle = createThrottle({ windowMs: THROTTLE_WINDOW_MS });
    const ninja = connectNinja({
      url: sandbox.url,
      token: sandbox.tokens.admin,
      concurrency: CONCURRENCY,
      throttle,
      requestTimeoutMs,
      sleep: pause,
    });
    return { ...first, ninja, throttle };
  }

  /** Tells how the command ended. */
  async function startAndKill(): Promise<string> {
    const env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: folder };
    const child = startCli(['apply', String(RUN)], env, folder);
    hear = ({ status }) => {
      if (status === 0) child.kill('SIGKILL');
    };
    const { code, text, stderr } = await endCli(child);
    hear = null;
    return child.signalCode === 'SIGKILL' ? KILLED : `ended with ${code}: ${text}${stderr}`;
  }

  async function play(disturbance: Disturbance): Promise<Ending> {
    sandbox.reset();
    sandbox.adopt(before);
    for (const ending of ['-wal', '-shm']) rmSync(state + ending, { force: true });
    copyFileSync(`${state}.planned`, state);
    for (const rule of disturbance.rules) sandbox.fault({ path: PUSHED, ...rule });
    const stops: string[] = [];
    await first.ninja.ping();
    if (disturbance.kills === true) stops.push(await startAndKill());
    const store = await openStore({ dataDir: folder });
    const target = connect(disturbance.requestTimeoutMs ?? 10_000);
    try {
      while (stops.length < disturbance.applies && !(await isDone(store))) {
        const run = await findRun(store);
        const options = { allow: [], patienceMs: disturbance.patienceMs ?? 0, sleep: pause };
        await applyRun(contextOf(store), target, run, options).catch((error: unknown) => {
          if (!(error instanceof SyncError)) throw error;
          stops.push(`${error.code}: ${error.message}`);
        });
        await untilListening(sandbox.url);
      }
      const requests = sandbox.requests.filter((request) => request.path.includes(PUSHED)).length;
      const changes: StoredChange[] = [];
      for await (const change of store.readChanges(RUN)) changes.push(change);
      const clients = sandbox.clients();
      wait(2);
      const remaining = await countRemaining(contextOf(store), first, job, [file]);
      return { clients, run: await findRun(store), changes, remaining, requests, stops };
    } finally {
      await target.ninja.close();
      await store.close();
    }
  }

  const before = await prepare();
  return {
    before,
    play,
    close: async () => {
      await first.ninja.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody who applies again after an outage waits until it is over. */
async function untilListening(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connectSocket(Number(port), hostname);
    const listens = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (listens) return;
    await delay(5);
  }
}

async function findRun(store: Store): Promise<Run> {
  const run = await store.findRun(RUN);
  if (run === undefined) throw new Error(`There is no run ${RUN}.`);
  return run;
}

async function isDone(store: Store): Promise<boolean> {
  return (await findRun(store)).status === 'done';
}
