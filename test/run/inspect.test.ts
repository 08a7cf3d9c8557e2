/** Whole files looked at: every row counted once, every kind of problem with its rows, contacts joined to companies. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectFiles } from '../../src/run/inspect.js';
import type { Inspection } from '../../src/run/inspect.js';

const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-inspect-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function inspect(files: Readonly<Record<string, string>>): Promise<Inspection> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return await inspectFiles(
    Object.keys(files).map((name) => path.join(folder, name)),
    { folder: path.join(folder, 'tmp') },
  );
}

describe('inspecting a whole file', () => {
  it('counts each row once, and each kind of problem with the rows that it hits', async () => {
    const rows = Array.from({ length: 3000 }, (_, nth) => `${nth},Client ${nth},c${nth}@x.example,Germany`);
    rows[5] = '5,Client 5,c5.x.example,Atlantis';
    rows[2500] = '2500,Client 2500,one@x.example; no address,Germany';
    rows[2999] = 'too,few';
    const { files, totals } = await inspect({ 'a.csv': ['ID,Company,Email,Country', ...rows, ',,,', ''].join('\n') });
    expect(totals).toEqual({ rows: 3001, records: 2997, contacts: 2997, rejects: 3, warnings: 0, skipped: 1 });
    const [file] = files;
    expect(file?.counts).toEqual({ rows: 3001, rejects: 3, warnings: 0, skipped: 1 });
    expect(
      file?.problems.map(({ severity, code, column, rows: hit, lines }) => [severity, code, column, hit, lines]),
    ).toEqual([
      ['reject', 'invalid-email', 'Email', 2, [7, 2502]],
      ['reject', 'too-few-cells', null, 1, [3001]],
      ['reject', 'unknown-country', 'Country', 1, [7]],
      ['skip', 'blank-row', null, 1, [3002]],
    ]);
    expect(file?.problems[0]).toMatchObject({ example: 'c5.x.example' });
  });

  it('tells of rows that are fine each but do not fit together', async () => {
    const { files, totals } = await inspect({
      'b.csv': 'ID,Company,City,Email\n1,Acme,Berlin,a@x.example\n1,Acme,Bonn,b@x.example\n2,Beta,Ulm,c@x.example\n',
    });
    expect(totals).toMatchObject({ rows: 3, records: 1, rejects: 2 });
    expect(files[0]?.problems).toMatchObject([
      { code: 'conflicting-values', rows: 2, lines: [2, 3], example: 'Berlin / Bonn' },
    ]);
  });

  it('joins contacts to their companies and counts those that find none', async () => {
    const { files, joins, totals } = await inspect({
      'people.csv':
        'Record ID,First Name,Last Name,Email,Associated Company IDs,Associated Company,Contact owner\n1,Ada,L,ada@x.example,17,Acme,me\n2,Bob,M,bob@x.example,99,Nobody,me\n',
      'companies.csv': 'Record ID,Company name,Company owner,City\n17,Acme,me,Ulm\n',
    });
    expect(files.map(({ profile, layout }) => [profile.name, layout?.name])).toEqual([
      ['companies.csv', 'hubspot-companies'],
      ['people.csv', 'hubspot-contacts'],
    ]);
    expect(joins).toEqual([
      {
        contacts: 'people.csv',
        companies: 'companies.csv',
        by: [
          { link: 'Associated Company IDs', key: 'Record ID' },
          { link: 'Associated Company', key: 'Company name' },
        ],
        orphans: 1,
      },
    ]);
    expect(totals).toMatchObject({ rows: 3, records: 1, contacts: 1, rejects: 1 });
  });

  it('says by what a layout was recognised', async () => {
    const { files } = await inspect({ 'c.csv': 'Record ID,Company name,Company owner,City\n17,Acme,me,Ulm\n' });
    expect(files[0]?.layout).toMatchObject({
      name: 'hubspot-companies',
      by: ['Record ID', 'Company name', 'Company owner'],
      evidence: expect.stringMatching(/^[RCDT]$/),
    });
    const { found = 0, of = 0 } = files[0]?.layout?.usual ?? {};
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(of);
  });

  it('counts the rows of a file of which no client can be made, and says why', async () => {
    const { files, totals, refused } = await inspect({ 'd.csv': 'Colour,Shade,Gloss\nred,1,2\ngreen,3\n' });
    expect(refused).toMatchObject({ code: 'columns-unmapped' });
    expect(totals).toEqual({ rows: 2, records: 0, contacts: 0, rejects: 1, warnings: 0, skipped: 0 });
    expect(files[0]?.problems).toMatchObject([{ code: 'too-few-cells', lines: [3] }]);
  });

  it('shows a header without any row', async () => {
    const { files, totals } = await inspect({ 'e.csv': 'ID,Company,Email\n' });
    expect(totals).toMatchObject({ rows: 0, records: 0 });
    expect(files[0]?.columns.map(({ proposed }) => proposed)).toEqual([
      'client.id_number',
      'client.name',
      'contact.email',
    ]);
  });
});
