/** `ninja-sync doctor --all`: every target of targets.yaml, some at a time. One that fails does not stop the others. */

import pLimit from 'p-limit';
import { SyncError } from '../errors.js';
import { createThrottle } from '../push/throttle.js';
import type { Throttle } from '../push/throttle.js';
import { openStore } from '../run/open-store.js';
import type { KnownTarget } from '../run/store.js';
import type { NamedTarget } from '../targets/target.js';
import { loadJobs } from '../worker/jobs.js';
import { checkTarget, findTwins } from './check-target.js';
import type { Checkup } from './check-target.js';
import { EXIT_DONE, EXIT_FAILED, readTargets } from './command.js';
import type { Session } from './command.js';
import { showText } from './text.js';

const AT_ONCE = 8;

/** @param labels only targets that have all of them */
export async function doctorAll(session: Session, labels: readonly string[]): Promise<number> {
  const { io, signal } = session;
  const targets = await readTargets(session);
  const wanted = targets.list.filter((target) => labels.every((label) => target.labels.includes(label)));
  if (wanted.length === 0) {
    const what = labels.length === 0 ? 'There is no target' : `No target has the label ${labels.join(' and ')}`;
    throw new SyncError('target-unset', `${what} in ${targets.path}.`, {
      hint: 'Each company has a name and a url there: see docs/targets.md. TARGETS_FILE names another file.',
    });
  }
  const unreadable: string[] = [];
  const log = { error: (context: object): void => void unreadable.push((context as { job: string }).job) };
  const { jobs } = await loadJobs(session.config.jobsDir, log, targets);
  const jobsOf = (name: string): readonly string[] =>
    jobs.filter(({ target }) => target.name === name).map((job) => job.name);
  const known = await readKnown(session);
  const throttles = new Map<string, Throttle>();
  const count = openCount(session, wanted.length);
  const limit = pLimit(AT_ONCE);
  const check = async (target: NamedTarget): Promise<Checkup> => {
    if (signal.aborted) throw new SyncError('interrupted', 'Stopped while asking the targets.');
    const throttle = throttles.get(target.url) ?? createThrottle({});
    throttles.set(target.url, throttle);
    const checkup = await checkTarget(target, { throttle, jobs: jobsOf(target.name), known });
    count.add(checkup.ok);
    return checkup;
  };
  const found = findTwins(await Promise.all(wanted.map((target) => limit(check, target))).finally(() => count.end()));
  const bad = found.filter(({ ok }) => !ok);
  if (io.json) {
    for (const one of found) io.emit({ type: 'target', ...one });
    io.emit({ type: 'summary', targets: found.length, ok: found.length - bad.length, failed: bad.length, unreadable });
  } else {
    for (const line of describeAll(found)) io.print(line);
    const others = unreadable.length === 0 ? '' : ` Jobs that cannot be read: ${unreadable.join(', ')}.`;
    io.print(
      `\n${found.length} ${found.length === 1 ? 'target' : 'targets'}: ${found.length - bad.length} ok, ${bad.length} with a problem.${others}`,
    );
  }
  return bad.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

/** A state that cannot be opened is no target's fault: `doctor` alone tells of it. */
async function readKnown({ config, io }: Session): Promise<readonly KnownTarget[]> {
  try {
    const store = await openStore(config);
    const known = await store.listTargets();
    await store.close();
    return known;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    io.talk(`The state cannot be read, so nobody holds companies against it: ${error.message}`);
    return [];
  }
}

/** How far it is, on a terminal. */
function openCount({ io }: Session, total: number): { add(ok: boolean): void; end(): void } {
  const isShown = process.stderr.isTTY && !io.json;
  let [done, bad] = [0, 0];
  const show = (): void => void process.stderr.write(`\r${done} of ${total} targets asked, ${bad} with a problem`);
  return {
    add: (ok) => {
      done += 1;
      if (!ok) bad += 1;
      if (isShown) show();
    },
    end: () => {
      if (isShown) process.stderr.write('\r\u001B[K');
    },
  };
}

const HEADS = ['', 'TARGET', 'COMPANY', 'CLIENTS', 'MAY', 'LIMIT', 'CLOCK', 'JOBS'];
const NAME_WIDTH_MAX = 30;
const JOBS_SHOWN_MAX = 3;

function describeAll(all: readonly Checkup[]): readonly string[] {
  const rows = all.map((one): readonly string[] => [
    one.ok ? 'ok' : 'PROBLEM',
    one.target,
    cut(showText(one.company ?? '-')),
    String(one.clients ?? '-'),
    one.permissions ?? '-',
    one.requestsPerMinute === null ? '-' : `${one.requestsPerMinute}/min`,
    one.clockSeconds === null ? '-' : describeClock(one.clockSeconds),
    describeJobs(one.jobs),
  ]);
  const widths = HEADS.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    line(HEADS),
    ...rows.flatMap((row, index) => [
      line(row),
      ...(all[index]?.problems ?? []).flatMap(({ message, hint }) => [
        `         ${message}`,
        ...(hint === null ? [] : [`         ${hint}`]),
      ]),
    ]),
  ];
}

const cut = (text: string): string => (text.length > NAME_WIDTH_MAX ? `${text.slice(0, NAME_WIDTH_MAX - 1)}…` : text);

/** The header tells whole seconds, and the answer was on its way. */
function describeClock(seconds: number): string {
  return Math.abs(seconds) <= 2 ? 'same' : `${seconds > 0 ? '+' : ''}${seconds} s`;
}

function describeJobs(jobs: readonly string[]): string {
  if (jobs.length === 0) return 'none';
  const more = jobs.length - JOBS_SHOWN_MAX;
  return `${jobs.slice(0, JOBS_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
