/**
 * From what happened to messages: which events a status makes, who wants them, and which exports are late.
 *
 * Invariant: an event of a run goes from the state in the transaction that stores its messages; where the configuration
 * cannot be read it stays until it can.
 */

import type { EventName } from '../job/notify-keys.js';
import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import type { Notice, RunEvent } from '../run/notices.js';
import { isRehearsal } from '../run/rehearsal-name.js';
import { hasRowlessFailure } from '../run/rowless-failures.js';
import type { Run, Store } from '../run/store.js';
import { findArrival } from './arrival.js';
import { describeUnknown, wishesOf } from './channels.js';
import type { Channels } from './channels.js';
import { findMissed } from './late.js';
import type { Missed } from './late.js';
import { describeLate, describeRun, describeStillborn } from './message.js';
import type { Message } from './message.js';
import { RUNS_COMPARED, findUnusual } from './unusual.js';

export type CollectStore = Pick<
  Store,
  'findRun' | 'findHistory' | 'readChanges' | 'listRunEvents' | 'settleRunEvent' | 'addNotices' | 'findLastArrival'
>;

export interface CollectDeps {
  readonly store: CollectStore;
  readonly channels: Channels;
  /** `null` where there is no such job any more. */
  readonly loadJob: (name: string) => Promise<Job | null>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
}

const EVENTS_PER_ROUND = 50;
/** What is left has its turn the next time. */
const ROUNDS_MAX = 20;
/** A command tells of its own run when it ends. What it left behind after this time nobody shall hear of: it was a plan. */
const COMMAND_MS = 5 * 60_000;
/** A worker that knows no channel leaves events to others, which may. */
const OTHERS_MS = 60 * 60_000;
/** What is older is no news: a state that nobody looked at for long, or was brought back. */
const NEWS_MS = 3 * 24 * 60 * 60_000;

/** Makes messages of what happened to runs of workers. */
export async function collectRuns(deps: CollectDeps): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const events = await deps.store.listRunEvents({ limit: EVENTS_PER_ROUND });
    let settled = 0;
    for (const event of events) {
      const run = await deps.store.findRun(event.runId);
      const age = deps.now() - Date.parse(event.at);
      const isOfCommand = run?.request === null;
      if ((isOfCommand && age < COMMAND_MS) || (deps.channels.all.length === 0 && age < OTHERS_MS)) continue;
      await settle(deps, isOfCommand ? undefined : run, event);
      settled += 1;
    }
    if (events.length < EVENTS_PER_ROUND || settled === 0) return;
  }
}

/** The same for the run of the command that asks. */
export async function collectRun(deps: CollectDeps, runId: number): Promise<void> {
  for (const event of await deps.store.listRunEvents({ limit: EVENTS_PER_ROUND, run: runId }))
    await settle(deps, await deps.store.findRun(runId), event);
}

/** Nobody is told of it: a person sees what the command says. */
export async function discardRun(store: Pick<Store, 'listRunEvents' | 'settleRunEvent'>, runId: number): Promise<void> {
  for (const event of await store.listRunEvents({ limit: EVENTS_PER_ROUND, run: runId }))
    await store.settleRunEvent(event, [], { now: 0, repeatMs: 0 });
}

async function settle(deps: CollectDeps, run: Run | undefined, event: RunEvent): Promise<void> {
  const { store, now, channels } = deps;
  const isNews = now() - Date.parse(event.at) < NEWS_MS;
  const isTold = run !== undefined && isNews && !isRehearsal(run.target) && channels.all.length > 0;
  const notices = isTold ? await noticesOf(deps, run, event) : [];
  await store.settleRunEvent(event, notices, { now: now(), repeatMs: channels.repeatMs });
}

async function noticesOf(deps: CollectDeps, run: Run, event: RunEvent): Promise<readonly Notice[]> {
  const { channels, loadJob } = deps;
  const job = await loadJob(run.job);
  const { on } = wishesOf(channels, job);
  const events = await namesOf(deps, run, event, job);
  return events.flatMap(({ name, remarks }) => {
    if (!on.includes(name)) return [];
    const message = describeRun(name, run, event.at, remarks, channels.link);
    return address(deps, job, message, `run-${run.id}-${name}-${event.at}`);
  });
}

interface NamedEvent {
  readonly name: Exclude<EventName, 'late'>;
  readonly remarks: readonly string[];
}

/** What the status means. A run that is done may be several things at once. */
async function namesOf(
  { store, now }: CollectDeps,
  run: Run,
  { status }: RunEvent,
  job: Job | null,
): Promise<readonly NamedEvent[]> {
  const plain = (name: NamedEvent['name']): NamedEvent => ({ name, remarks: [] });
  if (status !== 'done') return [plain(status)];
  const failed = run.rowOutcomes?.failed ?? 0;
  if (failed > 0 || (await hasRowlessFailure(store, run))) return [plain('failed')];
  const rejected = run.rowOutcomes?.rejected ?? run.summary?.counts.rejectedRows ?? 0;
  const names = [plain(rejected > 0 ? 'done-with-rejects' : 'done')];
  // An old file that was read again is no recovery where a new one is waited for.
  if (job === null || (await findLate(store, job, now())) === null) names.push(plain('recovered'));
  const remarks = await compare(store, run);
  return remarks.length === 0 ? names : [...names, { name: 'unusual', remarks }];
}

/** An undo, and a file of corrected rejects, are like no other run. */
async function compare(store: CollectStore, run: Run): Promise<readonly string[]> {
  if (run.undoes !== null || run.files.some(({ partial }) => partial)) return [];
  const history = await store.findHistory(run.target, run.job, RUNS_COMPARED + 1);
  const earlier = history.filter(({ id }) => id < run.id);
  return findUnusual(run, earlier);
}

/** Of each job that expects exports: the newest time that was missed. A channel hears of it once. */
export async function collectLate(deps: CollectDeps, jobs: readonly Job[]): Promise<void> {
  const { store, channels, now } = deps;
  for (const job of jobs) {
    if (!wishesOf(channels, job).on.includes('late')) continue;
    const missed = await findLate(store, job, now());
    if (missed === null) continue;
    const message = describeLate(job.name, missed, channels.link);
    const notices = address(deps, job, message, `late-${job.name}-${missed.at}`);
    if (notices.length > 0) await store.addNotices(notices, { now: now(), repeatMs: channels.repeatMs });
  }
}

async function findLate(store: CollectStore, job: Job, now: number): Promise<(Missed & LastOne) | null> {
  if (job.expect === undefined) return null;
  const { last, since } = await findArrival(store, job);
  const missed = findMissed(job.expect, last ?? since, now);
  return missed === null ? null : { ...missed, last: last === null ? null : new Date(last).toISOString() };
}

/** ISO 8601 UTC of the last export; `null`: there was none. */
interface LastOne {
  readonly last: string | null;
}

/** A command whose run could not even begin. */
export async function collectStillborn(deps: CollectDeps, job: Job, error: string): Promise<void> {
  const { store, channels, now } = deps;
  if (!wishesOf(channels, job).on.includes('failed')) return;
  const at = new Date(now()).toISOString();
  const message = describeStillborn(job.name, at, error, channels.link);
  await store.addNotices(address(deps, job, message, `begin-${job.name}-${at}`), {
    now: now(),
    repeatMs: channels.repeatMs,
  });
}

function address({ channels, log }: CollectDeps, job: Job | null, message: Message, key: string): readonly Notice[] {
  const names = channels.all.map(({ name }) => name);
  return wishesOf(channels, job).to.flatMap((channel) => {
    if (!names.includes(channel)) {
      log.warn({ job: message.job, problem: describeUnknown(channel, names) }, 'somebody is not told');
      return [];
    }
    const event = message.event;
    return event === 'test' ? [] : [{ key, channel, job: message.job, event, body: JSON.stringify(message) }];
  });
}
