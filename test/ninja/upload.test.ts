/** Documents of a client: sent once, proved by the list of what is there, and settled by it when nobody knows. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNinja } from '../../src/ninja/client.js';
import type { Ninja } from '../../src/ninja/client.js';
import { DOCUMENT_BYTES_MAX, documentName, findDocumentProblem } from '../../src/ninja/document.js';
import { uploadDocuments } from '../../src/ninja/upload.js';
import type { DocumentFile } from '../../src/ninja/upload.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { rawClient } from './builders.js';
import { startScripted } from './scripted-server.js';
import type { Step } from './scripted-server.js';

const closers: (() => Promise<void>)[] = [];
let sandbox: Sandbox;
let ninja: Ninja;
let id: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  ninja = connect(sandbox.url, sandbox.tokens.admin);
  [id = ''] = sandbox.seed([{ name: 'Acme' }]);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sandbox.close();
});

function connect(url: string, token: string): Ninja {
  const connected = connectNinja({ url, token, requestTimeoutMs: 1000, sleep: () => Promise.resolve() });
  closers.push(() => connected.close());
  return connected;
}

function pdf(name: string, text = 'content'): DocumentFile {
  const bytes = Buffer.from(`%PDF-${text}`);
  return { name, bytes: bytes.length, read: () => Promise.resolve(bytes) };
}
/** One that must not be read. */
const unread = (name: string, bytes: number): DocumentFile => ({
  name,
  bytes,
  read: () => Promise.reject(new Error(`${name} is not read`)),
});
const held = async (): Promise<readonly string[]> =>
  (await ninja.show(id)).documents.map((document) => `${document.name} ${document.size}`);
const uploads = (): number => sandbox.requests.filter((request) => request.path.endsWith('/upload')).length;

describe('uploading documents', () => {
  it('stores files in their order, under their names', async () => {
    const outcomes = await uploadDocuments(ninja, id, [pdf('Übersicht _1_.pdf', 'a'), pdf('b.PDF')]);
    expect(outcomes).toEqual([
      { name: 'Übersicht _1_.pdf', outcome: 'uploaded' },
      { name: 'b.PDF', outcome: 'uploaded' },
    ]);
    expect(await held()).toEqual(['Übersicht _1_.pdf 6', 'b.PDF 12']);
    expect(sandbox.requests).toHaveLength(4);
  });

  it('neither reads nor sends a file that is there already, and one that differs it does', async () => {
    await uploadDocuments(ninja, id, [pdf('a.pdf'), unread('a.pdf', 12)]);
    expect(uploads()).toBe(1);
    const again = [unread('a.pdf', 12), pdf('b.pdf'), pdf('a.pdf', 'longer content')];
    const outcomes = await uploadDocuments(ninja, id, again);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(['present', 'uploaded', 'uploaded']);
    expect(uploads()).toBe(3);
    expect(await held()).toHaveLength(3);
  });

  it('knows a file by its name in any form of Unicode', async () => {
    await ninja.upload(id, { name: 'Cafe\u0301.pdf', bytes: Buffer.from('12345') });
    expect(await uploadDocuments(ninja, id, [unread('Caf\u00e9.pdf', 5)])).toMatchObject([{ outcome: 'present' }]);
  });

  it('goes on without what cannot be had, has changed, or would be refused', async () => {
    const outcomes = await uploadDocuments(ninja, id, [
      { name: 'gone.pdf', bytes: 5, read: () => Promise.resolve('It is gone.') },
      { ...pdf('changed.pdf'), bytes: 11 },
      unread('a.exe', 1),
      pdf('a.pdf'),
    ]);
    expect(outcomes).toEqual([
      { name: 'gone.pdf', outcome: 'failed', why: 'It is gone.' },
      {
        name: 'changed.pdf',
        outcome: 'failed',
        why: 'It has changed since the plan: 12 bytes instead of 11. Plan again.',
      },
      { name: 'a.exe', outcome: 'failed', why: expect.stringMatching(/\.exe is no type/) },
      { name: 'a.pdf', outcome: 'uploaded' },
    ]);
    expect(await held()).toEqual(['a.pdf 12']);
    expect(uploads()).toBe(1);
  });

  it('asks nothing when there is nothing to send', async () => {
    expect(await uploadDocuments(ninja, id, [])).toEqual([]);
    expect(sandbox.requests).toEqual([]);
  });

  it('to a client that is gone fails for each file', async () => {
    const outcomes = await uploadDocuments(ninja, 'gone', [unread('a.pdf', 1), unread('b.pdf', 1)]);
    expect(outcomes).toMatchObject([
      { name: 'a.pdf', outcome: 'failed', why: expect.stringMatching(/no such client/) },
      { name: 'b.pdf', outcome: 'failed' },
    ]);
  });

  it.each([
    ['a.pdf', 1, null],
    ['A.JPG', DOCUMENT_BYTES_MAX, null],
    ['a.pdf', 0, /empty/],
    ['a.pdf', DOCUMENT_BYTES_MAX + 1, /20\.0 MB is the limit/],
    ['a.html', 1, /\.html is no type/],
    ['README', 1, /no type/],
    ['a.pdf/', 1, /no type/],
  ] as const)('%s of %d bytes: %s', (name, bytes, problem) => {
    const found = findDocumentProblem(name, bytes);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });

  it.each([
    ['/a/b/c.pdf', 'c.pdf'],
    ['C:\\docs\\c.pdf', 'c.pdf'],
    ['Cafe\u0301.pdf', 'Café.pdf'],
    ['a\r\nb%22.pdf', 'a__b%22.pdf'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(176)}.pdf`],
  ])('%j is stored as %j', (given, name) => {
    expect(documentName(given)).toBe(name);
  });
});

describe('an upload in doubt', () => {
  it('that was stored is found in the list and not sent again', async () => {
    sandbox.fault({ kind: 'reset', path: '/upload$', when: 'after', times: 1 });
    const outcomes = await uploadDocuments(ninja, id, [pdf('a.pdf'), pdf('b.pdf')]);
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(['uploaded', 'uploaded']);
    expect(await held()).toEqual(['a.pdf 12', 'b.pdf 12']);
    expect(uploads()).toBe(2);
  });

  it('that was not stored fails, keeps what came before, and the same call again sends the rest', async () => {
    await uploadDocuments(ninja, id, [pdf('a.pdf')]);
    sandbox.fault({ kind: 'reset', path: '/upload$', when: 'before', times: 1 });
    const call = uploadDocuments(ninja, id, [pdf('a.pdf'), pdf('b.pdf')]);
    await expect(call).rejects.toMatchObject({ code: 'target-in-doubt', retry: 'later' });
    expect(await held()).toEqual(['a.pdf 12']);
    await uploadDocuments(ninja, id, [pdf('a.pdf'), pdf('b.pdf')]);
    expect(await held()).toEqual(['a.pdf 12', 'b.pdf 12']);
  });
});

describe('an answer to an upload', () => {
  const document = { id: 'd1', name: 'a.pdf', type: 'pdf', hash: 'x.pdf', size: 12, is_public: true };

  async function answered(steps: readonly Step[]) {
    const server = await startScripted(steps);
    closers.push(() => server.close());
    return { server, scripted: connect(server.url, 't') };
  }

  it('with success and nothing stored is no success', async () => {
    const client = { json: { data: rawClient('a') } };
    const { scripted, server } = await answered([client, client]);
    expect(await uploadDocuments(scripted, 'a', [pdf('a.pdf')])).toEqual([
      { name: 'a.pdf', outcome: 'failed', why: expect.stringMatching(/did not store it.*upload_max_filesize/) },
    ]);
    expect(server.received).toHaveLength(2);
  });

  it('with another name or size than was sent is no success', async () => {
    const { scripted } = await answered([
      { json: { data: rawClient('a') } },
      { json: { data: rawClient('a', { documents: [{ ...document, size: 11 }] }) } },
    ]);
    expect(await uploadDocuments(scripted, 'a', [pdf('a.pdf')])).toEqual([
      { name: 'a.pdf', outcome: 'failed', why: 'It has 11 bytes instead of 12.' },
    ]);
  });

  it('belongs to a form that is a POST with _method and documents[]', async () => {
    const { scripted, server } = await answered([
      { json: { data: rawClient('a') } },
      { json: { data: rawClient('a', { documents: [document] }) } },
    ]);
    expect(await uploadDocuments(scripted, 'a', [pdf('a.pdf')])).toEqual([{ name: 'a.pdf', outcome: 'uploaded' }]);
    const [, sent] = server.received;
    expect(sent).toMatchObject({ method: 'POST', path: '/api/v1/clients/a/upload' });
    expect(sent?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(sent?.body).toMatch(/name="_method"\r\n\r\nPUT\r\n/);
    expect(sent?.body).toMatch(/name="documents\[\]"; filename="a\.pdf"/);
  });

  it('of 422 is the refusal of the type, and 401 that of a permission', async () => {
    const errors = { 'documents.0': ['The documents.0 must be a file of type: png, pdf.'] };
    const client = { json: { data: rawClient('a') } };
    const { scripted } = await answered([client, { status: 422, json: { message: 'x', errors } }]);
    expect(await uploadDocuments(scripted, 'a', [pdf('a.pdf')])).toEqual([
      { name: 'a.pdf', outcome: 'failed', why: expect.stringMatching(/must be a file of type: png, pdf/) },
    ]);
    const stranger = connect(sandbox.url, sandbox.tokens.view_only);
    await expect(uploadDocuments(stranger, id, [pdf('a.pdf')])).rejects.toMatchObject({ code: 'target-forbidden' });
  });
});
