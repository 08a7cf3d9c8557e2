import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { isPacked, listZip, unpack, withoutPacking } from '../../src/source/unpack.js';
import { buildZip } from '../support/zip.js';
import type { Member } from '../support/zip.js';

const CSV = 'Name,City\nAcme,Köln\n';
const LIMITS = { bytesMax: 100_000, ratioMax: 50, ratioFromBytes: 10_000, filesMax: 3 };

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ninja-sync-unpack-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(name: string, content: string | Buffer): string {
  const file = path.join(root, name);
  writeFileSync(file, content);
  return file;
}

async function open(name: string, content: Buffer): Promise<Readonly<Record<string, string>>> {
  const folder = path.join(root, 'out');
  const files = await unpack(put(name, content), folder, LIMITS);
  return Object.fromEntries(files.map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]));
}

async function refusalOf(name: string, content: Buffer): Promise<string> {
  try {
    await open(name, content);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'file-unreadable') return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

const zip = (...members: readonly Member[]): Buffer => buildZip(members);

describe('unpack', () => {
  it('opens a gzip under its name without the ending', async () => {
    expect(await open('clients.csv.gz', gzipSync(CSV))).toEqual({ 'clients.csv': CSV });
  });

  it('opens a gzip of several parts, as rotating programs write them', async () => {
    expect(await open('clients.csv.gz', Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]))).toEqual({
      'clients.csv': 'a\nb\n',
    });
  });

  it('opens a zip with its folders, and leaves out what programs add', async () => {
    const content = zip(
      { name: 'clients.csv', content: CSV },
      { name: 'docs/', content: '' },
      { name: 'docs/contract.pdf', content: '%PDF' },
      { name: '__MACOSX/._clients.csv', content: 'x' },
      { name: '.DS_Store', content: 'x' },
    );
    expect(await open('all.zip', content)).toEqual({ 'clients.csv': CSV, [path.join('docs', 'contract.pdf')]: '%PDF' });
  });

  it('does not open again what was opened before', async () => {
    const folder = path.join(root, 'out');
    const archive = put('clients.csv.gz', gzipSync(CSV));
    const first = await unpack(archive, folder);
    writeFileSync(archive, 'no archive any more');
    expect(await unpack(archive, folder)).toEqual(first);
  });

  it.each([
    ['goes up', '../evil.csv', 'invalid relative path'],
    ['goes up later', 'a/../../evil.csv', 'invalid relative path'],
    ['is absolute', '/tmp/evil.csv', 'absolute path'],
    ['has a drive', 'C:/evil.csv', 'absolute path'],
    ['goes up as on Windows', '..\\evil.csv', 'invalid relative path'],
  ])('refuses a zip with a name that %s, and writes nothing', async (_what, name, why) => {
    expect(await refusalOf('all.zip', zip({ name: 'good.csv', content: CSV }, { name, content: 'x' }))).toContain(why);
    expect(readdirSync(root)).toEqual(['all.zip']);
    expect(readdirSync(path.dirname(root))).not.toContain('evil.csv');
  });

  const zeros = Buffer.alloc(90_000);
  it.each<readonly [string, string, Buffer, string]>([
    ['a zip with a password', 'x.zip', zip({ name: 'a.csv', content: CSV, encrypted: true }), '"a.csv" is encrypted'],
    ['a link in a zip', 'x.zip', zip({ name: 'a.csv', content: '/etc/passwd', mode: 0o120777 }), 'is a link'],
    ['a zip whose content changed', 'x.zip', zip({ name: 'a.csv', content: CSV, damaged: true }), 'check sum'],
    ['a zip that is cut off', 'x.zip', zip({ name: 'a.csv', content: CSV }).subarray(0, -30), 'damaged'],
    ['a zip that is none', 'x.zip', Buffer.from(CSV), 'damaged'],
    ['two files of one name', 'x.zip', zip({ name: 'a', content: 'x' }, { name: 'a', content: 'y' }), 'same name'],
    [
      'a file that is a folder too',
      'x.zip',
      zip({ name: 'a/b', content: 'x' }, { name: 'a', content: 'y' }),
      'same name',
    ],
    ['too many files', 'x.zip', zip(...['a', 'b', 'c', 'd'].map((name) => ({ name, content: '' }))), 'more than 3'],
    ['a zip bomb', 'x.zip', zip({ name: 'a', content: zeros }), '50 times its size'],
    [
      'a bomb in two halves',
      'x.zip',
      zip(...['a', 'b'].map((name) => ({ name, content: zeros.subarray(0, 8000) }))),
      '50',
    ],
    ['a gzip bomb', 'x.gz', gzipSync(zeros), '50 times its size'],
    ['a gzip that is cut off', 'x.gz', gzipSync(CSV).subarray(0, -6), 'cut off'],
    ['a gzip that is none', 'x.gz', Buffer.from(CSV), 'damaged'],
    ['more than the most', 'x.gz', gzipSync(randomText(110_000)), 'more than 100000 bytes'],
  ])('refuses %s', async (_what, name, content, why) => {
    expect(await refusalOf(name, content)).toContain(why);
    expect(readdirSync(root)).toEqual([name]);
  });

  it('opens what is packed well, as long as it is small', async () => {
    expect(Object.keys(await open('x.gz', gzipSync(Buffer.alloc(9000))))).toEqual(['x']);
  });

  it('lets errors of the file system pass', async () => {
    await expect(unpack(path.join(root, 'none.zip'), path.join(root, 'out'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('lists the files of a zip without opening them', async () => {
  const content = zip(
    { name: 'a.csv', content: CSV },
    { name: '.hidden', content: '' },
    { name: 'b/c.csv', content: '' },
  );
  expect(await listZip(put('x.zip', content))).toEqual(['a.csv', 'b/c.csv']);
});

it('tells packed files by their ending', () => {
  expect(['a.csv', 'a.csv.gz', 'A.ZIP'].map(isPacked)).toEqual([false, true, true]);
  expect(['a.csv', 'a.csv.gz', 'A.ZIP'].map(withoutPacking)).toEqual(['a.csv', 'a.csv', 'A']);
});

/** Hardly packs; the same each time. */
function randomText(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let seed = 7;
  for (let index = 0; index < length; index += 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = seed >>> 24;
  }
  return bytes;
}
