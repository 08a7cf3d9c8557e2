/** An export that was cut off anywhere archives nobody, whatever it looks like: absence is not proof. */

import * as fc from 'fast-check';
import { encode } from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import type { Job } from '../../src/job/schema.js';
import type { Run } from '../../src/run/store.js';
import { aJob, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

/** By hand: PROPERTY_RUNS=1000 PROPERTY_SEED=2 npx vitest run test/property/cut-files.test.ts */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const CLIENTS = 40;
const GROWN = 43;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await openRehearsal();
});
afterAll(() => rehearsal.close());

const NOTES = ['', 'Nice people', 'Said "yes", twice', 'Line one\nline two\nline three', 'Größe: 5 €', 'a,b;c'];
type Column = 'Id' | 'Name' | 'Notes' | 'City' | 'Mail';
const companyOf = (n: number): Readonly<Record<Column, string>> => ({
  Id: `C-${1000 + n}`,
  Name: `Client ${n}`,
  Notes: NOTES[n % NOTES.length] ?? '',
  City: n % 3 === 0 ? '' : 'Köln',
  Mail: `info@client${n}.example`,
});
const MAPPING = {
  columns: { id_number: 'Id', name: 'Name', public_notes: 'Notes', city: 'City' },
  contacts: [{ email: 'Mail' }],
};

/** Numbers 1 to n. */
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

interface Writing {
  /** Line end; by default LF. */
  readonly end?: string;
  /** By default where a cell needs it; without quotes cells hold nothing that needs one. */
  readonly quotes?: 'all' | 'none';
  readonly lastLineEnd?: boolean;
}

function format(table: readonly (readonly string[])[], { end = '\n', quotes, lastLineEnd = true }: Writing): string {
  const cellOf = (cell: string): string =>
    quotes === 'none'
      ? cell.replaceAll(/[",;\n]/g, ' ')
      : quotes === 'all' || /[",\n]/.test(cell)
        ? `"${cell.replaceAll('"', '""')}"`
        : cell;
  const text = table.map((row) => row.map(cellOf).join(',') + end).join('');
  return lastLineEnd ? text : text.slice(0, -end.length);
}

interface Layout {
  readonly name: string;
  /** The files of an export with so many clients. */
  readonly files: (clients: number) => readonly Buffer[];
  readonly job: Readonly<Record<string, unknown>>;
}

const COLUMNS: readonly Column[] = ['Id', 'Name', 'Notes', 'City', 'Mail'];
const oneFile = (
  name: string,
  writing: Writing & { readonly columns?: readonly Column[]; readonly encode?: (text: string) => Buffer },
  job: Layout['job'] = MAPPING,
): Layout => {
  const { columns = COLUMNS, encode: toBytes = (text: string) => Buffer.from(text) } = writing;
  const rowOf = (n: number): readonly string[] => columns.map((column) => companyOf(n)[column]);
  return { name, job, files: (clients) => [toBytes(format([columns, ...upTo(clients).map(rowOf)], writing))] };
};

const HUBSPOT_COMPANY = ['Record ID', 'Company name', 'Company Domain Name', 'Company owner', 'City'];
const HUBSPOT_CONTACT = ['Record ID', 'First Name', 'Last Name', 'Email', 'Contact owner', 'Associated Company'];
const hubspotCompany = (n: number): readonly string[] => [`${1000 + n}`, `Client ${n}`, `c${n}.example`, 'me', 'Ulm'];
const hubspotContact = (n: number): readonly string[] => [
  `${n}`,
  'Ada',
  `No ${n}`,
  `ada${n}@c.example`,
  'me',
  `Client ${1 + (n % CLIENTS)}`,
];

const LAYOUTS: readonly Layout[] = [
  oneFile('quotes where needed', {}),
  oneFile('all quoted, Windows line ends', { end: '\r\n', quotes: 'all' }),
  oneFile('no quotes', { quotes: 'none' }),
  oneFile('old Mac line ends', { end: '\r', quotes: 'none' }),
  oneFile('no line end at the end', { lastLineEnd: false, columns: ['Id', 'Mail', 'Notes', 'City', 'Name'] }),
  oneFile('no line end behind the last id', { lastLineEnd: false, columns: COLUMNS.toReversed() }),
  oneFile('windows-1252', { end: '\r\n', encode: (text) => encode(text, 'windows-1252') }),
  oneFile('UTF-16', { end: '\r\n', encode: (text) => encode(text, 'utf-16le', { addBOM: true }) }),
  oneFile('UTF-16 without a mark', { encode: (text) => encode(text, 'utf-16be', { addBOM: false }) }),
  oneFile('the id in the last column', { columns: COLUMNS.toReversed() }),
  oneFile('one column', { columns: ['Name'] }, { columns: { id_number: 'Name', name: 'Name' } }),
  oneFile(
    'matched by e-mail alone',
    { columns: ['Name', 'City', 'Mail'] },
    { columns: { name: 'Name', city: 'City' }, contacts: MAPPING.contacts, match: ['email'] },
  ),
  {
    name: 'two files',
    job: {},
    files: (clients) => [
      Buffer.from(format([HUBSPOT_COMPANY, ...upTo(clients).map(hubspotCompany)], {})),
      Buffer.from(format([HUBSPOT_CONTACT, ...upTo(clients + 20).map(hubspotContact)], {})),
    ],
  },
];

interface Cut {
  /** Clients of the export that was cut: as many as in the last one, or some more. */
  readonly clients: number;
  /** Which of its files. */
  readonly file: number;
  /** Bytes that are left of it. */
  readonly left: number;
}

/** Any number of bytes, often one near which a row ends, and more often one near the end. */
function cutArbitrary({ files }: Layout): fc.Arbitrary<Cut> {
  const exports = [CLIENTS, CLIENTS, GROWN].flatMap((clients) =>
    files(clients).map((bytes, file) => ({ clients, file, bytes })),
  );
  return fc.constantFrom(...exports).chain(({ clients, file, bytes }) => {
    const max = bytes.length - 1;
    const isEnd = (byte: number): boolean => byte === 10 || byte === 13;
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (isEnd(byte) ? [at, Math.min(at + 1, max)] : []));
    const left = fc.oneof(
      fc.nat({ max }),
      fc.constantFrom(...ends),
      fc.constantFrom(...ends.slice(0, 2)),
      fc.constantFrom(...ends.slice(-12)),
      fc.nat({ max: 40 }).map((lost) => max - lost),
      fc.nat({ max: 4 }),
    );
    return fc.record({ clients: fc.constant(clients), file: fc.constant(file), left });
  });
}

function write({ files }: Layout, cut: Cut | null): readonly string[] {
  return files(cut?.clients ?? CLIENTS).map((bytes, file) =>
    rehearsal.write(`export-${file}.csv`, file === cut?.file ? bytes.subarray(0, cut.left) : bytes),
  );
}

let jobs = 0;

/** A target that was filled with the whole export, by a job with the guards that a job has when it says nothing. */
async function fill(layout: Layout): Promise<Job> {
  rehearsal.reset();
  jobs += 1;
  const policy = { missing: 'archive', contacts: 'mirror' };
  const job = aJob({ policy, guards: {}, ...layout.job, name: `cut-${jobs}` });
  await rehearsal.sync(job, ...write(layout, null));
  expect(rehearsal.sandbox.clients()).toHaveLength(CLIENTS);
  return job;
}

const gone = (): readonly string[] =>
  rehearsal.sandbox
    .clients()
    .flatMap(({ name, archived_at, is_deleted }) => (archived_at > 0 || is_deleted ? [name] : []));
const contactIds = (): readonly unknown[] =>
  rehearsal.sandbox.clients().flatMap((client) => client.contacts.map((contact) => contact['id']));

/** What became of it: the error that refused it, the guards that stopped it, `suspended`, or `applied`. */
async function meet(job: Job, layout: Layout, cut: Cut): Promise<readonly string[]> {
  let run: Run;
  try {
    run = await rehearsal.plan(job, ...write(layout, cut));
  } catch (error) {
    if (error instanceof SyncError) return [error.code];
    throw error;
  }
  const became: string[] = (run.summary?.guards ?? []).flatMap(({ ok, guard }) => (ok ? [] : [guard]));
  if (run.summary?.missingSuspended === true) became.push('suspended');
  if (run.status === 'breached') return became;
  await rehearsal.apply(run, undefined, []);
  return [...became, 'applied'];
}

describe('an export that was cut off archives nobody and removes no contact', () => {
  const seen = new Set<string>();

  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('%s', { timeout: 600_000 }, async (_, layout) => {
    let job = await fill(layout);
    let before = contactIds();
    await fc.assert(
      fc.asyncProperty(cutArbitrary(layout), async (cut) => {
        const became = await meet(job, layout, cut);
        for (const what of became) seen.add(what);
        expect(gone()).toEqual([]);
        expect(contactIds()).toEqual(expect.arrayContaining([...before]));
        if (!became.includes('applied')) return;
        // Each cut is the first one that the job meets.
        job = await fill(layout);
        before = contactIds();
      }),
      { numRuns: Math.ceil(RUNS / LAYOUTS.length), seed: SEED },
    );
  });

  it('for every reason that there is', () => {
    // The rarer ones come in longer runs only.
    const common = ['applied', 'suspended', 'truncated', 'rows', 'file-empty'];
    const reasons = RUNS < 1000 ? common : [...common, 'empty', 'rejects', 'columns-unmapped'];
    expect([...seen]).toEqual(expect.arrayContaining(reasons));
  });

  it('unless somebody allows what stopped it', async () => {
    const layout = oneFile('no quotes', { quotes: 'none' });
    const job = await fill(layout);
    const [bytes = Buffer.alloc(0)] = layout.files(CLIENTS);
    const left = bytes.subarray(0, -1).lastIndexOf('\n') + 1;
    const run = await rehearsal.plan(job, ...write(layout, { clients: CLIENTS, file: 0, left }));
    await expect(rehearsal.apply(run, undefined, [])).rejects.toMatchObject({ code: 'guard-breached' });
    expect(gone()).toEqual([]);
    await rehearsal.apply(run, undefined, ['truncated']);
    expect(gone()).toEqual([`Client ${CLIENTS}`]);
  });
});
