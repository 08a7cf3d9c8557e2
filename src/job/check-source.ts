/** What a schema cannot say about `source.from`. Pure; reads the value as it was written. */

import type { Path } from './document.js';
import { describeFound, listWords } from './explain.js';

type Report = (path: Path, message: string) => void;
type Scheme = 'https' | 's3' | 'sftp';

const EXPECTED = 'expected `https://…`, `s3://BUCKET/FOLDER` or `sftp://USER@HOST/FOLDER`';

/** Keys that not every scheme has. */
const KEYS: Readonly<Record<string, readonly Scheme[]>> = {
  'headers': ['https'],
  'allow-private': ['https'],
  'pattern': ['s3', 'sftp'],
  'together': ['https', 's3', 'sftp'],
  'take': ['s3'],
  'mark': ['s3'],
  'complete': ['sftp'],
  'settle': ['sftp'],
  'host-key': ['sftp'],
  'key': ['sftp'],
  'password': ['sftp'],
};
/** Names of headers whose values let somebody in. */
const SECRET_HEADER = /authorization|cookie|token|api-?key|secret|password/i;

/** @param source as it was written */
export function checkSource(source: unknown, report: Report): void {
  const from = isGroup(source) ? source['from'] : undefined;
  if (from === undefined) return;
  if (isGroup(source) && source['files'] !== undefined)
    report(['source', 'from'], 'stands beside `files`: an export is fetched or lies there. Remove one of them');
  const places = Array.isArray(from) ? (from as readonly unknown[]) : [from];
  for (const [index, place] of places.entries()) {
    const path: Path = Array.isArray(from) ? ['source', 'from', index] : ['source', 'from'];
    const scheme = checkPlace(place, path, report);
    if (places.length > 1 && scheme !== null && scheme !== 'https')
      report(path, 'only https addresses stand in a list: files of one folder that belong together have `together`');
  }
}

/** Jobs of one template must not take each other's exports out of a folder. */
export function checkTemplateSource(source: unknown, report: Report): void {
  const place = isGroup(source) ? source['from'] : undefined;
  if (!isGroup(place) || typeof place['url'] !== 'string') return;
  const takes = schemeOf(place['url']) === 'sftp' || place['mark'] === 'move';
  if (takes && !place['url'].includes('{target}'))
    report(
      ['source', 'from', 'url'],
      'all targets would take exports from one folder: write `{target}` in it, such as `/exports/{target}`',
    );
}

function checkPlace(place: unknown, path: Path, report: Report): Scheme | null {
  const url = isGroup(place) ? place['url'] : place;
  const urlPath = isGroup(place) ? [...path, 'url'] : path;
  if (typeof url !== 'string' || url === '') return null;
  const scheme = schemeOf(url);
  if (scheme === null) {
    report(urlPath, `found ${describeFound(url)}, ${EXPECTED}`);
    return null;
  }
  const problem = problemOf(url, scheme);
  if (problem !== null) report(urlPath, problem);
  if (!isGroup(place)) {
    if (scheme === 'sftp')
      report(path, 'needs the host key and a key or password: write `url:` and these under `from:`');
    return scheme;
  }
  for (const key of Object.keys(place)) {
    const schemes = KEYS[key];
    if (schemes !== undefined && !schemes.includes(scheme))
      report([...path, key], `is for ${listWords(schemes.map((one) => `${one}://`))}, and the address is ${scheme}://`);
  }
  if (scheme === 'sftp' && (place['key'] === undefined) === (place['password'] === undefined))
    report(path, 'needs either `key` or `password`, each as `{ env: NAME }` or `{ file: PATH }`');
  if (isGroup(place['headers'])) checkHeaders(place['headers'], [...path, 'headers'], report);
  return scheme;
}

function schemeOf(url: string): Scheme | null {
  const scheme = /^(https|s3|sftp):\/\//.exec(url)?.[1];
  return (scheme as Scheme | undefined) ?? null;
}

function problemOf(url: string, scheme: Scheme): string | null {
  // What a variable holds is not known here.
  const shape = url.replaceAll(/\$\{\w+\}|\{target\}/g, 'x');
  if (!URL.canParse(shape)) return `found ${describeFound(url)}, ${EXPECTED}`;
  const { username, password, hostname, search } = new URL(shape);
  if (password !== '' || (scheme !== 'sftp' && username !== ''))
    return 'the address holds a password: secrets never stand in job files: write `password: { env: NAME }` (sftp), or a header (https)';
  if (hostname === '') return `the address names no ${scheme === 's3' ? 'bucket' : 'host'}: ${EXPECTED}`;
  if (scheme === 'sftp' && username === '') return 'the address names no user: write `sftp://USER@HOST/FOLDER`';
  const secret = [...new URL(shape).searchParams].find(
    ([name, value]) => /token|passw|secret|key|sig/i.test(name) && value !== 'x',
  );
  if (search !== '' && secret !== undefined)
    return `the address holds a secret (\`${secret[0]}\`): write \`${secret[0]}=\${NAME}\` with the variable that has it`;
  return null;
}

function checkHeaders(headers: Readonly<Record<string, unknown>>, path: Path, report: Report): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) report([...path, name], 'is no name of a header');
    else if (typeof value === 'string' && SECRET_HEADER.test(name) && !/\$\{\w+\}/.test(value))
      report([...path, name], 'secrets never stand in job files: write `{ env: NAME }` or `{ file: PATH }`');
  }
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
