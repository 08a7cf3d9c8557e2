/**
 * A run rehearsed from file to target, in process: a sandbox, a state folder, and the functions of `run` in the order in
 * which the commands call them.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseJob } from '../../src/job/load.js';
import type { Job } from '../../src/job/schema.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import type { Change } from '../../src/plan/change.js';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext, Target } from '../../src/run/context.js';
import { planRun } from '../../src/run/plan-run.js';
import { openStore } from '../../src/run/sqlite-store.js';
import type { Run, Store, StoredChange } from '../../src/run/store.js';
import { openTarget } from '../../src/run/target.js';
import { countRemaining } from '../../src/run/verify-run.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';

/** Guards that stop nothing: what is rehearsed here is not the guards. */
const OPEN_GUARDS = { count: 1_000_000, ratio: 1 };

export interface Rehearsal {
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly target: Target;
  /** Moves the sandbox's clock: what happens afterwards happens in another second. */
  wait(seconds: number): void;
  /** Writes a file into the rehearsal's folder and gives its path. */
  write(name: string, text: string): string;
  plan(job: Job, ...paths: readonly string[]): Promise<Run>;
  apply(run: Run, signal?: AbortSignal): Promise<Run>;
  /** Plans and applies. */
  sync(job: Job, ...paths: readonly string[]): Promise<Run>;
  remaining(job: Job, ...paths: readonly string[]): Promise<number>;
  changes(run: Run): Promise<readonly Change[]>;
  stored(run: Run): Promise<readonly StoredChange[]>;
  /** Back to an empty target; the state stays. */
  reset(): void;
  close(): Promise<void>;
}

export interface RehearsalOptions extends Omit<SandboxOptions, 'now'> {
  readonly concurrency?: number;
}

export async function openRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-rehearsal-'));
  let offsetMs = 0;
  const sandbox = await startSandbox({ ...options, now: () => Date.now() + offsetMs });
  const { concurrency = 4, windowMs } = options;
  const target = await openTarget({
    url: sandbox.url,
    token: sandbox.tokens.admin,
    concurrency,
    ...(windowMs === undefined ? {} : { windowMs }),
  });
  const store = await openStore({ dataDir: folder });
  const contextOf = (signal?: AbortSignal): RunContext => ({
    store,
    dataDir: folder,
    now: () => new Date().toISOString(),
    onProgress: () => undefined,
    signal,
  });
  const plan: Rehearsal['plan'] = (job, ...paths) => planRun(contextOf(), target, job, paths);
  const apply: Rehearsal['apply'] = (run, signal) =>
    applyRun(contextOf(signal), target, run, { allow: [], concurrency });
  const stored = async (run: Run): Promise<readonly StoredChange[]> => {
    const all: StoredChange[] = [];
    for await (const entry of store.readChanges(run.id)) all.push(entry);
    return all;
  };
  return {
    sandbox,
    store,
    target,
    wait: (seconds) => {
      offsetMs += seconds * 1000;
    },
    write: (name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    plan,
    apply,
    sync: async (job, ...paths) => apply(await plan(job, ...paths)),
    remaining: (job, ...paths) => countRemaining(contextOf(), target, job, paths),
    changes: async (run) => (await stored(run)).map((entry) => entry.change),
    stored,
    reset: () => sandbox.reset(),
    close: async () => {
      await target.ninja.close();
      await store.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A job as a file would say it, with guards that stop nothing unless it says otherwise. */
export function aJob(settings: Readonly<Record<string, unknown>> = {}): Job {
  const guards = Object.fromEntries(
    ['archive', 'delete', 'update', 'create', 'rejects'].map((guard) => [guard, OPEN_GUARDS]),
  );
  const file = { name: 'rehearsal', guards, ...settings };
  return parseJob(JSON.stringify(file), '/jobs/rehearsal.yaml', { layouts: LAYOUTS.map((layout) => layout.name) });
}

/** Rows as CSV text: cells quoted where they have to be. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .map((text) => `${text}\n`)
    .join('');
}
