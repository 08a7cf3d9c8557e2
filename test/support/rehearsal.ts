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
import type { Guard } from '../../src/plan/guards.js';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext, Target } from '../../src/run/context.js';
import { withDraft } from '../../src/run/draft.js';
import { planRun } from '../../src/run/plan-run.js';
import { openSources } from '../../src/run/sources.js';
import { openStore } from '../../src/run/open-store.js';
import type { Claim, Run, Store, StoredChange } from '../../src/run/store.js';
import { openTarget } from '../../src/run/target.js';
import { undoRun } from '../../src/run/undo-run.js';
import { countRemaining } from '../../src/run/verify-run.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';

/** Guards that stop nothing: what is rehearsed here is not the guards. */
const OPEN_CAP = { count: 1_000_000, ratio: 1 };
const OPEN_GUARDS = {
  ...Object.fromEntries(
    ['archive', 'delete', 'update', 'create', 'rejects', 'failures'].map((guard) => [guard, OPEN_CAP]),
  ),
  namesakes: 1,
  rows: 1,
  fields: 1_000_000,
};
/** Guards that have no limit to open: they are allowed when a run is applied. */
const WITHOUT_LIMIT: readonly Guard[] = ['empty', 'columns', 'truncated', 'balance'];

export interface Rehearsal {
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly target: Target;
  /** Moves the sandbox's clock: what happens afterwards happens in another second. */
  wait(seconds: number): void;
  /** Writes a file into the rehearsal's folder and gives its path. */
  write(name: string, content: string | Buffer): string;
  plan(job: Job, ...paths: readonly string[]): Promise<Run>;
  /** Guards stop nothing unless the job or `allow` says so. */
  apply(run: Run, signal?: AbortSignal, allow?: readonly Guard[]): Promise<Run>;
  /** Plans and applies. */
  sync(job: Job, ...paths: readonly string[]): Promise<Run>;
  /** Plans the way back. */
  undo(run: Run): Promise<Run>;
  remaining(job: Job, ...paths: readonly string[]): Promise<number>;
  /** What a plan would let the job know, beside its changes; nothing is stored. */
  claims(job: Job, ...paths: readonly string[]): Promise<readonly Claim[]>;
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
    onNotice: () => undefined,
    signal,
  });
  const plan: Rehearsal['plan'] = (job, ...paths) =>
    planRun(contextOf(), target, { ...job, target: { ...job.target, concurrency } }, paths);
  const apply: Rehearsal['apply'] = (run, signal, allow = WITHOUT_LIMIT) =>
    applyRun(contextOf(signal), target, run, { allow });
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
    write: (name, content) => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    plan,
    apply,
    sync: async (job, ...paths) => apply(await plan(job, ...paths)),
    undo: (run) => undoRun(contextOf(), target, run),
    remaining: (job, ...paths) => countRemaining(contextOf(), target, job, paths),
    claims: async (job, ...paths) => {
      const sources = await openSources(paths, job);
      return withDraft(contextOf(), target, job, sources, { requestsPerMinute: null }, async ({ parts }) => [
        ...parts.claims,
      ]);
    },
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
  const file = { name: 'rehearsal', guards: OPEN_GUARDS, ...settings };
  return parseJob(JSON.stringify(file), '/jobs/rehearsal.yaml', { layouts: LAYOUTS.map((layout) => layout.name) });
}

/** Rows as CSV text: cells quoted where they have to be. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .map((text) => `${text}\n`)
    .join('');
}
