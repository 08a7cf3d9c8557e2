/** What a cell may name: files in the export's folder and documents on the public internet, and nothing else. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DOCUMENT_BYTES_MAX } from '../../src/ninja/document.js';
import { resolveDocuments } from '../../src/source/documents.js';
import { isPublic } from '../../src/source/fetch-document.js';
import { CERTIFICATE, startHttps } from './https-server.js';
import type { HttpsServer } from './https-server.js';

let top: string;
let folder: string;

beforeEach(async () => {
  top = await mkdtemp(path.join(tmpdir(), 'ninja-sync-documents-'));
  folder = path.join(top, 'exports');
  await mkdir(path.join(folder, 'docs'), { recursive: true });
  await writeFile(path.join(folder, 'a.pdf'), 'a');
  await writeFile(path.join(folder, 'docs', 'b, c.pdf'), 'bc');
  await writeFile(path.join(folder, 'empty.pdf'), '');
  await writeFile(path.join(folder, 'run.exe'), 'x');
  await writeFile(path.join(top, 'secret.txt'), 'secret');
});

afterEach(async () => {
  await rm(top, { recursive: true });
});

describe('a cell with paths', () => {
  it.each<readonly [string, readonly string[]]>([
    ['a.pdf', ['a.pdf']],
    ['./docs/../a.pdf', ['a.pdf']],
    ['docs\\b, c.pdf', ['docs/b, c.pdf']],
    [' a.pdf ; docs/b, c.pdf|a.pdf\n', ['a.pdf', 'docs/b, c.pdf']],
    ['', []],
  ])('%j names %j', async (cell, files) => {
    const real = (name: string): string => path.join(folder, name);
    expect(await resolveDocuments(cell, folder)).toEqual({
      files: files.map((name) => ({ path: real(name) })),
      problems: [],
    });
  });

  it.each<readonly [string, RegExp]>([
    ['../secret.txt', /leads out of/],
    ['docs/../../secret.txt', /leads out of/],
    ['..\\secret.txt', /leads out of/],
    ['/etc/passwd', /leads out of/],
    ['C:\\secret.txt', /leads out of|Only https/],
    ['\\\\server\\share\\a.pdf', /leads out of/],
    ['link.txt', /leads out of/],
    ['outside/secret.txt', /leads out of/],
    ['.', /leads out of/],
    ['docs', /no file/],
    ['none.pdf', /no such file/],
    ['empty.pdf', /empty/],
    ['run.exe', /\.exe is no type/],
    ['file:///etc/passwd', /Only https/],
    ['http://example.com/a.pdf', /Only https/],
    ['ftp://example.com/a.pdf', /Only https/],
  ])('%j is a problem of its own, beside files that are none', async (value, hint) => {
    await symlink(path.join(top, 'secret.txt'), path.join(folder, 'link.txt'));
    await symlink(top, path.join(folder, 'outside'));
    const { files, problems } = await resolveDocuments(`${value};a.pdf`, folder);
    expect(problems).toEqual([{ value, hint: expect.stringMatching(hint) }]);
    expect(files).toHaveLength(1);
  });

  it('names at most twenty', async () => {
    const cell = Array.from({ length: 21 }, (_, nth) => `${nth}.pdf`).join(';');
    expect((await resolveDocuments(cell, folder)).problems).toMatchObject([
      { hint: expect.stringMatching(/21 documents/) },
    ]);
  });
});

describe('a cell with an address', () => {
  let server: HttpsServer;
  let requests: string[] = [];

  const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    '/contract%20%C3%BC.pdf': (_request, response) => response.end('pdf'),
    '/download': (_request, response) => response.setHeader('content-type', 'application/pdf').end('pdf'),
    '/page.pdf': (_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'),
    '/program.exe': (_request, response) => response.end('x'),
    '/empty.pdf': (_request, response) => response.end(),
    '/gone.pdf': (_request, response) => response.writeHead(404).end('no'),
    '/announced.pdf': (_request, response) => {
      response.setHeader('content-length', DOCUMENT_BYTES_MAX + 1);
      response.write('x');
    },
    '/endless.pdf': (_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more);
      };
      more();
    },
    '/slow.pdf': (_request, response) => response.write('x'),
    '/moved.pdf': (_request, response) => response.writeHead(302, { location: '/download' }).end(),
    '/loop.pdf': (_request, response) => response.writeHead(302, { location: '/loop.pdf' }).end(),
    '/inside.pdf': (_request, response) => response.writeHead(302, { location: 'https://127.0.0.2/a.pdf' }).end(),
    '/metadata.pdf': (_request, response) =>
      response.writeHead(301, { location: 'https://169.254.169.254/a.pdf' }).end(),
    '/plain.pdf': (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1/a.pdf' }).end(),
  };

  beforeAll(async () => {
    server = await startHttps((request, response) => {
      requests.push(request.url ?? '');
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.writeHead(500).end();
      else answer(request, response);
    });
  });

  afterAll(async () => {
    await server.close();
  });

  beforeEach(() => {
    requests = [];
  });

  const options = {
    ca: CERTIFICATE,
    allows: (address: string) => ['127.0.0.1', '::1'].includes(address),
    timeoutMs: 1000,
  };

  it.each([
    ['/contract%20%C3%BC.pdf', 'contract ü.pdf'],
    ['/download', 'download.pdf'],
    ['/moved.pdf', 'download.pdf'],
  ])('%s is fetched as %s', async (address, name) => {
    const found = await resolveDocuments(`https://127.0.0.1:${server.port}${address}`, folder, options);
    expect(found).toEqual({ files: [{ name, bytes: Buffer.from('pdf') }], problems: [] });
  });

  it.each<readonly [string, RegExp, number]>([
    ['/page.pdf', /web page/, 1],
    ['/program.exe', /\.exe is no type/, 1],
    ['/empty.pdf', /empty/, 1],
    ['/gone.pdf', /status 404/, 1],
    ['/announced.pdf', /20\.0 MB is the limit/, 1],
    ['/endless.pdf', /20\.0 MB is the limit/, 1],
    ['/slow.pdf', /in time/, 1],
    ['/loop.pdf', /more than 3 times/, 4],
    ['/inside.pdf', /not a public one/, 1],
    ['/metadata.pdf', /not a public one/, 1],
    ['/plain.pdf', /only https/, 1],
  ])('%s is refused', async (address, hint, count) => {
    const value = `https://127.0.0.1:${server.port}${address}`;
    const found = await resolveDocuments(value, folder, options);
    expect(found).toEqual({ files: [], problems: [{ value, hint: expect.stringMatching(hint) }] });
    expect(requests).toHaveLength(count);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433'])(
    'inside of our own network, by %s, is not even asked',
    async (host) => {
      const value = `https://${host}:${server.port}/download`;
      const found = await resolveDocuments(value, folder, { ca: CERTIFICATE });
      expect(found.problems).toEqual([{ value, hint: expect.stringMatching(/not a public one/) }]);
      expect(requests).toEqual([]);
    },
  );

  it('by a name that is allowed is asked', async () => {
    const found = await resolveDocuments(`https://localhost:${server.port}/download`, folder, options);
    expect(found.files).toHaveLength(1);
  });

  it('with a certificate of nobody is refused', async () => {
    const found = await resolveDocuments(`https://127.0.0.1:${server.port}/download`, folder, {
      allows: options.allows,
    });
    expect(found.problems).toMatchObject([{ hint: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) }]);
    expect(requests).toEqual([]);
  });

  it('that is none is refused', async () => {
    expect((await resolveDocuments('https://', folder)).problems).toMatchObject([{ hint: 'It is no address.' }]);
  });
});

describe('an address of the public internet', () => {
  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::1', '2a00:1450::1'])(
    'is %s',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2001::1',
    '2002:7f00:1::',
    '2001:db8::1',
    'example.com',
    '',
  ])('is not %s', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});
