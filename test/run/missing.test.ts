/** Absence is not proof: what may be in the file after all is neither archived nor removed. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/schema.js';
import type { Run } from '../../src/run/store.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const HEADER = ['Id', 'Name', 'Country', 'First', 'Mail', 'Group'];
const MAPPING = {
  columns: { id_number: 'Id', name: 'Name', country_code: 'Country' },
  contacts: [{ first_name: 'First', email: 'Mail' }],
};
const HUBSPOT_COMPANY = ['Record ID', 'Company name', 'Company Domain Name', 'Company owner', 'City'];
const HUBSPOT_CONTACT = ['Record ID', 'First Name', 'Last Name', 'Email', 'Contact owner', 'Associated Company'];

let rehearsal: Rehearsal;
let count = 0;
beforeAll(async () => {
  rehearsal = await openRehearsal();
});
afterAll(() => rehearsal.close());
beforeEach(() => {
  rehearsal.reset();
  count += 1;
});

const sync = (job: Job, rows: readonly (readonly string[])[]) =>
  rehearsal.sync(job, rehearsal.write('file.csv', csv([HEADER, ...rows])));
const archived = (): readonly string[] =>
  rehearsal.sandbox.clients().flatMap((client) => (client.archived_at > 0 ? [client.name] : []));
const archiving = (more: object = {}): Job =>
  aJob({ ...MAPPING, name: `missing-${count}`, policy: { missing: 'archive' }, ...more });

describe('a client is not archived', () => {
  const BEFORE = [
    ['48768800001', 'Acme', 'DE', 'Ada', 'ada@a.example', ''],
    ['C-2', 'Beta', 'DE', '', '', ''],
    ['', 'Gamma', 'DE', 'Cy', 'cy@c.example', ''],
  ] as const;
  const [acme, beta, gamma] = BEFORE;

  it.each([
    ['when its row has a damaged id', [['4.87688E+10', 'Acme', 'DE', '', '', ''], beta, gamma]],
    [
      'when its row has a damaged id beside a new address',
      [['4.87688E+10', 'Acme', 'DE', '', 'new@a.example', ''], beta, gamma],
    ],
    ['when its row is rejected for something else', [['48768800001', 'Acme', 'Atlantis', '', '', ''], beta, gamma]],
    [
      'when its row has nothing but an address, and a wrong country',
      [acme, beta, ['', 'Gamma', 'Atlantis', '', 'CY@c.example', '']],
    ],
    [
      'when its row has nothing but an address, and that is wrong',
      [acme, beta, ['', 'Gamma', 'DE', '', 'cy@@c.example', '']],
    ],
    [
      'when one of the addresses of its row is wrong',
      [acme, beta, ['', 'Gamma', 'DE', '', 'cy@@c.example; new@c.example', '']],
    ],
    [
      'when two rows argue about it',
      [acme, ['C-2', 'Beta', 'DE', '', '', ''], ['C-2', 'Better', 'DE', '', '', ''], gamma],
    ],
  ])('%s', async (_, rows) => {
    const job = archiving();
    await sync(job, BEFORE);
    const run = await sync(job, rows);
    expect(archived()).toEqual([]);
    expect(run.rowOutcomes?.rejected).toBeGreaterThan(0);
  });

  it('when its row is rejected beside good ones of the same group', async () => {
    const job = archiving({ group: 'Group' });
    await sync(job, [
      ['C-1', 'Acme', 'DE', '', '', ''],
      ['C-2', 'Beta', 'DE', '', '', 'g'],
    ]);
    await sync(job, [
      ['C-1', 'Acme', 'Atlantis', '', '', 'g'],
      ['C-2', 'Beta', 'DE', '', '', 'g'],
    ]);
    expect(archived()).toEqual([]);
  });

  it.each([
    ['one way', 0, 'reject'],
    ['the other way', 1, 'reject'],
    ['when the first one wins', 0, 'first'],
    ['when the other one is the first', 1, 'first'],
  ])('when rows of one group name it and another: %s', async (_, first, conflicts) => {
    const job = archiving({ group: 'Group', conflicts });
    await sync(job, [
      ['C-1', 'Acme', 'DE', '', '', ''],
      ['C-2', 'Beta', 'DE', '', '', ''],
    ]);
    const rows = [
      ['C-1', 'Acme', 'DE', '', '', 'g'],
      ['C-2', 'Acme', 'DE', '', '', 'g'],
    ];
    await sync(job, first === 0 ? rows : rows.toReversed());
    expect(archived()).toEqual([]);
  });

  it('unless it really is missing, and nothing else could be it', async () => {
    const job = archiving();
    await sync(job, BEFORE);
    await sync(job, [acme, ['C-9', 'Fresh', 'Atlantis', '', '', '']]);
    expect(archived()).toEqual(['Beta', 'Gamma']);
  });

  it("unless it is the job's own", async () => {
    rehearsal.sandbox.seed([{ name: 'Foreign', id_number: 'F-1' }]);
    const job = archiving();
    await sync(job, BEFORE);
    await sync(job, [acme]);
    expect(archived()).toEqual(['Beta', 'Gamma']);
  });
});

describe('a client that has to be absent several times', () => {
  const acme = ['C-1', 'Acme', 'DE', '', '', ''];
  const beta = ['C-2', 'Beta', 'DE', '', '', ''];
  /** Another export with the same clients. */
  const named = (name: string): readonly string[] => acme.with(1, name);
  const patient = (after: number): Job => archiving({ policy: { missing: { then: 'archive', after } } });
  const absent = (run: Run): number | undefined => run.summary?.counts.absent;

  it('is archived with the last of them, and counted before', async () => {
    const job = patient(3);
    await sync(job, [acme, beta]);
    expect(absent(await sync(job, [named('one')]))).toBe(1);
    expect(absent(await sync(job, [named('two')]))).toBe(1);
    expect(archived()).toEqual([]);
    expect(absent(await sync(job, [named('three')]))).toBe(0);
    expect(archived()).toEqual(['Beta']);
  });

  it('is not archived for the same file again', async () => {
    const job = patient(2);
    await sync(job, [acme, beta]);
    for (const _ of [1, 2, 3]) expect(absent(await sync(job, [acme]))).toBe(1);
    expect(archived()).toEqual([]);
    await sync(job, [named('other')]);
    expect(archived()).toEqual(['Beta']);
  });

  it('is not archived for the same file again when the first try was stopped', async () => {
    const job = patient(2);
    await sync(job, [acme, beta]);
    const file = rehearsal.write('file.csv', csv([HEADER, named('one')]));
    const stopped = await rehearsal.plan(job, file);
    await rehearsal.store.updateRun(stopped.id, { status: 'pushing' });
    await rehearsal.store.adopt(stopped.id);
    await rehearsal.store.updateRun(stopped.id, { status: 'interrupted' });
    expect(absent(await rehearsal.sync(job, file))).toBe(1);
    expect(archived()).toEqual([]);
    await sync(job, [named('two')]);
    expect(archived()).toEqual(['Beta']);
  });

  it('is not archived by a plan that nobody applied', async () => {
    const job = patient(2);
    await sync(job, [acme, beta]);
    await rehearsal.plan(job, rehearsal.write('file.csv', csv([HEADER, named('one')])));
    expect(absent(await sync(job, [named('two')]))).toBe(1);
    expect(archived()).toEqual([]);
  });

  it.each<readonly [string, readonly (readonly string[])[], readonly string[]]>([
    ['in between', [acme, beta], []],
    ['in between, in another spelling', [acme, beta.with(0, 'c-2').with(1, 'Bêta')], []],
    ['in a row that is rejected', [acme, beta.with(2, 'Atlantis')], []],
    ['nowhere', [named('two')], ['Beta']],
  ])('starts anew when it is there: %s', async (_, between, gone) => {
    const job = patient(2);
    await sync(job, [acme, beta]);
    await sync(job, [named('one')]);
    await sync(job, between);
    await sync(job, [named('three')]);
    expect(archived()).toEqual(gone);
  });

  it('is as often absent as before after a file in which it may be hidden', async () => {
    const job = patient(2);
    await sync(job, [acme, beta]);
    await sync(job, [named('one')]);
    const hidden = await sync(job, [named('two'), ['4.87688E+10', 'Who', 'DE', '', '', '']]);
    expect([hidden.summary?.missingSuspended, absent(hidden), archived()]).toEqual([true, 0, []]);
    await sync(job, [named('three')]);
    expect(archived()).toEqual(['Beta']);
  });

  it('is archived by a file that was read before, when the job is stricter by now', async () => {
    const lenient = archiving({ policy: { missing: 'keep' } });
    await sync(lenient, [acme, beta]);
    expect(absent(await sync(lenient, [acme]))).toBe(0);
    await sync(archiving(), [acme]);
    expect(archived()).toEqual(['Beta']);
  });
});

describe('a file of corrected rejects', () => {
  const acme = ['C-1', 'Acme', 'DE', 'Ada', 'ada@a.example', ''];
  const beta = ['C-2', 'Beta', 'DE', 'Bob', 'bob@b.example', ''];
  /** What the run refused, as a person mends it. */
  const mend = (run: Run): string => {
    const text = readFileSync(path.join(run.folder ?? '', 'rejects.csv'), 'utf8');
    return rehearsal.write('mended.csv', text.replaceAll('Atlantis', 'FR'));
  };

  it('brings its rows and says nothing about the others', async () => {
    const job = archiving();
    await sync(job, [acme, beta]);
    const run = await sync(job, [acme, beta.with(2, 'Atlantis')]);
    const mended = mend(run);
    expect((await rehearsal.sync(job, mended)).summary?.counts).toMatchObject({ rows: 1, update: 1, archive: 0 });
    expect(archived()).toEqual([]);
    // The same row as an export of its own does say so.
    await sync(job, [beta.with(2, 'FR')]);
    expect(archived()).toEqual(['Acme']);
  });

  it('does not count as an absence', async () => {
    const job = archiving({ policy: { missing: { then: 'archive', after: 2 } } });
    await sync(job, [acme, beta]);
    const run = await sync(job, [acme.with(2, 'Atlantis')]);
    expect(run.summary?.counts.absent).toBe(1);
    await rehearsal.sync(job, mend(run));
    await sync(job, [acme.with(2, 'Atlantis')]);
    expect(archived()).toEqual([]);
    await sync(job, [acme]);
    expect(archived()).toEqual(['Beta']);
  });

  it('removes no contact whose row was accepted', async () => {
    const job = archiving({ policy: { contacts: 'mirror' }, group: 'Group' });
    const cy = ['C-1', 'Acme', 'DE', 'Cy', 'cy@a.example', 'g'];
    const run = await sync(job, [acme.with(5, 'g'), cy.with(2, 'Atlantis')]);
    const emails = (): readonly unknown[] =>
      rehearsal.sandbox.clients().flatMap((client) => client.contacts.map((contact) => contact['email']));
    expect(emails()).toEqual(['ada@a.example']);
    await rehearsal.sync(job, rehearsal.write('mended.csv', readFileSync(mend(run), 'utf8').replace('FR', 'DE')));
    expect(emails()).toEqual(['ada@a.example', 'cy@a.example']);
    await sync(job, [cy]);
    expect(emails()).toEqual(['cy@a.example']);
  });
});

describe('a contact is not removed by a mirror', () => {
  const mirror = (): Job => aJob({ name: `missing-${count}`, policy: { contacts: 'mirror' } });
  const companies = (...rows: readonly (readonly string[])[]): string =>
    rehearsal.write('companies.csv', csv([HUBSPOT_COMPANY, ...rows]));
  const people = (...rows: readonly (readonly string[])[]): string =>
    rehearsal.write('contacts.csv', csv([HUBSPOT_CONTACT, ...rows]));
  const emails = (): readonly unknown[] =>
    rehearsal.sandbox.clients().flatMap((client) => client.contacts.map((contact) => contact['email']));
  const ada = ['1', 'Ada', 'Byron', 'ada@a.example', 'me', 'Acme'];
  const bob = ['2', 'Bob', 'Boole', 'bob@a.example', 'me', 'Acme'];
  const acme = ['55', 'Acme', 'a.example', 'me', 'Ulm'];

  it('when its own row is rejected', async () => {
    const job = mirror();
    await rehearsal.sync(job, companies(acme), people(ada, bob));
    await rehearsal.sync(job, companies(acme), people(ada, bob.with(3, 'bob@@a.example')));
    expect(emails()).toEqual(['ada@a.example', 'bob@a.example']);
  });

  it('when two companies answer to the name in its row', async () => {
    const job = mirror();
    await rehearsal.sync(job, companies(acme), people(ada, bob));
    const other = ['56', 'Acme', 'other.example', 'me', 'Bonn'];
    await rehearsal.sync(job, companies(acme, other), people(ada.with(5, 'Acme'), bob));
    expect(emails()).toEqual(expect.arrayContaining(['ada@a.example', 'bob@a.example']));
  });

  it('unless the file is whole and holds it no longer', async () => {
    const job = mirror();
    await rehearsal.sync(job, companies(acme), people(ada, bob));
    await rehearsal.sync(job, companies(acme), people(ada));
    expect(emails()).toEqual(['ada@a.example']);
  });
});
