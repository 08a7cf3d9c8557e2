/**
 * Jobs × targets. A job that says `targets` is a template: it becomes a job for each of them, `JOB@TARGET`, with a schedule,
 * a drop folder, a history and baselines of its own. Pure.
 */

import { createHash } from 'node:crypto';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { SourcePlace } from '../job/source-address.js';
import type { SecretPlace } from '../secret.js';
import { findTarget } from './load.js';
import type { Targets } from './load.js';
import type { NamedTarget } from './target.js';

/** Between the name of a template and that of a target: neither can hold it. */
const AT = '@';
const SPREAD_MS = 15 * 60_000;

/** `hubspot` of `hubspot@acme`, and of `hubspot`. */
export function templateOf(name: string): string {
  return name.split(AT)[0] ?? name;
}

/**
 * The jobs of a job file, in the order of targets.yaml.
 *
 * @throws SyncError `target-unknown` for a name that is not in targets.yaml
 */
export function expandJob(job: Job, targets: Targets): readonly Job[] {
  const { targets: wanted } = job;
  if (wanted === undefined) {
    const { name } = job.target;
    return [name === undefined ? job : bindJob(job, findTarget(targets, name))];
  }
  return chooseTargets(wanted, targets).map((target) => {
    const bound = bindJob({ ...job, name: `${job.name}${AT}${target.name}` }, target);
    const { schedule } = bound;
    return schedule === undefined
      ? bound
      : { ...bound, schedule: { ...schedule, spread: schedule.spread ?? SPREAD_MS } };
  });
}

function chooseTargets(wanted: NonNullable<Job['targets']>, targets: Targets): readonly NamedTarget[] {
  if (wanted === 'all') return targets.list;
  if ('labels' in wanted) {
    return targets.list.filter(({ labels }) => wanted.labels.every((label) => labels.includes(label)));
  }
  return wanted.map((name) => findTarget(targets, name));
}

/** The job as this target has it: its address, its limits, its name in place of `{target}`. */
export function bindJob(job: Job, target: NamedTarget): Job {
  const { name, url, requestsPerMinute, concurrency, headroom } = target;
  const fill = (text: string): string => text.replaceAll('{target}', name);
  const { source, drop, description } = job;
  const { files, from } = source;
  const limits = requestsPerMinute === null ? {} : { 'requests-per-minute': requestsPerMinute };
  return {
    ...job,
    ...(description === undefined ? {} : { description: fill(description) }),
    target: { name, url, ...limits, concurrency, headroom },
    targets: undefined,
    source: {
      ...source,
      ...(files === undefined ? {} : { files: typeof files === 'string' ? fill(files) : files.map(fill) }),
      ...(from === undefined ? {} : { from: fillFrom(from, fill) }),
    },
    ...(drop === undefined ? {} : { drop: { ...drop, folder: fill(drop.folder), ...fillPatterns(drop, fill) } }),
  };
}

type From = NonNullable<Job['source']['from']>;
type Fill = (text: string) => string;

function fillFrom(from: From, fill: Fill): From {
  const one = (place: string | SourcePlace): string | SourcePlace =>
    typeof place === 'string' ? fill(place) : fillPlace(place, fill);
  return Array.isArray(from) ? from.map(one) : one(from);
}

function fillPlace(place: SourcePlace, fill: Fill): SourcePlace {
  const { url, headers, key, password } = place;
  const secret = (value: SecretPlace): SecretPlace => ('file' in value ? { file: fill(value.file) } : value);
  return {
    ...place,
    ...fillPatterns(place, fill),
    url: fill(url),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? fill(value) : secret(value)]),
    ),
    ...(key === undefined ? {} : { key: secret(key) }),
    ...(password === undefined ? {} : { password: secret(password) }),
  };
}

type Patterns = Pick<SourcePlace, 'pattern' | 'together'>;

function fillPatterns({ pattern, together }: Patterns, fill: Fill): Patterns {
  return { pattern: fill(pattern), ...(together === undefined ? {} : { together: together.map(fill) }) };
}

/**
 * How much later than its schedule says a job begins: hundreds that come due in one minute do not all begin in it. By the
 * name, so that it is always the same, on every host, whatever other jobs there are.
 *
 * @returns whole seconds in milliseconds, below `schedule.spread`
 */
export function staggerOf({ name, schedule }: Pick<Job, 'name' | 'schedule'>): number {
  const seconds = Math.floor((schedule?.spread ?? 0) / 1000);
  if (seconds === 0) return 0;
  return (createHash('sha256').update(name).digest().readUInt32BE(0) % seconds) * 1000;
}

/** One of the jobs of a file. @throws SyncError `job-unknown`, `usage` when nobody said which */
export function pickJob(jobs: readonly Job[], name: string, file: Job): Job {
  const found = jobs.find((job) => job.name === name);
  if (found !== undefined) return found;
  const names = jobs.slice(0, 5).map((job) => job.name);
  const some = names.length === 0 ? 'no target fits it' : `${names.join(', ')}${jobs.length > 5 ? ', …' : ''}`;
  if (file.targets === undefined)
    throw new SyncError('job-unknown', `No job "${name}": ${file.name} is no template.`, {
      hint: `Give --job ${file.name}; with a target of targets.yaml: --target NAME`,
    });
  if (name.includes(AT)) {
    throw new SyncError('job-unknown', `No job "${name}": its target is none of those of the template (${some}).`, {
      hint: `See "targets" in ${file.path}, and which targets there are: ninja-sync targets`,
    });
  }
  throw new SyncError('usage', `${file.name} is a template for ${jobs.length} targets (${some}): say which one.`, {
    hint: `Give --job ${names[0] ?? `${file.name}@TARGET`}, or --target NAME.`,
  });
}
