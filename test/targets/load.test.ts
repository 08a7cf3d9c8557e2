/** targets.yaml: what it may say, and what is said when it says something else. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTargetsFile } from '../../src/targets/file.js';
import { findTarget, loadTargets, parseTargets } from '../../src/targets/load.js';
import { TARGETS_JSON_SCHEMA } from '../../src/targets/schema.js';
import { readTargetToken } from '../../src/targets/target.js';

const FILE = '/srv/sync/targets.yaml';
const read = (text: string) => parseTargets(text, FILE);
function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(`  ${FILE}:`, ''));
  }
  return [];
}

describe('targets.yaml', () => {
  it('gives each target what it says, then what the defaults say', () => {
    const { list } = read(`
defaults:
  url: https://invoicing.co/api/v1
  token: { file: "secrets/{target}.token" }
  requests-per-minute: 100
targets:
  acme:
  globex-2:
    url: https://globex.example
    token: { env: "TOKEN_{TARGET}" }
    concurrency: 2
    labels: [eu]
`);
    expect(list).toEqual([
      {
        name: 'acme',
        url: 'https://invoicing.co',
        token: { file: '/srv/sync/secrets/acme.token' },
        secret: null,
        requestsPerMinute: 100,
        concurrency: 4,
        headroom: 0.1,
        labels: [],
      },
      {
        name: 'globex-2',
        url: 'https://globex.example',
        token: { env: 'TOKEN_GLOBEX_2' },
        secret: null,
        requestsPerMinute: 100,
        concurrency: 2,
        headroom: 0.1,
        labels: ['eu'],
      },
    ]);
  });

  it('tells all that is wrong with its line', () => {
    expect(
      problemsOf(`targets:
  Acme: { url: "https://a.example", token: { env: A } }
  b:
    url: ftp://b.example
    token: { env: B }
    labels: eu
  c:
    url: https://c.example
    token: { env: C }
  c:
    urll: https://c2.example
    token: { env: "C" }
`).map((line) => line.replace(/:.*/, '')),
    ).toEqual(['2', '4', '6', '10', '11']);
  });

  it.each([
    ['no token', 'targets: { a: { url: "https://a.example" } }', '`token` is missing'],
    ['no address', 'targets: { a: { token: { env: A } } }', '`url` is missing'],
    [
      'one token under two names',
      'targets: { a: { url: "https://a.example", token: { env: A } }, b: { url: "https://a.example", token: { env: A } } }',
      'it has the token of `a` (variable A): one company has one name',
    ],
    ['a user in the address', 'targets: { a: { url: "https://u:p@a.example", token: { env: A } } }', 'holds a user'],
    ['nothing', '', 'the file is empty: it needs `targets:`'],
    ['no targets', 'defaults: {}', 'missing'],
  ])('refuses %s', (_name, text, message) => {
    expect(problemsOf(text).join('\n')).toContain(message);
  });

  it.each([
    'targets: { a: { url: "https://a.example", token: SECRET } }',
    'targets: { a: { url: "https://a.example", token: { env: "SECRET value" } } }',
    'targets: { a: { url: "https://a.example", token: [SECRET] } }',
    'targets: { a: { url: "https://a.example", token: { value: SECRET } } }',
    'targets: { a: { url: "https://a.example" token: SECRET } }',
    'targets:\n  a:\n  url: x\n    token: SECRET',
    'defaults: { secret: "SECRET" }\ntargets: {}',
  ])('never repeats a token: %s', (text) => {
    const problems = problemsOf(text.replaceAll('SECRET', 'n1nja-Sesame')).join('\n');
    expect(problems).not.toBe('');
    expect(problems).not.toContain('n1nja-Sesame');
  });

  it('knows the name that was meant', () => {
    const targets = read('targets: { acme: { url: "https://a.example", token: { env: A } } }');
    expect(() => findTarget(targets, 'acmee')).toThrow('Did you mean `acme`?');
  });

  it('has its schema for editors beside that of job files', () => {
    const file = new URL('../../jobs/targets.schema.json', import.meta.url);
    const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(schema, 'jobs/targets.schema.json is out of date: run "npm run schema"').toEqual(TARGETS_JSON_SCHEMA);
  });
});

describe('the files', () => {
  it('may be missing when nobody named them; tokens are read as they are now', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-targets-'));
    try {
      const file = path.join(folder, 'targets.yaml');
      expect((await loadTargets({ path: file, isGiven: false })).list).toEqual([]);
      await expect(loadTargets({ path: file, isGiven: true })).rejects.toMatchObject({ code: 'file-missing' });

      let sinceMs = 500;
      const clock = (): number => sinceMs + (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      const opened = openTargetsFile({ path: file, isGiven: false }, undefined, clock);
      expect((await opened.read()).list).toEqual([]);
      writeFileSync(file, 'targets: { a: { url: "https://a.example", token: { file: token } } }');
      const [target] = (await opened.read()).list;
      expect(await opened.read()).toBe(await opened.read());
      if (target === undefined) throw new Error('there is a target');
      // Somebody writes it in pieces: what is there by now is half of an address.
      writeFileSync(file, 'targets: { a: { url: "https://a.exam", token: { file: token } } }');
      expect(await opened.read()).toMatchObject({ list: [target] });
      sinceMs = 1500;
      expect(await opened.read()).toMatchObject({ list: [{ url: 'https://a.exam' }] });
      expect(() => readTargetToken(target)).toThrow(`a: no token: cannot read ${folder}/token (ENOENT)`);
      writeFileSync(path.join(folder, 'token'), ' one\n');
      expect(readTargetToken(target)).toBe('one');
      writeFileSync(path.join(folder, 'token'), 'two');
      expect(readTargetToken(target)).toBe('two');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
