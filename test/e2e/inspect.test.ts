/** A file looked at, and a client explained, as a user types it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, readLines, runCli } from './cli.js';
import type { Ended } from './cli.js';

const COMPANIES = path.join(ROOT, 'samples/hubspot/companies.csv');
const PEOPLE = path.join(ROOT, 'samples/hubspot/contacts.csv');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-inspect-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> =>
  runCli(args, { DATA_DIR: path.join(folder, 'data') }, folder);

describe('inspect', () => {
  it('shows the whole of files that belong together, without a colour in a pipe', async () => {
    const { code, text, stderr } = await cli('inspect', PEOPLE, COMPANIES);
    expect(code).toBe(0);
    expect(text).toMatch(
      /layout +HubSpot companies \(hubspot-companies\), confidence 0\.\d+\n +because +it has "Record ID"/,
    );
    expect(text).toMatch(
      /REJECTED 1 +unknown-country, column Country\/Region: line 11, such as "Utopia"\n +Write the country/,
    );
    expect(text).toContain('contacts.csv joins companies.csv by "Associated Company IDs" = "Record ID"');
    expect(text).toContain('1 contact without a company.');
    expect(text).toMatch(
      /\n165 records with \d+ contacts from 400 rows; \d rows? rejected, 0 skipped, \d warnings\.\n$/,
    );
    expect(text).not.toContain('\u001B');
    expect(stderr).toContain('Next: ninja-sync records');
  });

  it('gives machines the same facts', async () => {
    const { lines, summary } = readLines(await cli('inspect', COMPANIES, PEOPLE, '--json'));
    const records = readLines(await cli('records', COMPANIES, PEOPLE, '--json')).summary;
    expect(summary).toMatchObject({ files: 2, rows: 400, records: 165, skipped: 0 });
    for (const key of ['rows', 'records', 'rejects', 'warnings', 'skipped']) expect(summary[key]).toBe(records[key]);
    expect(lines.filter(({ type }) => type === 'problem')).toContainEqual(
      expect.objectContaining({
        file: 'companies.csv',
        severity: 'reject',
        code: 'unknown-country',
        rows: 1,
        lines: [11],
      }),
    );
    expect(lines.find(({ type }) => type === 'join')).toMatchObject({ contacts: 'contacts.csv', orphans: 1 });
    expect(lines.find(({ type }) => type === 'file')).toMatchObject({ format: 'csv', delimiter: ',', rows: 160 });
  });

  it('writes a page that loads nothing and runs nothing that a file says', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    writeFileSync(path.join(folder, 'evil.csv'), `ID,Company,Country,"${evil}"\n1,"${evil}","${evil}",x\n`);
    expect((await cli('inspect', 'evil.csv', '--html', 'page.html')).code).toBe(0);
    const page = readFileSync(path.join(folder, 'page.html'), 'utf8');
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toMatch(/<script|<img|<link|https?:/);
    expect(page.match(/<table/g)).toHaveLength(2);
    expect(page.match(/<caption>/g)).toHaveLength(2);
    expect(page).toContain('html-removed');
  });

  it('is refused for a file that is no table, and leaves no page', async () => {
    writeFileSync(path.join(folder, 'empty.csv'), '');
    const { code, stderr } = await cli('inspect', 'empty.csv', '--html', 'page.html');
    expect(code).toBe(1);
    expect(stderr).toContain('is empty');
    expect(() => readFileSync(path.join(folder, 'page.html'))).toThrow('ENOENT');
  });
});

describe('records --explain', () => {
  it('follows each value to its cell, and says why rows are one client', async () => {
    const { code, text } = await cli('records', COMPANIES, PEOPLE, '--explain', '17204502238');
    expect(code).toBe(0);
    expect(text).toContain('"Prüfstelle Saarkante GmbH"  (lines companies.csv:2, contacts.csv:241)');
    expect(text).toContain(
      'contacts.csv:241: a contact of the client, since "Associated Company IDs" is "17204502238", as "Record ID" of the client\'s own row is.',
    );
    expect(text).toContain(`    website = "pruefstelle-saarkante.example.org"
        by the layout: { first-of: [Website URL, Website, Company Domain Name] }
        cell "Website URL": (blank)
        cell "Company Domain Name": "pruefstelle-saarkante.example.org"
        first-of: "Website URL" is blank, "Company Domain Name" is taken → "pruefstelle-saarkante.example.org"
`);
    expect(text).toContain('country name → code → "DE"');
    expect(text).toContain('client, left alone since blank: industry_id');
  });

  it('finds a client by its name or an address of its contacts, in any case, and says it as data', async () => {
    const byName = readLines(
      await cli('records', COMPANIES, PEOPLE, '--explain', 'PRÜFSTELLE saarkante gmbh', '--json'),
    );
    const address = 'Uwe.Weissmueller@pruefstelle-saarkante.example.org';
    const byMail = readLines(await cli('records', COMPANIES, PEOPLE, '--explain', address, '--json'));
    expect(byMail).toEqual(byName);
    expect(byName.summary).toMatchObject({ client: { id_number: '17204502238', country_code: 'DE' }, rows: 2 });
    expect(byName.lines[0]).toMatchObject({
      type: 'row',
      file: 'companies.csv',
      line: 2,
      client: expect.arrayContaining([
        expect.objectContaining({
          field: 'country_code',
          cells: [{ column: 'Country/Region', raw: 'Allemagne' }],
          steps: [{ what: 'country name → code', value: 'DE' }],
          value: 'DE',
          origin: 'layout',
        }),
      ]),
    });
  });

  it('shows what was refused, and what the job says', async () => {
    writeFileSync(path.join(folder, 'a.csv'), 'No,Firm,Land\n7, Acme ,Atlantis\n8,Beta,DE\n');
    writeFileSync(
      path.join(folder, 'job.yaml'),
      'source: { files: a.csv }\ncolumns: { id_number: No, name: { upper: Firm }, country_code: Land }\n',
    );
    const refused = await cli('records', 'a.csv', '--job', 'job.yaml', '--explain', '7');
    expect(refused.code).toBe(3);
    expect(refused.text).toContain(', rejected\n');
    expect(refused.text).toContain(
      '    country_code = rejected\n        by the job: Land\n        cell "Land": "Atlantis"\n        unknown-country:',
    );
    const { code, text } = await cli('records', 'a.csv', '--job', 'job.yaml', '--explain', 'beta');
    expect(code).toBe(0);
    expect(text).toContain(
      'by the job: { upper: Firm }\n        cell "Firm": "Beta"\n        upper: in upper case → "BETA"',
    );
  });

  it('lists the clients that may be meant, and says when there is none', async () => {
    writeFileSync(path.join(folder, 'b.csv'), 'ID,Company,Email\n1,Acme,a@x.example\n2,Acme,b@x.example\n');
    const several = await cli('records', 'b.csv', '--explain', 'acme');
    expect(several.code).toBe(0);
    expect(several.text).toBe(
      '2 clients answer to "acme":\n  "Acme"  (line 2), by its name\n  "Acme"  (line 3), by its name\n',
    );
    const none = await cli('records', 'b.csv', '--explain', 'nobody');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('No client in 2 rows has the id_number, number, e-mail or name "nobody".');
  });
});
