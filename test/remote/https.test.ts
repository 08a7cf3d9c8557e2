/** Exports over https: a real server with a certificate of its own, on the loopback. */

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchExport } from '../../src/remote/https.js';
import type { HttpsWish } from '../../src/remote/https.js';
import { CERTIFICATE, startHttps } from '../source/https-server.js';
import type { HttpsServer } from '../source/https-server.js';

const CSV = 'ID,Company\nC-1,Acme\n';
const SECRET = 'Bearer a-secret-that-must-not-leak';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: HttpsServer;
let other: HttpsServer;
let asked: IncomingMessage[];
let answers: Answer[];
let otherAsked: IncomingMessage[];
let folder: string;

beforeAll(async () => {
  server = await startHttps((request, response) => {
    asked.push(request);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer === undefined) response.writeHead(500).end();
    else answer(request, response);
  });
  other = await startHttps((request, response) => {
    otherAsked.push(request);
    response.writeHead(200, { 'content-type': 'text/csv' }).end(CSV);
  });
});
afterAll(async () => {
  await server.close();
  await other.close();
});
beforeEach(() => {
  asked = [];
  answers = [];
  otherAsked = [];
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-https-'));
  return () => rmSync(folder, { recursive: true });
});

const send =
  (headers: Readonly<Record<string, string>> = {}, body = CSV): Answer =>
  (_request, response) =>
    void response.writeHead(200, headers).end(body);

function wish(over: Partial<HttpsWish> = {}): HttpsWish {
  const url = over.url ?? `https://127.0.0.1:${server.port}/out/customers.csv`;
  return {
    url,
    shown: url,
    headers: { Authorization: SECRET },
    bytesMax: 1_000_000,
    allowsPrivate: true,
    known: null,
    signal: new AbortController().signal,
    ca: CERTIFICATE,
    againMs: 1,
    ...over,
  };
}

/** The error's code and message; nothing of a secret is in it, and nothing of a file is left. */
async function refused(over: Partial<HttpsWish> = {}): Promise<{ readonly code: string; readonly message: string }> {
  const error: unknown = await fetchExport(wish(over), folder).then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(JSON.stringify(error) + String(error)).not.toContain('a-secret');
  expect(readdirSync(folder)).toEqual([]);
  const { code, message } = error as { readonly code: string; readonly message: string };
  return { code, message };
}

describe('an export over https', () => {
  it('is fetched with the headers of the job, under its name', async () => {
    answers = [send({ 'etag': '"1"', 'last-modified': 'Sun, 22 Nov 2026 10:00:00 GMT' })];
    const fetched = await fetchExport(wish(), folder);
    expect(fetched).toEqual({
      path: path.join(folder, 'customers.csv'),
      bytes: CSV.length,
      validators: { etag: '"1"', lastModified: 'Sun, 22 Nov 2026 10:00:00 GMT' },
    });
    expect(readFileSync(path.join(folder, 'customers.csv'), 'utf8')).toBe(CSV);
    expect(asked[0]?.headers.authorization).toBe(SECRET);
  });

  it.each([
    ['attachment; filename="Kunden 2026.csv"', 'Kunden 2026.csv'],
    ["attachment; filename=x.csv; filename*=UTF-8''K%C3%A4ufer.csv", 'Käufer.csv'],
    ['attachment; filename="../../etc/passwd.csv"', 'passwd.csv'],
    ['attachment; filename="..\\\\..\\\\.hidden"', 'hidden.csv'],
    ['attachment; filename=".."', 'customers.csv'],
  ])('has the name of %s', async (disposition, name) => {
    answers = [send({ 'content-type': 'text/csv', 'content-disposition': disposition })];
    expect((await fetchExport(wish(), folder))?.path).toBe(path.join(folder, name));
  });

  it('has nothing of a variable in its name', async () => {
    answers = [send({ 'content-type': 'text/csv' })];
    const start = `https://127.0.0.1:${server.port}/out`;
    const fetched = await fetchExport(wish({ url: `${start}/a-secret`, shown: `${start}/\${KEY}` }), folder);
    expect(asked[0]?.url).toBe('/out/a-secret');
    expect(fetched?.path).toBe(path.join(folder, 'x.csv'));
    asked = [];
    const location = '/moved/view-a%20secret.csv';
    answers = [(_request, response) => void response.writeHead(302, { location }).end(), send()];
    const moved = await fetchExport(
      wish({ url: `${start}/a%20secret?n=1`, shown: `${start}/\${KEY}?n=\${N}` }),
      folder,
    );
    expect(asked[1]?.url).toBe('/moved/view-a%20secret.csv');
    expect(moved?.path).toBe(path.join(folder, 'view-x.csv'));
  });

  it('has a name that a file can have', async () => {
    const name = `${'客'.repeat(150)}.csv`;
    answers = [send({ 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` })];
    const fetched = await fetchExport(wish(), folder);
    expect(path.basename(fetched?.path ?? '')).toBe(`${'客'.repeat(58)}.csv`);
  });

  it('is not fetched again while it is the same, and is when it is another', async () => {
    answers = [
      (request, response) => {
        const same = request.headers['if-none-match'] === '"1"' && request.headers['if-modified-since'] === 'yesterday';
        response.writeHead(same ? 304 : 200, { etag: '"2"' }).end(same ? undefined : CSV);
      },
    ];
    const known = { etag: '"1"', lastModified: 'yesterday' };
    expect(await fetchExport(wish({ known }), folder)).toBeNull();
    expect(await fetchExport(wish({ known: { ...known, etag: '"0"' } }), folder)).toMatchObject({ bytes: CSV.length });
  });

  it('that was cut off is fetched once more', async () => {
    const cut: Answer = (_request, response) => {
      response
        .writeHead(200, { 'content-length': String(CSV.length) })
        .write(CSV.slice(0, 5), () => response.destroy());
    };
    answers = [cut, cut, send()];
    expect(await fetchExport(wish(), folder)).toMatchObject({ bytes: CSV.length });
    expect(asked).toHaveLength(3);
  });

  it('that is always cut off is refused, with or without a length', async () => {
    for (const headers of [{ 'content-length': '1000' }, {}]) {
      asked = [];
      answers = [
        (_request, response) => {
          response.writeHead(200, headers).write(CSV, () => response.destroy());
        },
      ];
      expect(await refused()).toMatchObject({ code: 'source-incomplete' });
      expect(asked).toHaveLength(3);
    }
  });

  it('is refused when it is too large, by what is announced and by what comes', async () => {
    answers = [send({ 'content-length': String(CSV.length) })];
    expect(await refused({ bytesMax: 10 })).toMatchObject({ code: 'source-too-large' });
    answers = [
      (_request, response) => {
        response.writeHead(200);
        response.write(CSV);
        response.end(CSV);
      },
    ];
    expect(await refused({ bytesMax: CSV.length })).toMatchObject({ code: 'source-too-large' });
    expect(asked).toHaveLength(2);
  });

  it.each([
    [401, 'source-refused'],
    [403, 'source-refused'],
    [404, 'source-missing'],
    [418, 'source-unusable'],
    [304, 'source-unusable'],
    [429, 'source-unreachable'],
    [503, 'source-unreachable'],
  ])('with status %i is %s', async (status, code) => {
    answers = [(_request, response) => void response.writeHead(status).end('no')];
    expect(await refused()).toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  it('is no web page, and not packed', async () => {
    answers = [send({ 'content-type': 'text/html; charset=utf-8' }, '<form>')];
    expect(await refused()).toMatchObject({ code: 'source-unusable' });
    answers = [send({ 'content-encoding': 'gzip' })];
    expect(await refused()).toMatchObject({ code: 'source-unusable' });
  });

  it('may be elsewhere, where the headers of the job are not told', async () => {
    answers = [
      (request, response) => {
        const to = request.url === '/b' ? `https://localhost:${other.port}/signed/kunden.csv` : '/b';
        response.writeHead(302, { location: to }).end();
      },
    ];
    const fetched = await fetchExport(wish(), folder);
    expect(fetched?.path).toBe(path.join(folder, 'kunden.csv'));
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([SECRET, SECRET]);
    expect(otherAsked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it.each(['http://127.0.0.1/x.csv', 'file:///etc/passwd'])('does not follow to %s', async (location) => {
    answers = [(_request, response) => void response.writeHead(302, { location }).end()];
    expect(await refused()).toMatchObject({ code: 'source-unusable' });
  });

  it('does not follow for ever', async () => {
    answers = [(_request, response) => void response.writeHead(302, { location: '/again' }).end()];
    expect(await refused()).toMatchObject({ code: 'source-unusable' });
    expect(asked).toHaveLength(6);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '169.254.169.254'])('is not fetched from %s', async (host) => {
    const url = `https://${host}:${server.port}/x.csv`;
    expect(await refused({ url, allowsPrivate: false })).toMatchObject({ code: 'source-private' });
    expect(asked).toEqual([]);
  });

  it('says what is wrong with the connection', async () => {
    const { port } = server;
    expect(await refused({ ca: '' })).toMatchObject({ code: 'source-tls' });
    expect(await refused({ url: 'https://no-such-host.invalid/x' })).toMatchObject({ code: 'source-unreachable' });
    expect(await refused({ url: 'https://127.0.0.1:1/x' })).toMatchObject({ code: 'source-unreachable' });
    expect(await refused({ headers: { 'X-Key': `${SECRET}\n` } })).toMatchObject({ code: 'config-invalid' });
    answers = [() => undefined];
    expect(await refused({ url: `https://127.0.0.1:${port}/x`, idleMs: 200 })).toMatchObject({
      code: 'source-unreachable',
    });
  });

  it('stops when somebody stops it', async () => {
    const stopping = new AbortController();
    answers = [
      (_request, response) => {
        response.writeHead(200).write(CSV);
        stopping.abort();
      },
    ];
    expect(await refused({ signal: stopping.signal })).toMatchObject({ code: 'interrupted' });
    expect(asked).toHaveLength(1);
  });
});
