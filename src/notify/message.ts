/**
 * What a message says, whichever way it goes: what happened, the numbers, and what to type. Pure.
 *
 * Invariant: nothing of a client is in it but counts. E-mail addresses and telephone numbers are masked, and what the
 * server said about single clients is left to `ninja-sync show`.
 */

import type { EventName } from '../job/notify-keys.js';
import { maskText } from '../mask.js';
import { CHANGE_ORDER } from '../plan/change.js';
import { nextSteps } from '../run/report/next.js';
import type { Run } from '../run/store.js';

export interface Message {
  readonly event: EventName | 'test';
  readonly job: string;
  /** `null`: it is about no run. */
  readonly run: number | null;
  /** Base URL of the target; `null` where there is none. */
  readonly target: string | null;
  /** ISO 8601 UTC: when it happened. */
  readonly at: string;
  /** One line. */
  readonly title: string;
  /** One or a few sentences; may be blank. */
  readonly text: string;
  /** Counts by name, such as `rows`; those that are 0 are left out. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Sentences with commands in back-ticks; most urgent first. */
  readonly next: readonly string[];
  readonly link: string | null;
}

const TEXT_LENGTH_MAX = 700;
/** In the messages of `canary-failed` and `too-many-failures`. */
const STOPPED_BY_CHANGES = 'the rest was not sent';

const TITLES: Readonly<Record<Exclude<EventName, 'late'>, string>> = {
  'done': 'is done',
  'done-with-rejects': 'is done, with rejected rows',
  'breached': 'was stopped by a limit',
  'failed': 'failed',
  'awaiting-approval': 'waits for approval',
  'unusual': 'is far from what is usual',
  'recovered': 'is good again',
};

/**
 * @param at ISO 8601 UTC: when the run got there
 * @param remarks sentences beside what the run says itself
 * @param link template with `{run}` and `{job}`
 */
export function describeRun(
  event: Exclude<EventName, 'late'>,
  run: Run,
  at: string,
  remarks: readonly string[],
  link: string | null,
): Message {
  const text = [...remarks, ...explainRun(event, run)].join(' ');
  const title = event === 'failed' && run.status === 'done' ? 'is done, but not everything was sent' : TITLES[event];
  return {
    event,
    job: run.job,
    run: run.id,
    target: run.target,
    at,
    title: `${run.job}: run ${run.id} ${title}`,
    text: clean(text),
    numbers: countRun(run),
    next: nextSteps(run, []).map(clean),
    link: fillLink(link, run.job, run.id),
  };
}

/** A job that could not even begin: there is no run. */
export function describeStillborn(job: string, at: string, error: string, link: string | null): Message {
  return {
    event: 'failed',
    job,
    run: null,
    target: null,
    at,
    title: `${job}: no run could begin`,
    text: clean(error),
    numbers: {},
    next: [],
    link: fillLink(link, job, null),
  };
}

/** @param last ISO 8601 UTC of the last export; `null`: there was none */
export function describeLate(
  job: string,
  missed: { readonly at: string; readonly expected: string; readonly last: string | null },
  link: string | null,
): Message {
  const last = missed.last === null ? 'None ever came.' : `The last one came on ${showTime(missed.last)}.`;
  return {
    event: 'late',
    job,
    run: null,
    target: null,
    at: missed.at,
    title: `${job}: the export did not come in time`,
    text: `It was expected ${missed.expected}. ${last}`,
    numbers: {},
    next: ['Look whether it was made and where it went. What ran: `ninja-sync status`.'],
    link: fillLink(link, job, null),
  };
}

export function describeTest(channel: string, at: string): Message {
  return {
    event: 'test',
    job: 'none',
    run: null,
    target: null,
    at,
    title: 'ninja-sync: a test message',
    text: `Channel ${channel} works: what happens to runs is told here.`,
    numbers: {},
    next: ['Nothing has to be done.'],
    link: null,
  };
}

/** `repeats`: how often it happened since it was told the last time, when more than once. */
export function addRepeats(message: Message, repeats: number): Message {
  if (repeats < 2) return message;
  const text = `This is the last of ${repeats} times since it was told before. ${message.text}`.trim();
  return { ...message, title: `${message.title} (${repeats} times)`, text };
}

function explainRun(event: EventName, run: Run): readonly string[] {
  const { rowOutcomes, message, summary } = run;
  if (event === 'breached') {
    const crossed = (summary?.guards ?? []).filter(({ ok }) => !ok).map((guard) => guard.message);
    return crossed.length > 0 ? crossed : [message ?? ''];
  }
  if (event === 'awaiting-approval') return [message ?? ''];
  if (event !== 'failed') return [];
  if (rowOutcomes === null) return [message ?? 'It does not say why.'];
  const refused = rowOutcomes.failed + rowOutcomes.rejected - (summary?.counts.rejectedRows ?? 0);
  // What is said then quotes clients, and what the server said of them.
  const speaksOfClients = refused > 0 || run.status === 'done' || (message ?? '').includes(STOPPED_BY_CHANGES);
  return speaksOfClients
    ? [`Changes failed or were refused by the server; \`ninja-sync show ${run.id}\` says which and why.`]
    : [message ?? ''];
}

/** Of what was planned, and of what became of the rows where that is known. */
function countRun({ summary, rowOutcomes }: Run): Readonly<Record<string, number>> {
  const counts: [string, number][] = [];
  if (summary !== null) {
    counts.push(['rows', summary.counts.rows], ['changes', countChanges(summary.counts)]);
    if (rowOutcomes === null) {
      for (const kind of CHANGE_ORDER) counts.push([`to ${kind}`, summary.counts[kind]]);
      counts.push(['rejected', summary.counts.rejectedRows]);
    }
  }
  if (rowOutcomes !== null) counts.push(...Object.entries(rowOutcomes));
  return Object.fromEntries(counts.filter(([name, count]) => count > 0 || name === 'rows'));
}

export function countChanges(counts: NonNullable<Run['summary']>['counts']): number {
  return CHANGE_ORDER.reduce((sum, kind) => sum + counts[kind], 0);
}

/** `120 rows, 3 rejected`. */
export function showNumbers(numbers: Message['numbers']): string {
  return Object.entries(numbers)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function clean(text: string): string {
  const masked = maskText(text.replaceAll(/\p{Cc}+/gu, ' ').trim());
  return masked.length > TEXT_LENGTH_MAX ? `${masked.slice(0, TEXT_LENGTH_MAX - 1)}…` : masked;
}

function fillLink(link: string | null, job: string, run: number | null): string | null {
  // Where it leads without a run nobody said.
  if (link === null || (run === null && link.includes('{run}'))) return null;
  return link.replaceAll('{run}', String(run)).replaceAll('{job}', encodeURIComponent(job));
}

function showTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
