/** Documents of a client: sent once, proved by the list of what is there, and settled by it when nobody knows. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNinja } from '../../src/ninja/client.js';
import type { Ninja } from '../../src/ninja/client.js';
import { DOCUMENT_BYTES_MAX, documentName, findDocumentProblem } from '../../src/ninja/document.js';
import { uploadDocuments } from '../../src/ninja/upload.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { rawClient } from './builders.js';
import { startScripted } from './scripted-server.js';
import type { Step } from './scripted-server.js';

const closers: (() => Promise<void>)[] = [];
let folder: string;
let sandbox: Sandbox;
let ninja: Ninja;
let id: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ninja-sync-upload-'));
  sandbox = await startSandbox();
  ninja = connect(sandbox.url, sandbox.tokens.admin);
  [id = ''] = sandbox.seed([{ name: 'Acme' }]);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

function connect(url: string, token: string): Ninja {
  const connected = connectNinja({ url, token, requestTimeoutMs: 1000, sleep: () => Promise.resolve() });
  closers.push(() => connected.close());
  return connected;
}

const pdf = (name: string, text = 'content') => ({ name, bytes: Buffer.from(`%PDF-${text}`) });
const held = async (): Promise<readonly string[]> =>
  (await ninja.show(id)).documents.map((document) => `${document.name} ${document.size}`);
const uploads = (): number => sandbox.requests.filter((request) => request.path.endsWith('/upload')).length;

describe('uploading documents', () => {
  it('stores files from disk and from memory, under their names', async () => {
    const file = path.join(folder, 'Übersicht "1".pdf');
    await writeFile(file, '%PDF-a');
    const outcomes = await uploadDocuments(ninja, id, [{ path: file }, pdf('b.PDF')]);
    expect(outcomes.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['Übersicht _1_.pdf', 'uploaded'],
      ['b.PDF', 'uploaded'],
    ]);
    expect(await held()).toEqual(['Übersicht _1_.pdf 6', 'b.PDF 12']);
  });

  it('sends a file that is there already no second time, and one that differs it does', async () => {
    await uploadDocuments(ninja, id, [pdf('a.pdf'), pdf('a.pdf')]);
    expect(uploads()).toBe(1);
    const again = await uploadDocuments(ninja, id, [pdf('a.pdf'), pdf('b.pdf'), pdf('a.pdf', 'longer content')]);
    expect(again.map((outcome) => outcome.outcome)).toEqual(['present', 'uploaded', 'uploaded']);
    expect(uploads()).toBe(3);
    expect(await held()).toHaveLength(3);
  });

  it('refuses what the server would refuse, before anything is sent', async () => {
    const missing = uploadDocuments(ninja, id, [pdf('a.pdf'), { path: path.join(folder, 'none.pdf') }]);
    await expect(missing).rejects.toMatchObject({ code: 'file-missing' });
    await expect(uploadDocuments(ninja, id, [{ path: folder }])).rejects.toMatchObject({ code: 'file-unreadable' });
    const program = uploadDocuments(ninja, id, [pdf('a.pdf'), pdf('a.exe')]);
    await expect(program).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/a\.exe.*\.exe is no type/),
    });
    expect(sandbox.requests).toEqual([]);
    expect(await uploadDocuments(ninja, id, [])).toEqual([]);
    expect(sandbox.requests).toEqual([]);
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
    await expect(uploadDocuments(scripted, 'a', [pdf('a.pdf')])).rejects.toMatchObject({
      code: 'target-answer-unexpected',
      hint: expect.stringMatching(/upload_max_filesize/),
    });
    expect(server.received).toHaveLength(2);
  });

  it('belongs to a form that is a POST with _method and documents[]', async () => {
    const { scripted, server } = await answered([
      { json: { data: rawClient('a') } },
      { json: { data: rawClient('a', { documents: [document] }) } },
    ]);
    expect(await uploadDocuments(scripted, 'a', [pdf('a.pdf')])).toEqual([
      { name: 'a.pdf', outcome: 'uploaded', documentId: 'd1' },
    ]);
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
    await expect(uploadDocuments(scripted, 'a', [pdf('a.pdf')])).rejects.toMatchObject({ code: 'target-invalid' });
    const stranger = connect(sandbox.url, sandbox.tokens.view_only);
    await expect(uploadDocuments(stranger, id, [pdf('a.pdf')])).rejects.toMatchObject({ code: 'target-forbidden' });
  });
});
