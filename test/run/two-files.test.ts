/** Exports that come as two files, companies and their people: each product's are joined, whatever order they are in. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/schema.js';
import { parseJob } from '../../src/job/load.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import type { ClientField } from '../../src/mapping/fields.js';
import type { ClientValues } from '../../src/mapping/record.js';
import { collectRecords } from '../../src/run/records.js';
import { openSources } from '../../src/run/sources.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-two-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

interface Read {
  /** Name of the client → first names of its contacts. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  readonly clients: readonly ClientValues[];
  readonly rejects: readonly string[];
  readonly hints: readonly string[];
}

async function readFiles(files: Readonly<Record<string, string>>, job: Job | null = null): Promise<Read> {
  const paths = Object.entries(files).map(([name, text]) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  });
  const sources = await openSources(paths, job);
  const set = await collectRecords(sources, folder);
  try {
    const people: Record<string, readonly string[]> = {};
    const clients: ClientValues[] = [];
    const rejects = [...set.rejects];
    for (let group = 0; group < set.count; group += 1) {
      const assembled = set.assemble(group);
      rejects.push(...assembled.rejects);
      if (assembled.record === null) continue;
      clients.push(assembled.record.client);
      people[assembled.record.client.name ?? ''] = assembled.record.contacts
        .map(({ first_name = '' }) => first_name)
        .sort();
    }
    return {
      people,
      clients,
      rejects: rejects.map(({ code, value }) => `${code}: ${value}`),
      hints: rejects.map(({ hint }) => hint),
    };
  } finally {
    set.close();
  }
}

interface Product {
  /** Companies: Harbour Lane Books Ltd and Brasserie du Canal. */
  readonly companies: string;
  readonly contacts: string;
  /** A row of the contacts file. `link` is the id, blank where the product has none; `company` its name. */
  readonly row: (id: string, first: string, link: string, company: string) => string;
}

const ACCOUNT = (nth: number): string => `001Qx00000${nth}Ha1bIAC`;

/** Ids that the companies have in each product; `null`: contacts name them by name alone. */
const PRODUCTS: Readonly<Record<string, Product & { readonly ids: readonly [string, string] | null }>> = {
  'hubspot': {
    ids: ['17204502238', '17204574606'],
    companies:
      'Record ID,Company name,Company owner\n17204502238,Harbour Lane Books Ltd,\n17204574606,Brasserie du Canal,\n',
    contacts: 'Record ID,First Name,Last Name,Email,Associated Company IDs,Associated Company,Contact owner',
    row: (id, first, link, company) => `${id},${first},X,${first}@example.org,${link},${company},`,
  },
  'salesforce': {
    ids: [ACCOUNT(1), ACCOUNT(2)],
    companies: `Id,IsDeleted,Name,BillingStreet,BillingCity\n${ACCOUNT(1)},0,Harbour Lane Books Ltd,,\n${ACCOUNT(2)},0,Brasserie du Canal,,\n`,
    contacts: 'Id,IsDeleted,AccountId,FirstName,LastName,Email,MailingStreet,Account Name',
    row: (id, first, link, company) => `003Qx0000000${id}IAA,0,${link},${first},X,${first}@example.org,,${company}`,
  },
  'pipedrive': {
    ids: ['41', '42'],
    companies: 'Organization - ID,Organization - Name\n41,Harbour Lane Books Ltd\n42,Brasserie du Canal\n',
    contacts:
      'Person - ID,Person - Name,Person - First name,Person - Organization ID,Person - Organization,Person - Email - Work',
    row: (id, first, link, company) => `${id},${first} X,${first},${link},${company},${first}@example.org`,
  },
  'zoho-crm': {
    ids: ['4876876000000301001', '4876876000000301017'],
    companies:
      'Record Id,Account Owner.id,Account Name,Billing Code\n4876876000000301001,1,Harbour Lane Books Ltd,\nzcrm_4876876000000301017,1,Brasserie du Canal,\n',
    contacts: 'Record Id,Account Name.id,Account Name,First Name,Last Name,Email,Mailing Zip',
    row: (id, first, link, company) => `487687600000040${id},${link},${company},${first},X,${first}@example.org,`,
  },
  'copper': {
    ids: ['7001', '7002'],
    companies:
      'Copper ID,Name,Email Domain,Owned By,Work Phone,Contact Type\n7001,Harbour Lane Books Ltd,,,,\n7002,Brasserie du Canal,,,,\n',
    contacts: 'Copper ID,First Name,Last Name,Company,Company Id,Email,Email Type,Phone Number,Copper URL,Owned By',
    row: (id, first, link, company) => `${id},${first},X,${company},${link},${first}@example.org,,,,`,
  },
  'espocrm': {
    ids: ['5f0c1d2e3a4b5a000', '5f0c1d2e3a4b5a001'],
    companies:
      'id,name,emailAddress,billingAddressStreet,billingAddressCity\n5f0c1d2e3a4b5a000,Harbour Lane Books Ltd,,,\n5f0c1d2e3a4b5a001,Brasserie du Canal,,,\n',
    contacts: 'id,firstName,lastName,accountId,accountName,emailAddress',
    row: (id, first, link, company) => `5f0c1d2e3a4b5a${id},${first},X,${link},${company},${first}@example.org`,
  },
  'suitecrm': {
    ids: null,
    companies:
      'Name,ID,Office Phone,Billing Street,Email Address,Non Primary E-mails,Assigned User ID\nHarbour Lane Books Ltd,3fa85f64-1c2d-4e3f-8a9b-65f0c1d20000,,,,,\nBrasserie du Canal,3fa85f64-1c2d-4e3f-8a9b-65f0c1d20001,,,,,\n',
    contacts:
      'First Name,Last Name,ID,Account Name,Email Address,Phone Work,Phone Mobile,Primary Address Street,Assigned User ID',
    row: (id, first, _, company) =>
      `${first},X,3fa85f96-1c2d-4e3f-8a9b-65f0c1d2${id},${company},${first}@example.org,,,,`,
  },
  'dynamics': {
    ids: null,
    companies:
      '(Do Not Modify) Account,(Do Not Modify) Row Checksum,Account Name,Main Phone\n5880f9ce-fd33-495e-850e-9df673591c52,,Harbour Lane Books Ltd,\n5880f9ce-fd33-495e-850e-9df673591c53,,Brasserie du Canal,\n',
    contacts: '(Do Not Modify) Contact,(Do Not Modify) Row Checksum,Full Name,First Name,Last Name,Company Name,Email',
    row: (id, first, _, company) =>
      `5880f9ce-fd33-495e-850e-9df67359${id},,${first} X,${first},X,${company},${first}@example.org`,
  },
  'harvest': {
    ids: null,
    companies: 'Client Name,Client Address,Client Currency\nHarbour Lane Books Ltd,,GBP\nBrasserie du Canal,,EUR\n',
    contacts: 'Client,First Name,Last Name,Title,Email,Office Phone,Mobile Phone,Fax',
    row: (_, first, __, company) => `${company},${first},X,,${first}@example.org,,,`,
  },
};

it('is every product whose companies and people are known apart', () => {
  const products = (role: string): readonly string[] =>
    LAYOUTS.filter((layout) => layout.role === role).map((layout) => layout.product);
  const both = new Set(products('clients').filter((product) => products('contacts').includes(product)));
  expect(Object.keys(PRODUCTS).sort()).toEqual([...both].sort());
});

describe.each(Object.entries(PRODUCTS))('%s', (_, { ids, companies, contacts, row }) => {
  const [book = '', canal = ''] = ids ?? [];
  const people = [
    contacts,
    row('9001', 'Nora', book, 'Harbour Lane Books Ltd'),
    row('9002', 'Elodie', canal, 'Brasserie du Canal'),
    row('9003', 'Tom', ids === null ? '' : ` ${book} `, '  HARBOUR LANE   BOOKS LTD '),
    '',
  ].join('\n');

  it('is joined in either order of the files, and in any case and with any blanks', async () => {
    const one = await readFiles({ 'companies.csv': companies, 'contacts.csv': people });
    expect(one.people).toEqual({ 'Harbour Lane Books Ltd': ['Nora', 'Tom'], 'Brasserie du Canal': ['Elodie'] });
    expect(one.rejects).toEqual([]);
    expect(await readFiles({ 'contacts.csv': people, 'companies.csv': companies })).toEqual(one);
  });

  it('rejects a person whose company is not there, and takes nobody else for it', async () => {
    const orphan = `${people}${row('9004', 'Lost', ids === null ? '' : '999', 'No Such Company')}\n`;
    const { people: found, rejects } = await readFiles({ 'companies.csv': companies, 'contacts.csv': orphan });
    expect(rejects).toEqual([`orphan-contact: ${ids === null ? 'No Such Company' : '999'}`]);
    expect(Object.keys(found)).toEqual(['Harbour Lane Books Ltd', 'Brasserie du Canal']);
  });

  it('makes a client of a person without a company', async () => {
    const alone = `${people}${row('9005', 'Alone', '', '')}\n`;
    const { people: found, rejects } = await readFiles({ 'companies.csv': companies, 'contacts.csv': alone });
    expect(rejects).toEqual([]);
    expect(found['Alone X']).toEqual(['Alone']);
  });

  it.skipIf(ids === null)('goes by the id, not by a name that another company has', async () => {
    const other = `${people}${row('9006', 'Other', '999', 'Brasserie du Canal')}\n`;
    const { people: found, rejects, hints } = await readFiles({ 'companies.csv': companies, 'contacts.csv': other });
    expect(rejects).toEqual(['orphan-contact: 999']);
    expect(hints[0]).toContain('"Brasserie du Canal" is one with another id');
    expect(found['Brasserie du Canal']).toEqual(['Elodie']);
  });
});

describe('a person of several companies', () => {
  it('belongs to the first of them, which is the primary one', async () => {
    const { companies, contacts, row } = PRODUCTS['hubspot']!;
    const people = `${contacts}\n${row('9001', 'Nora', '17204574606;17204502238', 'Brasserie du Canal;Harbour Lane Books Ltd')}\n`;
    const found = await readFiles({ 'companies.csv': companies, 'contacts.csv': people });
    expect(found.people).toEqual({ 'Harbour Lane Books Ltd': [], 'Brasserie du Canal': ['Nora'] });
  });
});

describe('a job that sends the id elsewhere', () => {
  const jobOf = (text: string): Job => parseJob(text, path.join(folder, 'job.yaml'), { layouts: [] });
  const { companies, contacts, row } = PRODUCTS['hubspot']!;
  const people = `${contacts}\n${row('9001', 'Nora', '17204502238', 'Harbour Lane Books Ltd')}\n${row('9005', 'Alone', '', '')}\n`;
  const SENT = (field: string): Job =>
    jobOf(`name: crm\ncolumns: { ${field}: Record ID }\nignore: [id_number]\nsource: { files: "*.csv" }\n`);

  it.each(['number', 'custom_value4'] as const satisfies readonly ClientField[])(
    'to %s: that of the company, and that of a person who is a client',
    async (field) => {
      const read = await readFiles({ 'companies.csv': companies, 'contacts.csv': people }, SENT(field));
      expect(read.rejects).toEqual([]);
      expect(read.clients.map((client) => [client.name, client[field], client.id_number])).toEqual([
        ['Harbour Lane Books Ltd', '17204502238', undefined],
        ['Brasserie du Canal', '17204574606', undefined],
        // Persons and companies have numbers of their own: the prefix of the layout stays.
        ['Alone X', 'contact-9005', undefined],
      ]);
    },
  );

  it('never gives a company the number of its person, when the file of the persons comes alone', async () => {
    const two = `${people}${row('9002', 'Tom', '17204502238', 'Harbour Lane Books Ltd')}\n`;
    const read = await readFiles({ 'contacts.csv': two }, SENT('number'));
    expect(read.rejects).toEqual([]);
    expect(read.clients.map((client) => [client.name, client.number])).toEqual([
      ['Harbour Lane Books Ltd', undefined],
      ['Alone X', 'contact-9005'],
    ]);
  });

  it('takes a further column of a person who is a client', async () => {
    const job = jobOf('name: crm\ncolumns: { private_notes: Contact owner }\nsource: { files: "*.csv" }\n');
    const file = `${contacts}\n9005,Alone,X,alone@example.org,,,Mia\n`;
    const [client] = (await readFiles({ 'contacts.csv': file }, job)).clients;
    expect(client).toMatchObject({ name: 'Alone X', private_notes: 'Mia', id_number: 'contact-9005' });
  });
});

describe('a job that names a layout', () => {
  const named = (extra = ''): Job =>
    parseJob(
      `name: crm\nsource: { files: "*.csv", layout: hubspot-companies }\n${extra}`,
      path.join(folder, 'job.yaml'),
      { layouts: ['hubspot-companies'] },
    );
  const without = 'Records ID,Company name,Company owner,Phone Number\n1,Harbour Lane Books Ltd,,\n';

  it('refuses a file without the column of its ids', async () => {
    await expect(readFiles({ 'companies.csv': without }, named())).rejects.toMatchObject({
      code: 'columns-unmapped',
      message: expect.stringContaining('there is no such column: is it "Records ID" now?') as string,
    });
  });

  it('takes a file that this product may write without it', async () => {
    const job = parseJob(
      'name: crm\nsource: { files: "*.csv", layout: pipedrive-people }\n',
      path.join(folder, 'job.yaml'),
      { layouts: ['pipedrive-people'] },
    );
    const people = 'Person - ID,Person - Name,Person - Email - Work,Person - Organization\n7,Ada Byron,a@b.de,Acme\n';
    const { clients } = await readFiles({ 'people.csv': people }, job);
    expect(clients).toMatchObject([{ name: 'Acme' }]);
  });

  it('takes it when the job says that it does without', async () => {
    const { clients } = await readFiles({ 'companies.csv': without }, named('ignore: [id_number]\n'));
    expect(clients).toEqual([{ name: 'Harbour Lane Books Ltd' }]);
    const renamed = await readFiles({ 'companies.csv': without }, named('columns: { id_number: Records ID }\n'));
    expect(renamed.clients).toEqual([{ name: 'Harbour Lane Books Ltd', id_number: '1' }]);
  });
});
