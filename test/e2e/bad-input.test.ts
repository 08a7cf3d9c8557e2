/**
 * What people get wrong, and what they are told: the exit code, what is wrong, where, the value, what to do; never a
 * stack trace, and never a write. Beside each group stands the same set-up with nothing wrong, which does write.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { runCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

let sandbox: Sandbox;
let folder: string;
let env: Environment;
const servers: Server[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox.close();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

beforeEach(() => {
  sandbox.reset();
  sandbox.seed([{ name: 'Old Client', id_number: 'C-1', contacts: [{ email: 'old@example.com' }] }]);
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-bad-input-'));
  mkdirSync(path.join(folder, 'jobs'));
  writeFileSync(
    path.join(folder, 'jobs/crm.yaml'),
    'columns:\n  name: Company\n  id_number: ID\ncontacts:\n  - email: Email\nguards:\n  update: { ratio: 1 }\n',
  );
  writeFileSync(
    path.join(folder, 'good.csv'),
    'ID,Company,Email\nC-1,Client One,one@example.com\nC-2,Client Two,two@example.com\n',
  );
  env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: path.join(folder, 'data') };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Complaint {
  readonly code: number;
  /** What the message names, in any order. */
  readonly names: readonly (string | RegExp)[];
  /** The next line: what to do. */
  readonly advice: string | RegExp;
}

function expectComplaint({ code, stderr }: Ended, complaint: Complaint): void {
  expect([code, stderr]).toEqual([complaint.code, expect.stringMatching(/^ninja-sync: /m)]);
  for (const name of complaint.names)
    expect(stderr).toMatch(typeof name === 'string' ? new RegExp(escape(name)) : name);
  expect(stderr).toMatch(
    typeof complaint.advice === 'string' ? new RegExp(escape(complaint.advice)) : complaint.advice,
  );
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr).not.toContain('this is a bug');
  expect(stderr).not.toContain(sandbox.tokens.admin);
}

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** Plans and runs nothing at the target: what it held before, it holds after. */
async function expectUntouched<Result>(act: () => Promise<Result>): Promise<Result> {
  const before = sandbox.clients();
  const result = await act();
  expect(sandbox.clients()).toEqual(before);
  return result;
}

const run = (...args: readonly string[]): Promise<Ended> => runCli(['run', ...args], env, folder);

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a file that is no table', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
  const zip = Buffer.concat([
    Buffer.from('504b030414000000080000000000', 'hex'),
    deflateRawSync(Buffer.from('ID,Company\n1,A\n')),
  ]);
  const files: readonly (readonly [string, string | Buffer | null, Complaint])[] = [
    ['missing.csv', null, { code: 2, names: ['missing.csv'], advice: /Check|path/ }],
    ['empty.csv', '', { code: 1, names: ['empty.csv', 'empty (0 bytes)'], advice: 'Check the export' }],
    ['blank.csv', '\n \n;;;\n', { code: 1, names: ['blank.csv', /blank/], advice: 'Check the export' }],
    ['header.csv', 'ID,Company,Email\n', { code: 4, names: ['header.csv', 'without a row'], advice: 'Export again' }],
    ['picture.csv', png, { code: 1, names: ['picture.csv', /PNG|picture|image/i], advice: /CSV/ }],
    ['archive.csv', zip, { code: 2, names: ['archive.csv', 'cannot be opened'], advice: /Pack it again/ }],
    [
      'page.csv',
      '<!DOCTYPE html><html><head><title>Log in</title></head><body>Please log in</body></html>',
      { code: 1, names: ['page.csv', 'HTML'], advice: /log|download|export/i },
    ],
    [
      'data.csv',
      '{"strict":true,"include":["src"]}',
      { code: 1, names: ['data.csv', 'JSON', '"strict"'], advice: /CSV/ },
    ],
    [
      'other.csv',
      'Colour,Size\nred,4\nblue,5\n',
      { code: 1, names: ['other.csv', '"Company"', '"ID"', '"Email"'], advice: 'Its columns are: Colour, Size' },
    ],
  ];

  it.each(files)('%s is refused, and nothing is written', async (name, content, complaint) => {
    if (content !== null) writeFileSync(path.join(folder, name), content);
    expectComplaint(await expectUntouched(() => run(name, '--job', 'crm')), complaint);
  });

  it('a file without any usable column says which ones it has, when no job names them', async () => {
    writeFileSync(path.join(folder, 'other.csv'), 'Colour,Size\nred,4\nblue,5\n');
    const ended = await runCli(['records', 'other.csv'], env, folder);
    expectComplaint(ended, { code: 1, names: ['other.csv', 'Colour, Size'], advice: 'ninja-sync init other.csv' });
  });

  it('a file that is a table is carried out', async () => {
    expect((await run('good.csv', '--job', 'crm')).code).toBe(0);
    expect(
      sandbox
        .clients()
        .map((client) => client.name)
        .sort(),
    ).toEqual(['Client One', 'Client Two']);
  });
});

describe('a job that cannot be used', () => {
  it.each([
    ['an unknown key', 'columns:\n  name: Company\n  id_numbr: ID\n', ['broken.yaml', 'id_numbr', 'id_number']],
    ['an unknown value', 'policy:\n  missing: archiv\n', ['broken.yaml', 'policy.missing', 'archiv']],
    ['no YAML', 'columns: {name: [\n', ['broken.yaml']],
    ['a column that the file lacks', 'columns:\n  name: Compny\n', ['good.csv', '"Compny"', 'did you mean "Company"']],
  ])('%s is named with the nearest valid one, and nothing is written', async (what, text, names) => {
    writeFileSync(path.join(folder, 'jobs/broken.yaml'), text);
    const ended = await expectUntouched(() => run('good.csv', '--job', 'broken'));
    expectComplaint(ended, { code: what.startsWith('a column') ? 1 : 2, names, advice: '' });
  });

  it('a job that is missing is answered with those that there are', async () => {
    const ended = await expectUntouched(() => run('good.csv', '--job', 'crn'));
    expectComplaint(ended, { code: 2, names: ['crn', 'crm'], advice: '' });
  });

  it('a job without a file is answered with the command that names one', async () => {
    const ended = await expectUntouched(() => run('--job', 'crm'));
    expectComplaint(ended, { code: 2, names: ['crm', 'source.files'], advice: '--job crm' });
  });
});

describe('a target that cannot be used', () => {
  it('no target at all: says which setting is missing', async () => {
    const ended = await runCli(['plan', 'good.csv', '--job', 'crm'], { DATA_DIR: path.join(folder, 'data') }, folder);
    expectComplaint(ended, { code: 2, names: ['NINJA_URL'], advice: 'NINJA_URL' });
  });

  it('a wrong token, a locked user', async () => {
    for (const token of ['no-such-token', sandbox.tokens.locked]) {
      const ended = await expectUntouched(() =>
        runCli(['run', 'good.csv', '--job', 'crm'], { ...env, NINJA_TOKEN: token }, folder),
      );
      expectComplaint(ended, { code: 1, names: [sandbox.url], advice: /token/ });
      expect(ended.stderr).not.toContain(token);
    }
  });

  it('a port on which nobody listens', async () => {
    const url = await serve(() => {});
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    const ended = await runCli(['plan', 'good.csv', '--job', 'crm'], { ...env, NINJA_URL: url }, folder);
    expectComplaint(ended, { code: 1, names: [url], advice: /address|reach|running|NINJA_URL/ });
  });

  it('a page instead of JSON', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><title>Welcome</title></html>'),
    );
    const ended = await runCli(['plan', 'good.csv', '--job', 'crm'], { ...env, NINJA_URL: url }, folder);
    expectComplaint(ended, { code: 1, names: [url], advice: 'the address of the API server' });
  });

  it('a redirect to another address', async () => {
    const url = await serve((request, response) =>
      response.writeHead(301, { Location: `https://invoicing.example.com${request.url ?? ''}` }).end(),
    );
    const ended = await runCli(['plan', 'good.csv', '--job', 'crm'], { ...env, NINJA_URL: url }, folder);
    expectComplaint(ended, { code: 1, names: [url, 'https://invoicing.example.com'], advice: /NINJA_URL|address/ });
  });

  it('a token that may not see all clients: they would be created again', async () => {
    const ended = await expectUntouched(() =>
      runCli(['run', 'good.csv', '--job', 'crm'], { ...env, NINJA_TOKEN: sandbox.tokens.none }, folder),
    );
    expectComplaint(ended, { code: 1, names: [sandbox.url, 'may not see all clients'], advice: 'administrator' });
  });

  it('a token that may only read: it plans, and does not apply', async () => {
    const reader = { ...env, NINJA_TOKEN: sandbox.tokens.view_only };
    const planned = await expectUntouched(() => runCli(['plan', 'good.csv', '--job', 'crm'], reader, folder));
    expect(planned.code).toBe(0);
    expect(planned.stderr).toContain('This token may only read');
    const applied = await expectUntouched(() => runCli(['apply', '1'], reader, folder));
    expectComplaint(applied, {
      code: 1,
      names: [sandbox.url, 'may not create and edit clients'],
      advice: 'administrator',
    });
    expect((await runCli(['apply', '1'], env, folder)).code).toBe(0);
    expect(sandbox.clients()).toHaveLength(2);
  });
});
