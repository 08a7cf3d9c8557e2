/** Documents from the cell of an export to the client and back: planned, sent once, and nothing left to do afterwards. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/run/store.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const JOB = aJob({
  columns: { name: 'Company', id_number: 'Id', city: 'City' },
  contacts: [{ email: 'Mail' }],
  documents: 'Files',
});
const HEADER = ['Id', 'Company', 'City', 'Mail', 'Files'];

let rehearsal: Rehearsal;

beforeEach(async () => {
  rehearsal = await openRehearsal();
  rehearsal.write('a.pdf', 'acme');
  rehearsal.write('b.pdf', 'bravo!');
});

afterEach(() => rehearsal.close());

const write = (...rows: readonly (readonly string[])[]): string =>
  rehearsal.write('clients.csv', csv([HEADER, ...rows]));

/** `id_number` → names and sizes of what the target holds. */
function held(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    rehearsal.sandbox.clients().map((client) => {
      const documents = client['documents'] as readonly { readonly name: string; readonly size: number }[];
      return [client.id_number, documents.map(({ name, size }) => `${name} ${size}`)];
    }),
  );
}

/** `kind label: documents` of each change. */
async function planned(run: Run): Promise<readonly string[]> {
  return (await rehearsal.changes(run)).map(
    ({ kind, label, documents = [] }) => `${kind} ${label}: ${documents.map(({ name }) => name).join(', ')}`,
  );
}

async function warnings(run: Run): Promise<readonly string[]> {
  const values: string[] = [];
  for await (const { code, value } of rehearsal.store.readWarnings(run.id)) values.push(`${code} ${value}`);
  return values;
}

const uploads = (): number => rehearsal.sandbox.requests.filter(({ path }) => path.endsWith('/upload')).length;

describe('a run with documents', () => {
  it('sends them after the client, of whatever kind its change is, and then has nothing to do', async () => {
    rehearsal.sandbox.seed([
      { name: 'Same', id_number: '2', city: 'Bonn', contacts: [{ email: 'same@example.com' }] },
      { name: 'Moved', id_number: '3', city: 'Bonn', contacts: [{ email: 'moved@example.com' }] },
      { name: 'None', id_number: '4', city: 'Bonn', contacts: [{ email: 'none@example.com' }] },
    ]);
    const file = write(
      ['1', 'New', 'Bonn', 'new@example.com', 'a.pdf;b.pdf'],
      ['2', 'Same', 'Bonn', 'same@example.com', 'b.pdf'],
      ['3', 'Moved', 'Köln', 'moved@example.com', 'a.pdf'],
      ['4', 'None', 'Bonn', 'none@example.com', ''],
    );
    const run = await rehearsal.plan(JOB, file);
    expect(await planned(run)).toEqual(['create New: a.pdf, b.pdf', 'update Moved: a.pdf', 'upload Same: b.pdf']);
    expect(run.summary?.counts).toMatchObject({ create: 1, update: 1, upload: 1, unchanged: 1, documents: 4 });
    expect(uploads()).toBe(0);

    const done = await rehearsal.apply(run);
    expect(done.rowOutcomes).toMatchObject({ created: 1, updated: 1, uploaded: 1, unchanged: 1, failed: 0 });
    expect(held()).toEqual({ 1: ['a.pdf 4', 'b.pdf 6'], 2: ['b.pdf 6'], 3: ['a.pdf 4'], 4: [] });
    expect(await rehearsal.remaining(JOB, file)).toBe(0);
    expect(uploads()).toBe(4);
  });

  it('sends a file again when its size is another one, and not when only its name in the cell is', async () => {
    const row = (files: string): string => write(['1', 'Acme', 'Bonn', 'a@example.com', files]);
    await rehearsal.sync(JOB, row('a.pdf'));
    expect(await planned(await rehearsal.plan(JOB, row('./a.pdf')))).toEqual([]);
    rehearsal.write('a.pdf', 'acme, second edition');
    const run = await rehearsal.plan(JOB, row('a.pdf'));
    expect(await planned(run)).toEqual(['upload Acme: a.pdf']);
    await rehearsal.apply(run);
    expect(held()).toEqual({ 1: ['a.pdf 4', 'a.pdf 20'] });
  });

  it('goes on with the client when a document cannot be had', async () => {
    const file = write(['1', 'Acme', 'Bonn', 'a@example.com', 'none.pdf;../a.pdf;https://127.0.0.1/a.pdf;b.pdf']);
    const run = await rehearsal.plan(JOB, file);
    expect(await planned(run)).toEqual(['create Acme: b.pdf']);
    expect(await warnings(run)).toEqual(
      ['none.pdf', '../a.pdf', 'https://127.0.0.1/a.pdf'].map((value) => `document-unusable ${value}`),
    );
    expect((await rehearsal.apply(run)).rowOutcomes).toMatchObject({ created: 1 });
    expect(held()).toEqual({ 1: ['b.pdf 6'] });
  });

  it('tells of a file that changed between plan and push, and writes the client', async () => {
    const run = await rehearsal.plan(JOB, write(['1', 'Acme', 'Bonn', 'a@example.com', 'a.pdf;b.pdf']));
    rehearsal.write('a.pdf', 'something else');
    await rehearsal.apply(run);
    const [stored] = await rehearsal.stored(run);
    expect(stored?.outcome?.differences).toMatchObject([
      { field: 'document', wanted: 'a.pdf', stored: expect.stringMatching(/changed since the plan/) },
    ]);
    expect(held()).toEqual({ 1: ['b.pdf 6'] });
  });

  it('sends nothing twice when an upload breaks off after the server stored it', async () => {
    const file = write(['1', 'Acme', 'Bonn', 'a@example.com', 'a.pdf;b.pdf']);
    rehearsal.sandbox.fault({ kind: 'reset', path: '/upload$', when: 'after', times: 1 });
    await rehearsal.sync(JOB, file);
    expect(held()).toEqual({ 1: ['a.pdf 4', 'b.pdf 6'] });
    expect(await rehearsal.remaining(JOB, file)).toBe(0);
  });

  it('uploads to nobody who is inactive in the file', async () => {
    rehearsal.sandbox.seed([{ name: 'Gone', id_number: '1', city: 'Bonn' }]);
    const job = aJob({
      columns: { name: 'Company', id_number: 'Id', city: 'City' },
      documents: 'Files',
      lifecycle: { from: 'Mail' },
    });
    const run = await rehearsal.plan(job, write(['1', 'Gone', 'Bonn', 'inactive', 'a.pdf']));
    expect(await planned(run)).toEqual(['archive Gone: ']);
  });
});

describe('the column of documents', () => {
  it('that the file does not have is an error that names the nearest', async () => {
    const job = aJob({ columns: { name: 'Company' }, documents: 'Fils' });
    await expect(rehearsal.plan(job, write(['1', 'Acme', 'Bonn', '', 'a.pdf']))).rejects.toMatchObject({
      code: 'columns-unmapped',
      message: expect.stringMatching(/"Fils": did you mean "Files"\?/),
    });
  });
});
