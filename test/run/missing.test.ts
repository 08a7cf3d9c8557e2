/** Absence is not proof: what may be in the file after all is neither archived nor removed. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/schema.js';
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
