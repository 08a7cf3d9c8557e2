/** Which documents of a record are missing at its client: real files, a real https server, and no target at all. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncRecord } from '../../src/mapping/record.js';
import { openDocumentResolver } from '../../src/run/documents.js';
import type { DocumentResolver } from '../../src/run/documents.js';
import type { FetchOptions } from '../../src/source/fetch-document.js';
import { CERTIFICATE, startHttps } from '../source/https-server.js';
import { aClient, aRecord } from '../support/clients.js';

const closers: (() => Promise<void>)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ninja-sync-resolver-'));
  await mkdir(path.join(folder, 'people'));
  await writeFile(path.join(folder, 'a.pdf'), 'acme');
  await writeFile(path.join(folder, 'people', 'a.pdf'), 'jane doe');
  await writeFile(path.join(folder, 'people', 'copy.pdf'), 'copy');
  closers.push(() => rm(folder, { recursive: true }));
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function open(options?: FetchOptions): DocumentResolver {
  const files = ['companies.csv', 'people/contacts.csv'].map((name) => ({ path: path.join(folder, name) }));
  const resolver = openDocumentResolver(files, options);
  closers.push(() => resolver.close());
  return resolver;
}

const named = (...documents: readonly (readonly [file: number, reference: string])[]): SyncRecord =>
  aRecord({
    documents: documents.map(([file, reference], nth) => ({
      row: { file, line: nth + 2 },
      column: 'Files',
      reference,
    })),
  });

describe('documents beside the export', () => {
  it('are looked for in the folder of the file that names them', async () => {
    const { documents, warnings } = await open().resolve(named([0, 'a.pdf'], [1, 'a.pdf'], [0, 'people/a.pdf']), null);
    expect(documents).toEqual([
      { name: 'a.pdf', bytes: 4, reference: 'a.pdf', folder },
      { name: 'a.pdf', bytes: 8, reference: 'a.pdf', folder: path.join(folder, 'people') },
    ]);
    expect(warnings).toEqual([]);
  });

  it('are missing unless the client has one of that name and size', async () => {
    const record = named([0, 'a.pdf'], [0, 'people/copy.pdf']);
    const missingAt = async (...held: readonly (readonly [string, number])[]): Promise<readonly string[]> => {
      const client = aClient({ documents: held.map(([name, bytes]) => ({ name, bytes })) });
      return (await open().resolve(record, client)).documents.map((document) => document.name);
    };
    expect(await missingAt()).toEqual(['a.pdf', 'copy.pdf']);
    expect(await missingAt(['a.pdf', 4])).toEqual(['copy.pdf']);
    expect(await missingAt(['a.pdf', 5], ['b.pdf', 4])).toEqual(['a.pdf', 'copy.pdf']);
    expect(await missingAt(['a.pdf', 4], ['copy.pdf', 4])).toEqual([]);
  });

  it('that cannot be had are a remark each, with the place; the others go on', async () => {
    const { documents, warnings } = await open().resolve(named([1, '../a.pdf'], [0, 'b.pdf'], [0, 'a.pdf']), null);
    expect(documents).toMatchObject([{ reference: 'a.pdf' }]);
    expect(warnings).toEqual([
      {
        row: { file: 1, line: 2 },
        column: 'Files',
        code: 'document-unusable',
        value: '../a.pdf',
        hint: expect.stringMatching(/leads out of.*The client goes on without it\.$/),
      },
      expect.objectContaining({
        row: { file: 0, line: 3 },
        value: 'b.pdf',
        hint: expect.stringMatching(/no such file/),
      }),
    ]);
  });

  it('are not looked for when the record names none', async () => {
    expect(await open().resolve(aRecord(), null)).toEqual({ documents: [], warnings: [] });
  });
});

describe('documents at an address', () => {
  it('are asked for once a run, and only how large they are', async () => {
    const requests: string[] = [];
    const server = await startHttps((request, response) => {
      requests.push(request.url ?? '');
      response.setHeader('content-length', 5000);
      // It never comes: nobody may wait for it.
      response.write('x');
    });
    closers.push(() => server.close());
    const options = { ca: CERTIFICATE, allows: (address: string) => address === '127.0.0.1', timeoutMs: 2000 };
    const [a, b] = ['a', 'b'].map((name) => `https://127.0.0.1:${server.port}/${name}.pdf`);
    const resolver = open(options);
    const [first, second] = await Promise.all([
      resolver.resolve(named([0, a!], [1, a!]), null),
      resolver.resolve(named([0, a!], [0, b!]), aClient({ documents: [{ name: 'a.pdf', bytes: 5000 }] })),
    ]);
    expect(first.documents).toEqual([{ name: 'a.pdf', bytes: 5000, reference: a, folder }]);
    expect(second.documents).toMatchObject([{ name: 'b.pdf', bytes: 5000 }]);
    expect(requests.sort()).toEqual(['/a.pdf', '/b.pdf']);
  });

  it('inside of our own network are refused', async () => {
    const { documents, warnings } = await open().resolve(named([0, 'https://127.0.0.1/a.pdf']), null);
    expect(documents).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'document-unusable', hint: expect.stringMatching(/not a public one/) }]);
  });
});
