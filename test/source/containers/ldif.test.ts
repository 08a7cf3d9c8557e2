/** LDIF entries as a table (RFC 2849). */

import { describe, expect, it } from 'vitest';
import { SyncError } from '../../../src/errors.js';
import { cellsOf, readPath, writeFile } from '../write.js';
import type { ReadResult } from '../write.js';

let count = 0;

async function read(content: string | Buffer): Promise<ReadResult> {
  return readPath(writeFile(content, `entries-${++count}.ldif`));
}

/** Column → cell, of the filled ones. */
function objectsOf(result: ReadResult): readonly Readonly<Record<string, string>>[] {
  return cellsOf(result).map((cells) =>
    Object.fromEntries(cells.flatMap((cell, at) => (cell === '' ? [] : [[result.profile.columns[at]!, cell]]))),
  );
}

const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64');

describe('.ldif', () => {
  it('has a row an entry, on the line of its dn', async () => {
    const result = await read('version: 1\n\n# one\ndn: cn=A\ncn: A\n\n\ndn: cn=B\ncn: B\n');
    expect(result.profile).toMatchObject({ format: 'ldif', unit: 'line', endsWithLineEnd: true });
    expect(result.rows.map(({ line }) => line)).toEqual([4, 8]);
  });

  it('reads base64, folded lines and comments', async () => {
    const long = base64('Größe ändern');
    const result = await read(
      `dn:: ${base64('cn=Jürgen')}\r\ncn:: ${long.slice(0, 7)}\r\n ${long.slice(7)}\r\n# a comment\r\n that goes on\r\nmail: a@x\r\n .example\r\n`,
    );
    expect(objectsOf(result)).toEqual([{ dn: 'cn=Jürgen', cn: 'Größe ändern', mail: 'a@x.example' }]);
  });

  it('numbers values of one attribute, and knows attributes by their aliases', async () => {
    const result = await read(
      'dn: cn=A\nMAIL: a@x.example\nmail: b@x.example\nmail: a@x.example\nmail: c@x.example\nsurname: Doe\nzip: 1\ncompany: Acme\nxCustom: y\n',
    );
    expect(objectsOf(result)).toEqual([
      {
        'dn': 'cn=A',
        'mail': 'a@x.example',
        'mail 2': 'b@x.example',
        'mail 3': 'c@x.example',
        'sn': 'Doe',
        'postalCode': '1',
        'o': 'Acme',
        'xCustom': 'y',
      },
    ]);
  });

  it('leaves out lists, pictures, passwords and references, and says so', async () => {
    const result = await read(
      `dn: cn=A\nobjectClass: inetOrgPerson\nuserPassword: secret\njpegPhoto:: ${base64(Buffer.from([0xff, 0xd8, 0]))}\nxPhoto:: ${base64(Buffer.from([0xff, 0xd8, 0]))}\nnote:< file:///tmp/x\n\ndn: cn=All\nobjectClass: groupOfNames\ncn: All\n`,
    );
    expect(objectsOf(result)).toEqual([{ dn: 'cn=A', objectClass: 'inetOrgPerson' }]);
    expect(result.profile.notes.map(({ code }) => code)).toEqual([
      'groups-left-out',
      'references-left-out',
      'binaries-left-out',
    ]);
  });

  it('takes a change that adds, and refuses every other', async () => {
    expect(objectsOf(await read('dn: cn=A\nchangetype: add\ncn: A\n'))).toEqual([{ dn: 'cn=A', cn: 'A' }]);
  });

  it.each([
    ['dn: cn=A\nchangetype: modify\nreplace: mail\nmail: a@x.example\n-\n', 'line 2 says "changetype: modify"'],
    ['dn: cn=A\nchangetype: delete\n', 'line 2 says "changetype: delete"'],
    ['dn: cn=A\ncn: A\n\nmail: a@x.example\n', 'line 4 begins an entry with "mail" instead of "dn"'],
    ['dn: cn=A\ncn: A\ndn: cn=B\ncn: B\n', 'line 3 begins an entry where the one before has no end'],
    ['dn: cn=A\ncn: A\nno colon here\n', 'line 3 is no attribute with a value'],
    ['dn: cn=All\nobjectClass: groupOfNames\n', 'holds no entry of a person'],
  ])('%j is refused', async (content, message) => {
    const error = await read(content).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SyncError);
    expect((error as SyncError).code).toBe('file-not-csv');
    expect((error as SyncError).message).toContain(message);
  });

  it('tells a file that may be cut off behind a line', async () => {
    expect((await read('dn: cn=A\nmail: a@x.exam')).profile.endsWithLineEnd).toBe(false);
  });
});
