/** What commands share: their options, and one way to run them. The only place where everything is wired together. */

import { Command } from 'commander';
import { loadConfig } from '../config.js';
import type { Config } from '../config.js';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { loadJob } from '../job/load.js';
import { isNamed } from '../job/target-name.js';
import { createLogger } from '../log.js';
import { parseAddress } from '../ninja/address.js';
import type { Logger } from '../log.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import type { RunContext, Target } from '../run/context.js';
import { claimFiles } from '../run/files/claimed-files.js';
import type { FileStore } from '../run/files/file-store.js';
import { openFileStore } from '../run/files/open-files.js';
import { openStore } from '../run/open-store.js';
import { hasRowlessFailure } from '../run/rowless-failures.js';
import type { Run, Store } from '../run/store.js';
import { openTarget } from '../run/target.js';
import { listenForShutdown } from '../shutdown.js';
import { readEncodingName } from '../source/encoding-names.js';
import type { FileOverrides } from '../source/profile.js';
import { bindJob, expandJob, pickJob, templateOf } from '../targets/expand.js';
import { openTargetsFile } from '../targets/file.js';
import { findTarget } from '../targets/load.js';
import type { Targets } from '../targets/load.js';
import { readTargetSecret, readTargetToken } from '../targets/target.js';
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
  readonly target?: string;
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
  const name = session.config.target ?? job?.target.name;
  if (name !== undefined) return await connectNamed(session, name, job?.target ?? {});
  if (job === null) return await connect(session, {});
  const { url, concurrency, 'requests-per-minute': requestsPerMinute } = job.target;
  return await connect(session, { url, concurrency, requestsPerMinute });
}

/** The target that a run was planned for, unless the command line names another. */
export async function useTargetOf(session: Session, run: Run): Promise<Target> {
  const { concurrency, requestsPerMinute } = run.rules ?? {};
  const { target = run.target, isUrlGiven } = session.config;
  if (isNamed(target) && !isUrlGiven) {
    const limits = { concurrency, 'requests-per-minute': requestsPerMinute ?? undefined };
    return await connectNamed(session, target, limits);
  }
  return await connect(session, { url: run.target, concurrency, requestsPerMinute: requestsPerMinute ?? undefined });
}

/** @param limits of the job, which has them from targets.yaml unless it said them itself */
async function connectNamed(
  session: Session,
  name: string,
  limits: { readonly 'concurrency'?: number | undefined; readonly 'requests-per-minute'?: number | undefined },
): Promise<Target> {
  const named = findTarget(await readTargets(session), name);
  const target = await openTarget({
    key: name,
    url: named.url,
    token: readTargetToken(named),
    readToken: () => readTargetToken(named),
    secret: readTargetSecret(named),
    requestsPerMinute: limits['requests-per-minute'] ?? named.requestsPerMinute ?? undefined,
    concurrency: limits.concurrency ?? named.concurrency,
    log: session.log,
  });
  session.defer(() => target.ninja.close());
  return target;
}

/** @throws SyncError `targets-invalid` */
export async function readTargets({ config }: Session): Promise<Targets> {
  return await openTargetsFile(config.targetsFile).read();
}

/** What the state calls the target of a job. @throws SyncError `target-unset` */
export function targetKeyOf({ config }: Session, job: Job): string {
  const url = config.url ?? job.target.url;
  if (job.target.name !== undefined) return job.target.name;
  if (url !== undefined) return parseAddress(url).url;
  throw new SyncError('target-unset', 'No target: nobody said which Invoice Ninja server is meant.', {
    hint: 'Set NINJA_URL, or give --url or --target, or write target.url in the job file.',
  });
}

async function connect(session: Session, { url, requestsPerMinute, concurrency }: TargetDefaults): Promise<Target> {
  const target = await openTarget({
    url: session.config.url ?? url,
    token: session.config.token,
    readToken: session.config.readToken,
    secret: session.config.secret,
    requestsPerMinute,
    ...(concurrency === undefined ? {} : { concurrency }),
    log: session.log,
  });
  session.defer(() => target.ninja.close());
  return target;
}

/** Where all machines find files of runs; `null`: nobody named a place. */
export async function useFiles(session: Session, store: Store): Promise<FileStore | null> {
  const files = await openFileStore(session.config);
  if (files === null) return null;
  session.defer(() => files.close());
  return claimFiles(files, store);
}

export async function useContext(session: Session, store: Store): Promise<RunContext> {
  return {
    store,
    dataDir: session.config.dataDir,
    files: await useFiles(session, store),
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
  const isPath = /\.ya?ml$|[/\\]/.test(options.job);
  const file = await loadJob(isPath ? options.job : templateOf(options.job), session.config.jobsDir, {
    layouts: LAYOUTS.map((layout) => layout.name),
  });
  return await chooseTarget(session, file, isPath ? file.name : options.job.replace(/^[^@]*/, file.name));
}

/** The job of the file that the command line means: with the target that it names, or with the job's own. */
async function chooseTarget(session: Session, file: Job, name: string): Promise<Job> {
  const { target, isUrlGiven } = session.config;
  const isTemplate = file.targets !== undefined;
  if (!isTemplate && target === undefined && file.target.name === undefined) {
    return name === file.name ? file : pickJob([file], name, file);
  }
  const targets = await readTargets(session);
  if (target !== undefined && !isTemplate) return bindJob(file, findTarget(targets, target));
  if (target !== undefined) findTarget(targets, target);
  const job = pickJob(expandJob(file, targets), target === undefined ? name : `${file.name}@${target}`, file);
  if (!isUrlGiven) return job;
  // The address of the command line is no target of the file.
  const { name: _, ...rest } = job.target;
  return { ...job, target: rest };
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
