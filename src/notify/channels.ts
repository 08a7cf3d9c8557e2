/**
 * `notify.yaml`: the ways by which people are told, and who is told what unless a job says otherwise.
 *
 * Invariant: the file holds names of secrets, never secrets; what is wrong with it is said all at once, with lines.
 */

import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ENVIRONMENT } from '../config.js';
import { SyncError } from '../errors.js';
import { holdsSecret } from '../job/check.js';
import { readDocument } from '../job/document.js';
import type { DocumentWords, Finding, JobDocument, Path } from '../job/document.js';
import { explainIssues, listWords, showKeys } from '../job/explain.js';
import { refuseFile, showPath } from '../job/load.js';
import { nearestWord } from '../job/nearest.js';
import { EVENTS_DEFAULT } from '../job/notify-keys.js';
import type { EventName } from '../job/notify-keys.js';
import type { Job } from '../job/schema.js';
import { readSecret } from '../secret.js';
import type { SecretPlace } from '../secret.js';
import { NOTIFY_JSON_SCHEMA, notifyFileSchema } from './schema.js';
import type { ChannelSettings } from './schema.js';

const HOUR_MS = 60 * 60_000;

const WORDS: DocumentWords = {
  one: 'notify.yaml',
  needs: 'it needs at least `channels`',
  example: '`channels:`',
  secrets: 'secrets never stand in this file: `sign-with: { env: NAME }` names the environment variable that holds it',
};

/** The kinds of channels, as keys of the file. */
const KINDS = ['slack', 'webhook', 'email'] as const;

export type Channel = ChannelSettings & {
  readonly name: string;
  /** Where notify.yaml lies: files of secrets are relative to it. */
  readonly folder: string;
};

export interface Channels {
  readonly all: readonly Channel[];
  /** Names. */
  readonly to: readonly string[];
  readonly on: readonly EventName[];
  /** Two of the same event of a job are at least so far apart. */
  readonly repeatMs: number;
  /** Template of an address where one can act. */
  readonly link: string | null;
}

export const NO_CHANNELS: Channels = { all: [], to: [], on: EVENTS_DEFAULT, repeatMs: HOUR_MS, link: null };

/**
 * A file that does not exist tells nobody.
 *
 * @throws SyncError `notify-invalid`, `file-unreadable`
 */
export async function loadChannels(file: string): Promise<Channels> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return NO_CHANNELS;
    throw new SyncError('file-unreadable', `Cannot read ${file}: ${code}`, { cause: error });
  }
  return parseChannels(text, file);
}

/** @throws SyncError `notify-invalid` with every problem, sorted by place */
export function parseChannels(text: string, file: string): Channels {
  const document = readDocument(text, WORDS);
  const parsed = document.value === undefined ? undefined : notifyFileSchema.safeParse(document.value);
  const findings = [...document.findings];
  // What was found first says it best: a secret is not just an unknown key.
  const add = (found: readonly Finding[]): void => {
    const taken = new Set(findings.map(({ path }) => showKeys(path)));
    findings.push(...found.filter(({ path }) => !taken.has(showKeys(path))));
  };
  if (parsed !== undefined) {
    add(explainIssues(parsed.error?.issues ?? [], document, NOTIFY_JSON_SCHEMA));
    add(checkChannels(document));
  }
  if (findings.length > 0 || parsed?.success !== true)
    throw refuseFile('notify-invalid', findings, document, file, showPath(file));
  const { channels, to, on, repeat, link } = parsed.data;
  const folder = dirname(file);
  const all = Object.entries(channels).map(([name, channel]) => ({ name, folder, ...channel }));
  return {
    all,
    to: to ?? all.map(({ name }) => name),
    on: on ?? EVENTS_DEFAULT,
    repeatMs: repeat,
    link: link ?? null,
  };
}

/** What the schema cannot say. */
function checkChannels(document: JobDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (path: Path, message: string): void => {
    findings.push({ path, offset: document.locate(path, 'value'), message: `${showKeys(path)}: ${message}` });
  };
  const channels = groupOf(document.value?.['channels']);
  for (const [name, channel] of Object.entries(channels)) {
    const path = ['channels', name];
    const kinds = KINDS.filter((kind) => groupOf(channel)[kind] !== undefined);
    if (kinds.length !== 1)
      report(path, `${kinds.length === 0 ? 'no way to tell' : 'two ways'}: give one of ${listWords(KINDS)}`);
    for (const kind of kinds) checkChannel(groupOf(groupOf(channel)[kind]), [...path, kind], report);
  }
  const wanted = document.value?.['to'];
  for (const [index, name] of (Array.isArray(wanted) ? wanted : []).entries()) {
    if (typeof name !== 'string' || Object.hasOwn(channels, name)) continue;
    report(['to', index], describeUnknown(name, Object.keys(channels)));
  }
  return findings;
}

function checkChannel(settings: Group, path: Path, report: (path: Path, message: string) => void): void {
  const { url } = settings;
  if (typeof url === 'string') {
    const isSlack = path.at(-1) === 'slack';
    if (isSlack || holdsSecret(url))
      report([...path, 'url'], 'this address is a secret: write `{ env: NAME }`, and set NAME to it where workers run');
    else if (!/^https?:$/.test(protocolOf(url))) report([...path, 'url'], 'expected an https address');
    else if (protocolOf(url) === 'http:' && settings['internal'] !== true)
      report([...path, 'url'], 'http is for the own network only: use https, or add `internal: true`');
  }
  for (const key of ['url', 'sign-with', 'smtp']) {
    const named = settings[key];
    if (typeof named !== 'object' || named === null) continue;
    const { env, file } = groupOf(named);
    if ((env === undefined) === (file === undefined))
      report([...path, key], 'expected `{ env: NAME }` or `{ file: PATH }`');
  }
}

/** One or two sentences. */
export function describeUnknown(name: string, known: readonly string[]): string {
  const nearest = nearestWord(name, known);
  const remedy = nearest === undefined ? `Known are ${listWords(known)}.` : `Did you mean \`${nearest}\`?`;
  return `there is no channel \`${name}\`. ${known.length === 0 ? 'notify.yaml names none.' : remedy}`;
}

/** What a job says wins over the file. `job` is `null` where its file is gone. */
export function wishesOf(
  channels: Channels,
  job: Pick<Job, 'notify'> | null,
): { readonly to: readonly string[]; readonly on: readonly EventName[] } {
  return { to: job?.notify?.to ?? channels.to, on: job?.notify?.on ?? channels.on };
}

/** @throws SyncError `notify-failed`, which names where the secret should be and never the secret */
export function readChannelSecret({ folder }: Pick<Channel, 'folder'>, place: SecretPlace): string {
  return readSecret(
    place,
    ENVIRONMENT,
    folder,
    (problem, hint) => new SyncError('notify-failed', `${problem}.`, { hint }),
  );
}

type Group = Readonly<Record<string, unknown>>;

function groupOf(value: unknown): Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {};
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
