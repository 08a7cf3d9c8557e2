/** `ninja-sync doctor`: is everything there that a run needs, and what to do about what is not. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyncError } from '../../errors.js';
import type { Command } from 'commander';
import { connectNinja } from '../../ninja/client.js';
import type { Ninja } from '../../ninja/client.js';
import { createThrottle } from '../../push/throttle.js';
import { openFileStore } from '../../run/files/open-files.js';
import { describePlace, openStore } from '../../run/open-store.js';
import { isFetched } from '../../job/fetched.js';
import { listJobs } from '../../job/load.js';
import { EXIT_DONE, EXIT_FAILED, action, useJob, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { doctorAll } from '../doctor-all.js';
import { withQueue } from '../queue.js';
import { checkChannels } from '../check-channels.js';
import { plural } from '../text.js';

export interface Finding {
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The release whose behaviour was measured; others are expected to work alike. */
const MEASURED_VERSION = '5.10.17';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'check target, token, permissions, version, rate limit, state store, messages and, with REDIS_URL and FILES_URL, the queue and the files',
    )
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL)')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option('--job <name>', 'check where this job fetches its exports, too')
    .option('--all', 'every target of targets.yaml')
    .option('--label <label...>', 'with --all: those that have all of these labels')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      '\nExample:\n  NINJA_URL=https://invoicing.example.com NINJA_TOKEN_FILE=token ninja-sync doctor\n  ninja-sync doctor --all',
    )
    .action(action(doctor));
}

interface DoctorOptions extends CommonOptions {
  readonly all?: boolean;
  readonly label?: readonly string[];
}

async function doctor(session: Session, options: DoctorOptions): Promise<number> {
  const { all, label = [] } = options;
  if (all === true) return await doctorAll(session, label);
  const { io } = session;
  let failed = 0;
  let checks = 0;
  const report = (name: string, { ok, message, hint }: Finding): void => {
    checks += 1;
    if (!ok) failed += 1;
    if (io.json) io.emit({ type: 'check', name, ok, message, hint: hint ?? null });
    else
      io.print(
        `${ok ? 'ok     ' : 'PROBLEM'}  ${name.padEnd(12)} ${message}${hint === undefined ? '' : `\n                      ${hint}`}`,
      );
  };
  report('node', { ok: true, message: `Node ${process.version} on ${process.platform}` });
  report('state', await attempt(() => checkState(session)));
  if (session.config.filesUrl !== undefined) report('files', await attempt(() => checkFiles(session)));
  report('jobs', await attempt(() => checkJobs(session)));
  for (const { name, finding } of await checkChannels(session)) report(name, finding);
  // Without workers nobody needs one.
  if (session.config.redisUrl !== undefined) report('redis', await attempt(() => checkRedis(session)));
  if (options.job !== undefined) report('source', await attempt(() => checkSource(session, options)));
  await checkTarget(session, report);
  if (io.json) io.emit({ type: 'summary', checks, failed });
  else
    io.talk(
      failed === 0
        ? 'Everything is there. Next: ninja-sync plan FILE --job JOB'
        : `${failed} of ${checks} checks failed.`,
    );
  return failed === 0 ? EXIT_DONE : EXIT_FAILED;
}

async function attempt(check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return { ok: false, message: error.message, hint: error.hint };
  }
}

async function checkState({ config }: Session): Promise<Finding> {
  const store = await openStore(config);
  const [newest] = await store.listRuns(1);
  await store.close();
  return {
    ok: true,
    message: `writable (${describePlace(config)}), ${newest === undefined ? 'no run yet' : `newest run ${newest.id}`}`,
  };
}

/** What runs need of it: to write a file, to read it, and to remove it. */
async function checkFiles({ config }: Session): Promise<Finding> {
  const files = await openFileStore(config);
  const folder = await mkdtemp(path.join(tmpdir(), 'ninja-sync-doctor-'));
  try {
    const file = path.join(folder, 'file');
    await writeFile(file, `ninja-sync doctor ${folder}\n`);
    const { digest = '' } = (await files?.put(file)) ?? {};
    await files?.fetch(digest, file);
    await files?.remove(digest);
    return { ok: true, message: `written, read and removed (${files?.place})` };
  } finally {
    files?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkJobs({ config }: Session): Promise<Finding> {
  const jobs = await listJobs(config.jobsDir);
  return {
    ok: true,
    message:
      jobs.length === 0
        ? `none in ${config.jobsDir} yet: ninja-sync init FILE writes one`
        : `${jobs.length} in ${config.jobsDir}: ${jobs.join(', ')}`,
  };
}

async function checkSource(session: Session, options: CommonOptions): Promise<Finding> {
  const job = await useJob(session, options);
  if (!isFetched(job)) return { ok: true, message: `${job.name} fetches nothing` };
  const { checkSourceOf } = await import('../fetched-files.js');
  return { ok: true, message: await checkSourceOf(session, await useStore(session), job) };
}

async function checkRedis(session: Session): Promise<Finding> {
  const workers = await withQueue(session, (queue) => queue.getWorkersCount());
  return { ok: true, message: `answers; ${workers === 0 ? 'no worker is up' : `${plural(workers, 'worker')} up`}` };
}

async function checkTarget(session: Session, report: (name: string, finding: Finding) => void): Promise<void> {
  const { url, token, secret } = session.config;
  if (url === undefined || token === undefined) {
    const missing = [
      ...(url === undefined ? ['NINJA_URL (or --url)'] : []),
      ...(token === undefined ? ['NINJA_TOKEN (or NINJA_TOKEN_FILE)'] : []),
    ];
    report('target', {
      ok: false,
      message: `not configured: ${missing.join(' and ')} not set`,
      hint: 'A token is made in Invoice Ninja under Settings, Account Management, API Tokens.',
    });
    return;
  }
  const throttle = createThrottle({});
  let ninja: Ninja | null = null;
  try {
    const connected = connectNinja({ url, token, secret, throttle });
    ninja = connected;
    const reached = await attempt(async () => {
      const { companyName, version } = await connected.ping();
      const measured = version === MEASURED_VERSION ? '' : ` (measured with ${MEASURED_VERSION})`;
      return {
        ok: true,
        message: `${connected.url} answers: "${companyName}", version ${version ?? 'unknown'}${measured}`,
      };
    });
    report('target', reached);
    if (!reached.ok) return;
    report('permissions', await attempt(() => checkPermissions(connected)));
    report('clients', await attempt(() => checkClients(connected)));
    const limit = throttle.limitPerMinute;
    report('rate limit', {
      ok: true,
      message:
        limit === null ? 'the server announces none (usual for a self-hosted one)' : `${limit} requests a minute`,
    });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    report('target', { ok: false, message: error.message, hint: error.hint });
  } finally {
    await ninja?.close();
  }
}

async function checkPermissions(ninja: Ninja): Promise<Finding> {
  const { seesAll, writes } = await ninja.access();
  const hint = 'Use a token of an administrator, or of a user who may view, create and edit all clients.';
  if (seesAll === false)
    return { ok: false, message: 'the token cannot see all clients: clients that exist would be created again', hint };
  if (writes === false) return { ok: false, message: 'the token may read but not write', hint };
  if (seesAll === null || writes === null)
    return { ok: true, message: 'could not be found out: the server does not say' };
  return { ok: true, message: 'the token sees all clients and may write' };
}

async function checkClients(ninja: Ninja): Promise<Finding> {
  const { total } = await ninja.list({ perPage: 1 });
  return { ok: true, message: `${total} at the target, archived and deleted ones included` };
}
