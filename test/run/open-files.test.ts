/** Archives among the files that are named. */

import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { findBytes, packedPath, profileFiles } from '../../src/run/open-files.js';
import { readFirstRows } from '../../src/source/read.js';
import { buildZip } from '../support/zip.js';
import { writeFile } from '../source/write.js';

const COMPANIES = 'Record ID,Company name,Company Domain Name,Phone Number\n1,Acme,acme.example,1\n';
const CONTACTS =
  'Record ID,First Name,Last Name,Email,Associated Company,Associated Company IDs\n7,Jane,Doe,jane@acme.example,Acme,1\n';
const CSV = 'Name,City\nAcme,Köln\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function refusalOf(path: string): Promise<SyncError> {
  try {
    await profileFiles([path]);
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('profileFiles', () => {
  it('opens a zip with the exports of one product', async () => {
    const members = [
      { name: 'export/contacts.csv', content: CONTACTS },
      { name: 'export/companies.csv', content: COMPANIES },
    ];
    const path = writeFile(buildZip(members), 'hubspot.zip');
    const profiles = await profileFiles([path]);
    expect(profiles.map(({ name }) => name)).toEqual([
      'hubspot.zip › export › companies.csv',
      'hubspot.zip › export › contacts.csv',
    ]);
    expect(profiles.map(({ digest }) => digest)).toEqual([sha256(COMPANIES), sha256(CONTACTS)]);
    expect((await readFirstRows(profiles[0]!, 1))[0]?.cells[1]).toBe('Acme');
  });

  it('opens parts of one export, which have the same columns', async () => {
    const path = writeFile(
      buildZip([
        { name: 'part-1.csv', content: 'a,b\n1,2\n' },
        { name: 'part-2.csv', content: 'a,b\n3,4\n' },
      ]),
      'parts.zip',
    );
    expect((await profileFiles([path])).length).toBe(2);
  });

  it('knows archives by their content, and leaves other files as they are', async () => {
    const plain = writeFile(CSV, 'plain.csv');
    const gzip = writeFile(gzipSync(CSV), 'packed.csv');
    const zip = writeFile(buildZip([{ name: 'a.csv', content: CSV }]), 'packed.bin');
    const profiles = await profileFiles([plain, gzip, zip]);
    expect(profiles.map(({ name, digest }) => [name, digest])).toEqual([
      ['plain.csv', sha256(CSV)],
      ['packed.csv › packed.csv', sha256(CSV)],
      ['packed.bin › a.csv', sha256(CSV)],
    ]);
    expect(profiles[0]!.path).toBe(plain);
  });

  it.each(['README.txt', 'docs/Liesmich.md', 'Read me first.txt', 'LICENSE', 'logo.png', 'terms.pdf'])(
    'reads the table beside %s, and says what it leaves out',
    async (name) => {
      const members = [
        { name: 'export.csv', content: CSV },
        { name, content: 'Thanks, and\nhow to use it' },
      ];
      const [profile, ...others] = await profileFiles([writeFile(buildZip(members), 'export.zip')]);
      expect(others).toEqual([]);
      expect(profile?.name).toBe('export.zip › export.csv');
      expect(profile?.notes).toContainEqual({
        code: 'archive-others',
        message: `Not read, since it is no table: "export.zip › ${name.replace('/', ' › ')}".`,
      });
    },
  );

  it.each(['readme.csv', 'Clients.txt', 'Readmeyer.txt'])('takes no table for a text: %s', async (name) => {
    const members = [
      { name: 'export.csv', content: CSV },
      { name, content: 'order,sum\n1,2\n' },
    ];
    expect((await refusalOf(writeFile(buildZip(members), 'two.zip'))).message).toContain('do not belong together');
  });

  it('refuses files that do not belong together, with what each is', async () => {
    const path = writeFile(
      buildZip([
        { name: 'companies.csv', content: COMPANIES },
        { name: 'orders.csv', content: 'order,sum\n1,2\n' },
        { name: 'page.html', content: '<html><body>x</body></html>' },
      ]),
      'mixed.zip',
    );
    const { code, message, hint } = await refusalOf(path);
    expect(code).toBe('file-unreadable');
    expect(message).toContain('holds 3 files that do not belong together');
    expect(message).toContain('mixed.zip › companies.csv: HubSpot');
    expect(message).toContain('mixed.zip › orders.csv: order, sum');
    expect(message).toContain('mixed.zip › page.html: cannot be read as a table');
    expect(hint).toContain('Unpack it');
  });

  it('refuses archives in archives, and what is in none', async () => {
    const inner = buildZip([{ name: 'a.csv', content: CSV }]);
    const nested = writeFile(buildZip([{ name: 'inner.dat', content: inner }]), 'nested.zip');
    expect((await refusalOf(nested)).message).toContain('holds another archive: "nested.zip › inner.dat"');
    const doubled = writeFile(gzipSync(gzipSync(CSV)), 'doubled.csv.gz');
    expect((await refusalOf(doubled)).message).toContain('holds another archive');
    expect((await refusalOf(writeFile(buildZip([]), 'none.zip'))).message).toContain('without any file');
    expect((await refusalOf(writeFile(gzipSync(CSV).subarray(0, 20), 'cut.csv.gz'))).message).toContain('cut off');
  });

  it('calls a file by its archive also where it is refused', async () => {
    const path = writeFile(buildZip([{ name: 'page.csv', content: '<html><body>x</body></html>' }]), 'page.zip');
    expect((await refusalOf(path)).message).toBe(`${path} › page.csv: is an HTML page, not a CSV file`);
  });

  it('finds the bytes again, as they are by then', async () => {
    const path = writeFile(gzipSync(CSV), 'again.csv.gz');
    const [profile] = await profileFiles([path]);
    expect(packedPath(profile!.path)).toBe(path);
    expect(await findBytes(profile!.path)).toBe(profile!.tablePath);
    writeFileSync(path, gzipSync(`${CSV}Bolt,Bonn\n`));
    const [later] = await profileFiles([path]);
    expect(later!.digest).not.toBe(profile!.digest);
    expect(await findBytes(later!.path)).toBe(later!.tablePath);
    rmSync(path);
    expect(await findBytes(profile!.path)).toBeNull();
  });
});
