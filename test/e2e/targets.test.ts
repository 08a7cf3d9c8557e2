/** Many companies, as an operator handles them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { readLines, runCli } from './cli.js';
import type { Ended } from './cli.js';

let folder: string;
let hosted: Sandbox;
let own: Sandbox;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-targets-'));
  for (const made of ['jobs', 'tokens']) mkdirSync(path.join(folder, made));
  hosted = await startSandbox({ token: 'the-token-of-acme', mode: 'hosted' });
  own = await startSandbox({ token: 'the-token-of-initech', clients: 3 });
  const targets = {
    acme: { labels: ['eu'] },
    globex: { labels: ['eu'] },
    initech: { url: own.url },
    locked: { url: own.url },
    viewer: { url: own.url },
    twin: { url: own.url },
    gone: { url: 'http://127.0.0.1:1' },
    keyless: {},
  };
  write('targets.yaml', JSON.stringify({ defaults: { url: hosted.url, token: { file: 'tokens/{target}' } }, targets }));
  write('tokens/acme', hosted.tokens.admin);
  write('tokens/globex', hosted.tokens.other_company);
  write('tokens/initech', own.tokens.admin);
  write('tokens/locked', own.tokens.locked);
  write('tokens/viewer', own.tokens.view_only);
  write('tokens/twin', own.tokens.admin.toUpperCase());
  write('tokens/gone', 'any');
  write(
    'jobs/crm.yaml',
    JSON.stringify({
      targets: { labels: ['eu'] },
      source: { files: 'in-{target}.csv' },
      columns: { id_number: 'Id', name: 'Name' },
    }),
  );
  write('in-acme.csv', 'Id,Name\n1,Acme One\n');
  write('in-globex.csv', 'Id,Name\n1,Globex One\n');
});

afterEach(async () => {
  await hosted.close();
  await own.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, {}, folder);

describe('doctor --all', () => {
  it('asks every target, tells what is wrong with which, and ends with a sum that adds up', async () => {
    const ended = await cli('doctor', '--all', '--json');
    expect(ended.code).toBe(1);
    const { lines, summary } = readLines(ended);
    expect(summary).toMatchObject({ targets: 8, ok: 2, failed: 6 });
    const found = new Map(lines.slice(0, -1).map((line) => [line['target'], line]));
    const codesOf = (name: string) => {
      const problems = found.get(name)?.['problems'] as { code: string }[] | undefined;
      return problems?.map(({ code }) => code);
    };
    expect(found.get('acme')).toMatchObject({
      ok: true,
      company: 'Untitled Company',
      clients: 0,
      permissions: 'all',
      requestsPerMinute: 500,
      jobs: ['crm@acme'],
    });
    expect(found.get('globex')).toMatchObject({ ok: true, company: 'Other Company', jobs: ['crm@globex'] });
    expect(found.get('initech')).toMatchObject({ clients: 3, requestsPerMinute: null, jobs: [] });
    expect(['initech', 'twin'].map(codesOf)).toEqual([['target-company'], ['target-company']]);
    expect(codesOf('viewer')).toEqual(['target-permission', 'target-company']);
    expect(codesOf('locked')).toEqual(['target-unauthorised']);
    expect(codesOf('gone')).toEqual(['target-unreachable']);
    expect(codesOf('keyless')).toEqual(['target-unset']);
    expect(ended.text + ended.stderr).not.toMatch(/the-token-of/i);
  });

  it('is a table for people, and well when all is well', async () => {
    const ended = await cli('doctor', '--all', '--label', 'eu');
    expect(ended.text).toMatch(/^ +TARGET +COMPANY +CLIENTS/);
    expect(ended.text).toMatch(/\nok +acme +Untitled Company +0 +all +500\/min +same +crm@acme\n/);
    expect(ended.text).toContain('\n2 targets: 2 ok, 0 with a problem.');
    expect(ended.code).toBe(0);
  });
});

describe('a template', () => {
  it('is run for one target at a time, each with its own clients', async () => {
    expect((await cli('run', '--job', 'crm')).stderr).toContain('crm is a template for 2 targets');
    expect((await cli('run', '--job', 'crm@acme')).code).toBe(0);
    expect((await cli('run', '--job', 'crm', '--target', 'globex')).code).toBe(0);
    expect(hosted.clients().map(({ name }) => name)).toEqual(['Acme One']);
    const { lines } = readLines(await cli('clients', '--target', 'globex', '--json'));
    expect(lines.filter(({ type }) => type === 'client')).toMatchObject([{ client: { name: 'Globex One' } }]);
    const runs = readLines(await cli('runs', '--json')).lines;
    expect(runs.flatMap(({ job, target }) => (job === undefined ? [] : [[job, target]]))).toEqual([
      ['crm@globex', 'globex'],
      ['crm@acme', 'acme'],
    ]);
  });
});

describe('a token that was swapped', () => {
  it('is refused, also by doctor, until somebody accepts it', async () => {
    expect((await cli('run', '--job', 'crm@acme')).code).toBe(0);
    write('tokens/acme', hosted.tokens.other_company);
    const refused = await cli('run', '--job', 'crm@acme');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('acme: the token is one of the company "Other Company"');
    expect(refused.stderr).toContain('ninja-sync targets accept acme');
    expect((await cli('doctor', '--all', '--label', 'eu')).text).toContain(
      'the runs so far were for "Untitled Company"',
    );
    const accepted = await cli('targets', 'accept', 'acme');
    expect(accepted.text).toContain('acme is the company "Other Company".');
    expect((await cli('plan', '--job', 'crm@acme')).text).toContain('Acme One');
    expect((await cli('targets')).text).toMatch(/^acme +http\S+ +\[eu\] +Other Company; crm@acme$/m);
  });
});
