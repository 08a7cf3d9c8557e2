/** Named secrets: real files, and what each part of the program that names one says of them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config.js';
import { SyncError } from '../src/errors.js';
import { parseChannels } from '../src/notify/channels.js';
import { checkChannel } from '../src/notify/send.js';
import { fillIn, readJobSecret } from '../src/remote/secrets.js';
import { describeSecret, findSecret } from '../src/secret.js';
import type { SecretPlace } from '../src/secret.js';
import { findTarget, parseTargets } from '../src/targets/load.js';
import { readTargetToken } from '../src/targets/target.js';

const NAME = 'SOME_SECRET';
let folder: string;

const environment = (name: string): string | undefined => process.env[name];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-secret-'));
  mkdirSync(path.join(folder, 'directory'));
  writeFileSync(path.join(folder, 'good'), 'sesame\n');
  writeFileSync(path.join(folder, 'blank'), ' \n');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const at = (name: string): string => path.join(folder, name);

function find(place: SecretPlace, variables: Readonly<Record<string, string>> = {}): unknown {
  return findSecret(place, (name) => variables[name], folder);
}

describe('a secret', () => {
  it('is the variable, else the file that the variable with _FILE names, without the end of its line', () => {
    const value = { value: 'sesame' };
    expect(find({ env: NAME }, { SOME_SECRET: ' sesame\n', SOME_SECRET_FILE: at('missing') })).toEqual(value);
    expect(find({ env: NAME }, { SOME_SECRET: '', SOME_SECRET_FILE: ` ${at('good')} ` })).toEqual(value);
    expect(find({ file: at('good') })).toEqual(value);
    expect(find({ file: 'good' })).toEqual(value);
  });

  it('is unset only where nobody named one', () => {
    const unset = { problem: 'SOME_SECRET is not set, nor is SOME_SECRET_FILE', isUnset: true };
    expect(find({ env: NAME })).toMatchObject(unset);
    expect(find({ env: NAME }, { SOME_SECRET: ' ', SOME_SECRET_FILE: '' })).toMatchObject(unset);
  });

  it.each([
    ['missing', 'cannot read FILE (ENOENT)'],
    ['directory', 'cannot read FILE (EISDIR)'],
    ['blank', 'FILE is empty'],
  ])('that is named and cannot be read has name and path in its problem: %s', (name, expected) => {
    const problem = expected.replace('FILE', at(name));
    expect(find({ env: NAME }, { SOME_SECRET_FILE: at(name) })).toMatchObject({
      problem: `SOME_SECRET_FILE: ${problem}`,
      isUnset: false,
    });
    expect(find({ file: name })).toMatchObject({ problem, isUnset: false });
  });

  it('is shown by its place', () => {
    expect(describeSecret({ env: NAME })).toBe('variable SOME_SECRET');
    expect(describeSecret({ file: '/run/token' })).toBe('file /run/token');
  });
});

/** Everybody who reads one, with what stands before the problem. */
const READERS: readonly (readonly [string, string, string, (place: SecretPlace) => string | undefined])[] = [
  [
    'source.from',
    'config-invalid',
    'crm: source.from: ',
    (place) => readJobSecret({ job: { name: 'crm', path: at('jobs/crm.yaml') }, variables: environment }, place),
  ],
  [
    'an address of source.from',
    'config-invalid',
    'crm: source.from: ',
    (place) =>
      'env' in place
        ? fillIn({ job: { name: 'crm', path: at('jobs/crm.yaml') }, variables: environment }, `\${${place.env}}`)
        : undefined,
  ],
  [
    'targets.yaml',
    'target-unset',
    'acme: no token: ',
    (place) => {
      const text = `targets: { acme: { url: https://a.example, token: ${JSON.stringify(place)} } }`;
      return readTargetToken(findTarget(parseTargets(text, at('targets.yaml')), 'acme'));
    },
  ],
  [
    'notify.yaml',
    'notify-failed',
    '',
    (place) => {
      const text = `channels: { ops: { slack: { url: ${JSON.stringify(place)} } } }`;
      for (const channel of parseChannels(text, at('notify.yaml')).all) checkChannel(channel);
      return undefined;
    },
  ],
];

describe.each(READERS)('in %s', (_, code, before, read) => {
  function refusalOf(place: SecretPlace): string {
    try {
      read(place);
    } catch (error) {
      if (error instanceof SyncError && error.code === code) return error.message;
      throw error;
    }
    return '';
  }

  it('a file that cannot be read is said with its variable and path, and is never "not set"', () => {
    expect(refusalOf({ env: NAME })).toBe(`${before}SOME_SECRET is not set, nor is SOME_SECRET_FILE.`);
    vi.stubEnv('SOME_SECRET_FILE', at('missing'));
    expect(refusalOf({ env: NAME })).toBe(`${before}SOME_SECRET_FILE: cannot read ${at('missing')} (ENOENT).`);
  });

  it('is read as it is now', () => {
    const file = at('turning');
    vi.stubEnv('SOME_SECRET_FILE', file);
    for (const value of ['one', 'two']) {
      writeFileSync(file, `${value}\n`);
      const found = read({ env: NAME });
      expect(found ?? value).toBe(value);
    }
    rmSync(file);
    expect(refusalOf({ env: NAME })).toContain(file);
  });
});

describe('files', () => {
  it.each(READERS.filter(([where]) => where !== 'an address of source.from'))(
    'are relative to the folder of the project: %s',
    (_where, _code, _before, read) => {
      expect(read({ file: 'good' }) ?? 'sesame').toBe('sesame');
      expect(() => read({ file: 'missing' })).toThrow(at('missing'));
    },
  );
});

describe('the token of the process', () => {
  it('is read anew, and a file that went away is not a token that was never set', () => {
    const file = at('token');
    writeFileSync(file, 'first\n');
    const config = loadConfig({}, { NINJA_TOKEN_FILE: file });
    expect([config.token, config.readToken()]).toEqual(['first', 'first']);
    writeFileSync(file, 'second\n');
    expect(config.readToken()).toBe('second');
    rmSync(file);
    expect(() => config.readToken()).toThrow(`NINJA_TOKEN_FILE: cannot read ${file} (ENOENT)`);
    expect(loadConfig({ token: 'flag' }, { NINJA_TOKEN: 'own' }).readToken()).toBe('flag');
    expect(loadConfig({}, {}).readToken()).toBeUndefined();
  });
});
