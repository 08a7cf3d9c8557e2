/** What an export may name: files in the export's folder and documents on the public internet, and nothing else. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DOCUMENT_BYTES_MAX } from '../../src/ninja/document.js';
import { openDocuments } from '../../src/source/documents.js';
import type { DocumentSource, MeasuredDocument } from '../../src/source/documents.js';
import { isPublic } from '../../src/source/public-address.js';
import type { FetchOptions } from '../../src/source/fetch-document.js';
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

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function open(options?: FetchOptions): DocumentSource {
  const source = openDocuments(options);
  closers.push(() => source.close());
  return source;
}

/** Measured and read: both say the same about it. */
async function take(
  source: DocumentSource,
  reference: string,
): Promise<string | (MeasuredDocument & { readonly text: string })> {
  const measured = await source.measure(reference, folder);
  const read = await source.read(reference, folder);
  if (typeof measured === 'string' || typeof read === 'string') {
    expect(read).toBe(measured);
    return String(read);
  }
  expect(read).toHaveLength(measured.bytes);
  return { ...measured, text: Buffer.from(read).toString() };
}

describe('a path', () => {
  it.each([
    ['a.pdf', 'a.pdf', 'a'],
    ['./docs/../a.pdf', 'a.pdf', 'a'],
    ['docs\\b, c.pdf', 'b, c.pdf', 'bc'],
    // Written in one form of Unicode, stored in the other: the same name to whoever reads it.
    ['caf\u00e9.pdf', 'caf\u00e9.pdf', 'coffee'],
    ['th\u0065\u0301.pdf', 'th\u00e9.pdf', 'tea'],
  ])('%j is the document %j', async (reference, name, text) => {
    await writeFile(path.join(folder, 'cafe\u0301.pdf'), 'coffee');
    await writeFile(path.join(folder, 'th\u00e9.pdf'), 'tea');
    expect(await take(open(), reference)).toEqual({ name, bytes: text.length, text });
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
  ])('%j is refused', async (reference, why) => {
    await symlink(path.join(top, 'secret.txt'), path.join(folder, 'link.txt'));
    await symlink(top, path.join(folder, 'outside'));
    expect(await take(open(), reference)).toMatch(why);
  });

  it('over a link that stays in the folder is read', async () => {
    await symlink(path.join(folder, 'a.pdf'), path.join(folder, 'link.pdf'));
    expect(await take(open(), 'link.pdf')).toEqual({ name: 'link.pdf', bytes: 1, text: 'a' });
  });

  it('beside an export that was moved away is refused', async () => {
    expect(await open().read('a.pdf', path.join(top, 'gone'))).toMatch(/gone is not there/);
  });
});

describe('an address', () => {
  let server: HttpsServer;
  let requests: string[] = [];

  type Answer = (request: IncomingMessage, response: ServerResponse) => void;
  const usual: Readonly<Record<string, Answer>> = {
    '/contract%20%C3%BC.pdf': (_request, response) => response.end('pdf'),
    '/download': (_request, response) => response.setHeader('content-type', 'application/pdf').end('pdf'),
    '/page.pdf': (_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'),
    '/sized.pdf': (_request, response) => response.setHeader('content-length', 3).end('pdf'),
    '/packed.pdf': (_request, response) => response.setHeader('content-encoding', 'gzip').end('pdf'),
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
  const answers = new Map(Object.entries(usual));

  beforeAll(async () => {
    server = await startHttps((request, response) => {
      requests.push(request.url ?? '');
      const answer = answers.get((request.url ?? '').replace(/\?.*/, ''));
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

  const at = (address: string): string => `https://127.0.0.1:${server.port}${address}`;

  it.each([
    ['/contract%20%C3%BC.pdf', 'contract ü.pdf'],
    ['/download', 'download.pdf'],
    ['/moved.pdf', 'download.pdf'],
    ['/sized.pdf', 'sized.pdf'],
  ])('%s is the document %s', async (address, name) => {
    expect(await take(open(options), at(address))).toEqual({ name, bytes: 3, text: 'pdf' });
  });

  it('that announces a size is measured without its content', async () => {
    answers.set('/announced-only.pdf', (_request, response) => {
      response.setHeader('content-length', 1000);
      response.write('x');
    });
    expect(await open(options).measure(at('/announced-only.pdf'), folder)).toEqual({
      name: 'announced-only.pdf',
      bytes: 1000,
    });
    expect(await open(options).read(at('/announced-only.pdf'), folder)).toMatch(/in time/);
  });

  it.each<readonly [string, RegExp, number]>([
    ['/page.pdf', /web page/, 1],
    ['/packed.pdf', /packed \(gzip\)/, 1],
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
  ])('%s is refused', async (address, why, count) => {
    expect(await take(open(options), at(address))).toMatch(why);
    // Measured and read.
    expect(requests).toHaveLength(2 * count);
  });

  it('of a server that lets three requests wait is not asked for more, until it answers', async () => {
    const source = open({ ...options, timeoutMs: 200 });
    for (const nth of [1, 2]) expect(await source.measure(at(`/slow.pdf?${nth}`), folder)).toMatch(/in time/);
    expect(await source.measure(at('/sized.pdf'), folder)).toMatchObject({ bytes: 3 });
    for (const nth of [3, 4, 5]) expect(await source.measure(at(`/slow.pdf?${nth}`), folder)).toMatch(/in time/);
    expect(await source.measure(at('/sized.pdf'), folder)).toMatch(/3 documents of 127\.0\.0\.1:\d+ did not come/);
    expect(requests).toHaveLength(6);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433'])(
    'inside of our own network, by %s, is not even asked',
    async (host) => {
      const source = open({ ca: CERTIFICATE });
      expect(await take(source, `https://${host}:${server.port}/download`)).toMatch(/not a public one/);
      expect(requests).toEqual([]);
    },
  );

  it('by a name that is allowed is asked', async () => {
    const reference = `https://localhost:${server.port}/download`;
    expect(await take(open(options), reference)).toMatchObject({ name: 'download.pdf' });
  });

  it('with a certificate of nobody is refused', async () => {
    const source = open({ allows: options.allows });
    expect(await take(source, at('/download'))).toMatch(/SELF_SIGNED|UNABLE_TO/);
    expect(requests).toEqual([]);
  });

  it('that is none is refused', async () => {
    expect(await take(open(), 'https://')).toBe('It is no address.');
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
