/** What commands share: their options, and one way to run them. The only place where everything is wired together. */

import { Command } from 'commander';
import { loadConfig } from '../config.js';
import type { Config } from '../config.js';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { loadJob } from '../job/load.js';
import { createLogger } from '../log.js';
import type { Logger } from '../log.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import type { RunContext, Target } from '../run/context.js';
import { openStore } from '../run/open-store.js';
import { hasRowlessFailure } from '../run/rowless-failures.js';
import type { Run, Store } from '../run/store.js';
import { openTarget } from '../run/target.js';
import { listenForShutdown } from '../shutdown.js';
import { readEncodingName } from '../source/encoding-names.js';
import type { FileOverrides } from '../source/profile.js';
import { openIo, showError } from './io.js';
import type { Io } from './io.js';
import { openProgress } from './progress.js';
import { traceCommand } from './trace-command.js';
import type { CommandTracing } from './trace-command.js';

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_REJECTS = 3;
const EXIT_BREACHED = 4;

export interface CommonOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly job?: string;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly sheet?: string;
}

export interface Session {
  readonly io: Io;
  readonly config: Config;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Closed at the end, newest first. */
  defer(close: () => Promise<void> | void): void;
  /** When everything is closed the process ends by the signal that stopped it, for its parent to see. */
  raiseAgain(): void;
}

/** Runs one command: config, signals, errors and the exit code are the same for all. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- commander gives untyped options; each command names its own
export function action<Options extends CommonOptions>(
  run: (session: Session, options: Options, args: readonly string[]) => Promise<number>,
): (...received: unknown[]) => Promise<void> {
  return async (...received) => {
    const command = received.at(-1);
    const options = (command instanceof Command ? command.optsWithGlobals() : {}) as Options;
    const given = received.slice(0, -2).flat();
    const args = given.filter((arg) => arg !== undefined).map(String);
    const io = openIo({ json: options.json === true, color: process.stderr.isTTY });
    const closers: (() => Promise<void> | void)[] = [];
    const shutdown = listenForShutdown((message) => io.talk(message));
    let raises = false;
    let tracing: CommandTracing | null = null;
    try {
      const config = loadConfig(options);
      const name = command instanceof Command ? command.name() : '';
      tracing = await traceCommand(name, config);
      const session: Session = {
        io,
        config,
        log: createLogger(config),
        signal: shutdown.signal,
        defer: (close) => closers.push(close),
        raiseAgain: () => (raises = true),
      };
      process.exitCode = await tracing.around(() => run(session, options, args));
    } catch (error) {
      process.exitCode = showError(io, error);
    } finally {
      for (const close of closers.toReversed())
        await Promise.resolve(close()).catch((error: unknown) => showError(io, error));
      const isThrough = (await tracing?.stop(shutdown)) ?? true;
      shutdown.dispose();
      // As the first process of a container it outlives this, and ends with its exit code.
      if (raises && shutdown.received !== null) process.kill(process.pid, shutdown.received);
      if (!isThrough) process.exit();
    }
  };
}

export async function useStore(session: Session): Promise<Store> {
  const store = await openStore({ dataDir: session.config.dataDir, stateUrl: session.config.stateUrl });
  session.defer(() => store.close());
  return store;
}

/** What the command line leaves open about a target. */
interface TargetDefaults {
  readonly url?: string | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly concurrency?: number | undefined;
}

/** @param job says what the command line leaves open */
export async function useTarget(session: Session, job: Job | null): Promise<Target> {
  if (job === null) return await connect(session, {});
  const { url, concurrency, 'requests-per-minute': requestsPerMinute } = job.target;
  return await connect(session, { url, concurrency, requestsPerMinute });
}

/** The target that a run was planned for, unless the command line names another. */
export async function useTargetOf(session: Session, run: Run): Promise<Target> {
  const { concurrency, requestsPerMinute } = run.rules ?? {};
  return await connect(session, { url: run.target, concurrency, requestsPerMinute: requestsPerMinute ?? undefined });
}

async function connect(session: Session, { url, requestsPerMinute, concurrency }: TargetDefaults): Promise<Target> {
  const target = await openTarget({
    url: session.config.url ?? url,
    token: session.config.token,
    secret: session.config.secret,
    requestsPerMinute,
    ...(concurrency === undefined ? {} : { concurrency }),
    log: session.log,
  });
  session.defer(() => target.ninja.close());
  return target;
}

export function useContext(session: Session, store: Store): RunContext {
  return {
    store,
    dataDir: session.config.dataDir,
    now: () => new Date().toISOString(),
    onProgress: openProgress(session.io),
    onNotice: (message) => session.io.notice(message),
    signal: session.signal,
  };
}

/** @throws SyncError `job-unknown`, `job-invalid` */
export async function useJob(session: Session, options: CommonOptions): Promise<Job> {
  if (options.job === undefined) {
    throw new SyncError('usage', 'No job: nobody said how the file becomes clients.', {
      hint: 'Give --job NAME, or write a job first: ninja-sync init FILE',
    });
  }
  return await loadJob(options.job, session.config.jobsDir, { layouts: LAYOUTS.map((layout) => layout.name) });
}

export async function findRun(store: Store, text: string): Promise<Run> {
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const run = Number.isSafeInteger(id) ? await store.findRun(id) : undefined;
  if (run === undefined) {
    throw new SyncError('run-unknown', `There is no run "${text}".`, { hint: 'See which there are: ninja-sync runs' });
  }
  return run;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

export function readOverrides(options: CommonOptions): FileOverrides {
  const encoding = options.encoding === undefined ? undefined : readEncodingName(options.encoding);
  const wanted = options.delimiter === 'tab' ? '\t' : options.delimiter;
  const delimiter = DELIMITERS.find((known) => known === wanted);
  if (options.delimiter !== undefined && delimiter === undefined) {
    throw new SyncError('usage', `"${options.delimiter}" is no delimiter that can be read.`, {
      hint: 'Use one of , ; | or tab.',
    });
  }
  return {
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
  };
}

/** What a plan means for the exit code. */
export function exitCodeOf(run: Run): number {
  if (run.status === 'breached') return EXIT_BREACHED;
  const failed = (run.rowOutcomes?.failed ?? 0) > 0;
  if (failed || run.status === 'failed') return EXIT_FAILED;
  return (run.summary?.counts.rejectedRows ?? 0) > 0 || (run.rowOutcomes?.rejected ?? 0) > 0 ? EXIT_REJECTS : EXIT_DONE;
}

/** What became of a run, for the exit code: changes that belong to no row (missing clients, an undo) may have failed too. */
export async function readExitCode(store: Store, run: Run): Promise<number> {
  const code = exitCodeOf(run);
  if (code !== EXIT_DONE && code !== EXIT_REJECTS) return code;
  return (await hasRowlessFailure(store, run)) ? EXIT_FAILED : code;
}
