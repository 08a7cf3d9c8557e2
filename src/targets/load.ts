/**
 * From the text of `targets.yaml` to checked targets. Invariant: what is returned is complete; otherwise one error says all
 * that is wrong, with lines. Whether tokens are there is another question: one that is missing stops its target only.
 */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { assert, SyncError } from '../errors.js';
import { holdsSecret } from '../job/check.js';
import { readDocument } from '../job/document.js';
import type { Finding, JobDocument, Path } from '../job/document.js';
import { explainIssues, listWords } from '../job/explain.js';
import { refuseFile, showPath } from '../job/load.js';
import { nearestWord } from '../job/nearest.js';
import { TARGET_NAME } from '../job/target-name.js';
import { parseAddress } from '../ninja/address.js';
import { describeSecret } from '../secret.js';
import type { SecretPlace } from '../secret.js';
import { TARGETS_JSON_SCHEMA, targetsSchema } from './schema.js';
import type { SecretSetting, TargetSettings } from './schema.js';
import type { NamedTarget } from './target.js';

/** What a file of targets holds. */
export interface Targets {
  /** Absolute path. */
  readonly path: string;
  /** In the order of the file. */
  readonly list: readonly NamedTarget[];
}

const CONCURRENCY = 4;
const HEADROOM = 0.1;
/** Thousands of targets; more than this is another file. */
const BYTES_MAX = 4 * 1024 * 1024;
const WORDS = {
  one: 'list of targets',
  needs: 'it needs `targets:`, with a name and a `url` for each company',
  example: '`targets:`',
  secrets: null,
} as const;

/**
 * @param isGiven whether somebody named the file: otherwise it may be missing, and holds no target then
 * @throws SyncError `targets-invalid`, `file-missing`, `file-unreadable`
 */
export async function loadTargets({ path: file, isGiven }: { path: string; isGiven: boolean }): Promise<Targets> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT' && !isGiven) return { path: file, list: [] };
    throw new SyncError(code === 'ENOENT' ? 'file-missing' : 'file-unreadable', `Cannot read ${file}: ${code}`, {
      hint: 'TARGETS_FILE names it.',
      cause: error,
    });
  }
  if (bytes.length > BYTES_MAX)
    throw new SyncError('targets-invalid', `${file}: ${bytes.length} bytes, at most ${BYTES_MAX}.`);
  try {
    return parseTargets(new TextDecoder('utf-8', { fatal: true }).decode(bytes), file, showPath(file));
  } catch (error) {
    if (error instanceof SyncError) throw error;
    throw new SyncError('targets-invalid', `${showPath(file)}: not UTF-8 text. Save the file as UTF-8.`);
  }
}

/** @throws SyncError `targets-invalid` with every problem, sorted by place */
export function parseTargets(text: string, filePath: string, shownAs = filePath): Targets {
  const document = readDocument(text, WORDS);
  const findings: Finding[] = [...readSyntax(document)];
  const parsed = document.value === undefined ? undefined : targetsSchema.safeParse(document.value);
  if (parsed !== undefined) {
    const first = [...checkSecrets(document), ...checkNames(document)];
    // What may be a token is not looked at again: no message repeats it.
    const taken = first.map((finding) => finding.path.slice(0, finding.path[0] === 'defaults' ? 2 : 3).join('.'));
    const others = explainIssues(parsed.error?.issues ?? [], document, TARGETS_JSON_SCHEMA);
    findings.push(...first, ...others.filter(({ path: keys }) => !taken.some((place) => isBelow(keys, place))));
  }
  const targets =
    parsed?.success === true && findings.length === 0 ? complete(parsed.data, filePath, document, findings) : [];
  if (findings.length > 0) throw refuseFile('targets-invalid', findings, document, filePath, shownAs);
  assert(parsed?.success === true, 'targets without findings fit the schema');
  return { path: filePath, list: targets };
}

function isBelow(keys: Path, place: string): boolean {
  return keys.some((_, index) => keys.slice(0, index + 1).join('.') === place);
}

/** One slip breaks all that follows, and what YAML says of it repeats the text: a token, perhaps. */
function readSyntax({ value, findings }: JobDocument): readonly Finding[] {
  const shown = findings.map((finding) => ({ ...finding, message: finding.message.replace(/:? "[^]*$/, '') }));
  return value === undefined ? shown.slice(0, 1) : shown;
}

/** @throws SyncError `target-unknown` */
export function findTarget({ list, path: file }: Targets, name: string): NamedTarget {
  const found = list.find((target) => target.name === name);
  if (found !== undefined) return found;
  const names = list.map((target) => target.name);
  const nearest = nearestWord(name, names);
  const guess = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
  const there = names.length === 0 ? `There is none in ${file}.` : `There: ${listWords(names, 20)}.`;
  throw new SyncError('target-unknown', `No target ${JSON.stringify(name)} in ${file}.${guess} ${there}`, {
    hint: 'See which there are: ninja-sync targets',
  });
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Each group of settings with its path. */
function groupsOf({ value }: JobDocument): readonly (readonly [Path, Readonly<Record<string, unknown>>])[] {
  const { defaults, targets } = value ?? {};
  const named = isGroup(targets) ? Object.entries(targets) : [];
  const all = [[['defaults'], defaults] as const, ...named.map(([name, one]) => [['targets', name], one] as const)];
  return all.flatMap(([keys, group]) => (isGroup(group) ? [[keys, group] as const] : []));
}

/** Values that may be the secret itself: no message repeats them. */
function checkSecrets(document: JobDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (keys: Path, message: string): void => {
    findings.push({ path: keys, offset: document.locate(keys, 'value'), message: `${keys.join('.')}: ${message}` });
  };
  for (const [keys, group] of groupsOf(document)) {
    for (const key of ['token', 'secret']) {
      const place = group[key];
      if (place === undefined) continue;
      const inner = [...keys, key];
      if (!isGroup(place)) report(inner, 'it never stands in a file: write { env: NAME } or { file: PATH }');
      else if (Object.keys(place).length !== 1 || !(Object.hasOwn(place, 'env') || Object.hasOwn(place, 'file')))
        report(inner, 'expected { env: NAME } or { file: PATH }');
      else if (typeof place['env'] === 'string' && !VARIABLE.test(place['env'].replace('{TARGET}', 'X')))
        report([...inner, 'env'], 'expected the name of a variable: letters, digits and underscores');
    }
    if (typeof group['url'] === 'string' && holdsSecret(group['url']))
      report([...keys, 'url'], 'the address holds a user, a password or a token');
  }
  return findings;
}

const VARIABLE = /^[A-Za-z_]\w*$/;

function checkNames(document: JobDocument): readonly Finding[] {
  const { targets } = document.value ?? {};
  if (!isGroup(targets)) return [];
  return Object.keys(targets).flatMap((name): Finding[] => {
    if (TARGET_NAME.test(name)) return [];
    const keys = ['targets', name];
    const message = `\`${name.slice(0, 80)}\` is no name for a target: lower-case letters, digits, dots, dashes and underscores, at most 63`;
    return [{ path: keys, offset: document.locate(keys, 'key'), message }];
  });
}

interface Parsed {
  readonly defaults: Omit<TargetSettings, 'labels'>;
  readonly targets: Readonly<Record<string, TargetSettings | null>>;
}

/** Fills the defaults in, and tells what is missing then, and what stands there twice. */
function complete(
  { defaults, targets }: Parsed,
  file: string,
  document: JobDocument,
  findings: Finding[],
): readonly NamedTarget[] {
  const owners = new Map<string, string>();
  return Object.entries(targets).flatMap(([name, own]) => {
    const all: TargetSettings = { ...defaults, ...own };
    const keys = ['targets', name];
    const report = (message: string, key?: string): void => {
      const inner = key === undefined ? keys : [...keys, key];
      findings.push({ path: inner, offset: document.locate(inner, 'key'), message: `${keys.join('.')}: ${message}` });
    };
    if (all.url === undefined) report('`url` is missing, here and in `defaults`');
    if (all.token === undefined) report('`token` is missing, here and in `defaults`');
    if (all.url === undefined || all.token === undefined) return [];
    const token = locate(all.token, name, file);
    const place = describeSecret(token);
    const other = owners.get(place);
    if (other !== undefined) report(`it has the token of \`${other}\` (${place}): one company has one name`, 'token');
    else owners.set(place, name);
    return [
      {
        name,
        url: parseAddress(all.url).url,
        token,
        secret: all.secret === undefined ? null : locate(all.secret, name, file),
        requestsPerMinute: all['requests-per-minute'] ?? null,
        concurrency: all.concurrency ?? CONCURRENCY,
        headroom: all.headroom ?? HEADROOM,
        labels: all.labels ?? [],
      },
    ];
  });
}

function locate(setting: SecretSetting, name: string, file: string): SecretPlace {
  if ('env' in setting)
    return { env: setting.env.replaceAll('{TARGET}', name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')) };
  return { file: path.resolve(path.dirname(file), setting.file.replaceAll('{target}', name)) };
}
