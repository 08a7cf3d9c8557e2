import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DropFolder } from '../../../src/worker/drop/folder.js';
import { takeFiles } from '../../../src/worker/drop/take.js';
import { buildZip } from '../../support/zip.js';
import { CSV, provideStage } from './stage.js';

const SETTLE_MS = 1000;
const stage = provideStage();

/** Looks again and again while time passes; the files that were taken meanwhile. */
async function lookFor(folder: DropFolder, ms: number): Promise<readonly string[]> {
  const before = stage.told.length;
  const stepMs = Math.max(50, ms / 40);
  await folder.look(true);
  for (let passed = 0; passed < ms; passed += stepMs) {
    stage.pass(stepMs);
    await folder.look(true);
  }
  const runs = await stage.runs();
  const names = (id: number): string[] =>
    (runs.find((run) => run.id === id)?.request?.paths ?? []).map((file) => path.basename(file));
  return stage.told.slice(before).map((id) => names(id).join('+'));
}

const settle = (drop: object = {}): DropFolder => stage.open({ settle: `${SETTLE_MS}ms`, ...drop });

/** What is written beside a file in `done` or `failed`. */
function textBeside(place: string, name: string): string {
  const found = readdirSync(path.join(stage.folder, place), { recursive: true, encoding: 'utf8' });
  const [file = ''] = found.filter((one) => path.basename(one).startsWith(name) && one.endsWith('.txt'));
  return readFileSync(path.join(stage.folder, place, file), 'utf8');
}

describe('a file that has to settle', () => {
  it('is taken a settle time after it stopped growing, and not before', async () => {
    const folder = settle();
    stage.put('a.csv', 'Name,City\n');
    for (let rows = 0; rows < 40; rows += 1) {
      stage.put('a.csv', `Name,City\n${'Acme,Köln\n'.repeat(rows)}`);
      expect(await lookFor(folder, 100)).toEqual([]);
    }
    expect(await lookFor(folder, SETTLE_MS)).toEqual([]);
    expect(await lookFor(folder, SETTLE_MS / 2)).toEqual(['a.csv']);
    expect(stage.files('processing')).toEqual(['a/a.csv']);
    expect(stage.files()).toEqual([]);
  });

  it('is not taken while its bytes change, though size and time stay', async () => {
    const folder = settle();
    stage.put('a.csv', 'Name\nAcme\n', 1);
    expect(await lookFor(folder, SETTLE_MS)).toEqual([]);
    stage.put('a.csv', 'Name\nBeta\n', 1);
    expect(await lookFor(folder, SETTLE_MS)).toEqual([]);
    expect(await lookFor(folder, SETTLE_MS)).toEqual(['a.csv']);
  });

  it.each([
    ['no line end', 'Name\nAcme', 2],
    ['an open quote', 'Name,City\nAcme,"Köl', 10],
    ['nothing at all', '', 10],
    ['half of a gzip', gzipSync(CSV).subarray(0, -4), 10],
    ['half of a zip', buildZip([{ name: 'a.csv', content: CSV }]).subarray(0, -9), 10],
  ])('has to stand still longer when it ends with %s', async (what, content, times) => {
    const folder = settle({ pattern: '*' });
    const name = what.endsWith('zip') ? `a.${what.slice(what.lastIndexOf(' ') + 1).replace('gzip', 'gz')}` : 'a.csv';
    stage.put(name, content);
    await lookFor(folder, SETTLE_MS * times);
    expect(stage.files()).toEqual([name]);
    await lookFor(folder, SETTLE_MS);
    expect(stage.files()).toEqual([]);
  });

  it('may hold quotes that close nothing, or line ends of UTF-16', async () => {
    const folder = settle();
    stage.put('pipes.csv', 'Name,City\nAcme 5" pipes,Köln\n');
    stage.put('wide.csv', Buffer.from(`\ufeff${CSV}`, 'utf16le'));
    expect(await lookFor(folder, SETTLE_MS * 1.5)).toEqual(['pipes.csv', 'wide.csv']);
  });

  it('says when it is worth while to look again', async () => {
    const folder = settle();
    expect(await folder.look(true)).toBe(Number.POSITIVE_INFINITY);
    stage.put('a.csv', CSV);
    expect(await folder.look(true)).toBe(SETTLE_MS / 4);
    stage.pass(SETTLE_MS / 4);
    expect(await folder.look(true)).toBe(SETTLE_MS);
    stage.pass(SETTLE_MS);
    expect(await folder.look(true)).toBe(Number.POSITIVE_INFINITY);
    expect(stage.told).toHaveLength(1);
  });
});

describe('what is never taken', () => {
  it.each(['a.csv.part', 'a.csv.tmp', '.a.csv', '~$a.csv', 'a.txt'])('is %s', async (name) => {
    const folder = stage.open({ complete: 'rename' });
    stage.put(name, CSV);
    expect(await lookFor(folder, 100)).toEqual([]);
    renameSync(path.join(stage.folder, name), path.join(stage.folder, 'a.csv'));
    expect(await lookFor(folder, 0)).toEqual(['a.csv']);
  });

  it('are folders and links', async () => {
    const folder = stage.open({ complete: 'rename' });
    mkdirSync(path.join(stage.folder, 'folder.csv'));
    symlinkSync('/etc/hostname', path.join(stage.folder, 'link.csv'));
    expect(await lookFor(folder, 100)).toEqual([]);
    expect(folder.status().waiting).toBe(0);
  });
});

describe('a file with a marker', () => {
  const marked = (): DropFolder => stage.open({ complete: 'marker', settle: '1s' });

  it.each(['a.csv.done', 'a.csv.ok'])('is taken with it, when %s is there', async (marker) => {
    const folder = marked();
    stage.put('a.csv', CSV);
    expect(await lookFor(folder, 60_000)).toEqual([]);
    stage.put(marker, '');
    expect(await lookFor(folder, 500)).toEqual(['a.csv']);
    expect(stage.files('processing')).toEqual(['a/a.csv', `a/${marker}`]);
    expect(stage.files()).toEqual([]);
  });

  it('leaves no marker behind for a later file of its name', async () => {
    const folder = marked();
    stage.put('a.csv', CSV);
    stage.put('a.csv.done', '');
    expect(await lookFor(folder, 500)).toEqual(['a.csv']);
    stage.put('a.csv', `${CSV}Gamma,Trier\n`);
    expect(await lookFor(folder, 60_000)).toEqual([]);
  });

  it('is taken when rows and digest are as the marker says', async () => {
    const folder = marked();
    stage.put('a.csv', CSV);
    stage.put('a.csv.done', `rows=2\nsha256=${createHash('sha256').update(CSV).digest('hex')}\n`);
    expect(await lookFor(folder, 500)).toEqual(['a.csv']);
  });

  it.each([
    ['rows=3', 'a.csv has 2 rows behind its header, a.csv.done says 3.'],
    [`sha256=${'0'.repeat(64)}`, 'a.csv has the SHA-256 '],
    ['{"rows": 2', 'a.csv.done cannot be read.'],
  ])('goes to failed when its marker says %s', async (text, reason) => {
    const folder = marked();
    stage.put('a.csv', CSV);
    stage.put('a.csv.done', text);
    expect(await lookFor(folder, 500)).toEqual([]);
    expect(textBeside('failed', 'a.csv')).toContain(reason);
    expect(stage.files('failed')).toEqual(['a/a.csv', 'a/a.csv.done', 'a/a.csv.reason.txt']);
    expect(await stage.runs()).toEqual([]);
  });
});

describe('the same content', () => {
  it('makes one run, and a note beside the second file', async () => {
    const folder = stage.open({ complete: 'rename' });
    stage.put('a.csv', CSV);
    expect(await lookFor(folder, 0)).toEqual(['a.csv']);
    stage.put('b.csv', CSV);
    stage.put('c.csv.gz', gzipSync(CSV));
    stage.put('d.csv', `${CSV}Gamma,Trier\n`);
    expect(await lookFor(folder, 0)).toEqual(['d.csv']);
    expect(stage.files('done')).toEqual(['b/b.csv', 'b/b.csv.note.txt', 'c/c.csv.gz', 'c/c.csv.gz.note.txt']);
    expect(textBeside('done', 'b.csv')).toMatch(
      /^The same content was taken before, on 20.*: run 1, which is queued\. Nothing was done\. To use it once more: /,
    );
  });

  it('makes a run in each job that takes it', async () => {
    for (const [name, pattern] of [
      ['one', 'a*.csv'],
      ['two', 'b*.csv'],
    ] as const) {
      stage.put(`${pattern.slice(0, 1)}.csv`, CSV);
      await lookFor(stage.open({ complete: 'rename', pattern }, name), 0);
    }
    expect((await stage.runs()).map((run) => run.job)).toEqual(['one', 'two']);
  });
});

describe('files that belong together', () => {
  const together = (over: object = {}): DropFolder =>
    stage.open({ complete: 'rename', together: ['companies*.csv', 'contacts*.csv'], wait: '10m', ...over });

  it('make one run, in the order of the patterns', async () => {
    const folder = together();
    stage.put('contacts.csv', 'Email\na@b.example\n');
    expect(await lookFor(folder, 60_000)).toEqual([]);
    expect(folder.status()).toMatchObject({ waiting: 1, oldestMs: 60_000 });
    stage.put('companies.csv', CSV);
    expect(await lookFor(folder, 0)).toEqual(['companies.csv+contacts.csv']);
    expect(folder.status()).toMatchObject({ waiting: 0, oldestMs: 0 });
  });

  it('go to failed one by one when the other does not come, and may be dropped again', async () => {
    const folder = together();
    stage.put('contacts.csv', 'Email\na@b.example\n');
    expect(await folder.look(true)).toBe(600_000);
    await lookFor(folder, 599_000);
    expect(stage.files()).toEqual(['contacts.csv']);
    await lookFor(folder, 1000);
    expect(stage.files()).toEqual([]);
    expect(textBeside('failed', 'contacts.csv')).toContain(
      'contacts.csv waited 10 min for "companies*.csv", which did not come.',
    );
    stage.put('contacts.csv', 'Email\na@b.example\n');
    stage.put('companies.csv', CSV);
    expect(await lookFor(folder, 0)).toEqual(['companies.csv+contacts.csv']);
  });

  it('wait longer while the other one is still growing', async () => {
    const folder = together({ complete: 'settle', settle: '60s', wait: '2m' });
    stage.put('companies.csv', CSV);
    for (let minute = 0; minute < 6; minute += 1) {
      stage.put('contacts.csv', `Email\n${'a@b.example\n'.repeat(minute)}`);
      await lookFor(folder, 55_000);
    }
    expect(stage.files('failed')).toEqual([]);
    expect(await lookFor(folder, 90_000)).toEqual(['companies.csv+contacts.csv']);
  });

  it('may come in one zip, or each in its own', async () => {
    const folder = together({ pattern: '*.csv' });
    const companies = { name: 'x/Companies 1.csv', content: CSV };
    const contacts = { name: 'x/contacts.csv', content: 'Email\na@b.example\n' };
    stage.put('export.zip', buildZip([contacts, companies]));
    expect(await lookFor(folder, 0)).toEqual(['Companies 1.csv+contacts.csv']);
    stage.put('companies.zip', buildZip([{ ...companies, content: `${CSV}Gamma,Trier\n` }]));
    stage.put('contacts.zip', buildZip([contacts]));
    expect(await lookFor(folder, 0)).toEqual(['Companies 1.csv+contacts.csv']);
  });
});

describe('packed files', () => {
  it('are opened, with the documents beside the export', async () => {
    const folder = stage.open({ complete: 'rename' });
    stage.put(
      'a.zip',
      buildZip([
        { name: 'a.csv', content: CSV },
        { name: 'docs/a.pdf', content: '%PDF' },
      ]),
    );
    stage.put('b.csv.gz', gzipSync(`${CSV}Gamma,Trier\n`));
    expect(await lookFor(folder, 0)).toEqual(['a.csv', 'b.csv']);
    const [run] = await stage.runs();
    const file = run?.request?.paths[0] ?? '';
    expect(readFileSync(file, 'utf8')).toBe(CSV);
    expect(readFileSync(path.join(path.dirname(file), 'docs', 'a.pdf'), 'utf8')).toBe('%PDF');
  });

  it.each([
    [
      'several exports',
      [
        { name: 'a.csv', content: CSV },
        { name: 'b.csv', content: CSV },
      ],
      '2 files for "*.csv"',
    ],
    [
      'no export',
      [
        { name: 'a.pdf', content: '' },
        { name: 'b.pdf', content: '' },
      ],
      'no file for "*.csv"',
    ],
    ['nothing', [], 'it is empty'],
    ['a way out', [{ name: '../a.csv', content: CSV }], 'invalid relative path'],
    ['a secret', [{ name: 'a.csv', content: CSV, encrypted: true }], 'is encrypted'],
  ])('go to failed when a zip holds %s', async (_what, members, reason) => {
    const folder = stage.open({ complete: 'rename' });
    stage.put('all.zip', buildZip(members));
    expect(await lookFor(folder, 0)).toEqual([]);
    expect(textBeside('failed', 'all.zip')).toContain(reason);
    expect(stage.files('failed')).toEqual(['all/all.zip', 'all/all.zip.reason.txt']);
  });
});

describe('a folder', () => {
  it('is made when it is missing', async () => {
    rmSync(stage.folder, { recursive: true });
    const folder = stage.open({ complete: 'rename' });
    await folder.look(true);
    stage.put('a.csv', CSV);
    expect(await lookFor(folder, 0)).toEqual(['a.csv']);
  });

  it('that cannot be used is told of once, and taken up again when it can', async () => {
    rmSync(stage.folder, { recursive: true });
    writeFileSync(stage.folder, 'a file');
    const folder = stage.open({ complete: 'rename' });
    await lookFor(folder, 200);
    expect(folder.status().readable).toBe(false);
    expect(stage.logged).toHaveLength(1);
    expect(stage.logged[0]).toContain('cannot be used');
    rmSync(stage.folder);
    await folder.look(true);
    expect(folder.status().readable).toBe(true);
    stage.put('a.csv', CSV);
    expect(await lookFor(folder, 0)).toEqual(['a.csv']);
  });

  it('is looked through oldest file first', async () => {
    const folder = stage.open({ complete: 'rename' });
    for (const [name, mtimeS] of [
      ['b', 2],
      ['a', 3],
      ['c', 1],
    ] as const)
      stage.put(`${name}.csv`, `${CSV}${name},x\n`, mtimeS);
    expect(await lookFor(folder, 0)).toEqual(['c.csv', 'b.csv', 'a.csv']);
  });

  it('keeps a file waiting that nobody may make a run of, and goes on with the others', async () => {
    const folder = stage.open({ complete: 'rename' });
    stage.put('a.csv', CSV, 1);
    stage.put('b.csv', `${CSV}Gamma,Trier\n`, 2);
    const create = stage.store.createRunOnce.bind(stage.store);
    let calls = 0;
    stage.store.createRunOnce = async (...given) => {
      calls += 1;
      if (calls === 1) throw new Error('the disk is full');
      return await create(...given);
    };
    expect(await lookFor(folder, 0)).toEqual(['b.csv']);
    expect(stage.logged.join()).toContain('the disk is full');
    expect(await lookFor(folder, 0)).toEqual(['a.csv']);
  });

  it('leaves a take alone that another worker has just begun', async () => {
    const entry = stage.job({ complete: 'rename' });
    if (entry.job.drop === undefined) throw new Error('the job has a drop folder');
    stage.put('a.csv', CSV);
    const intent = { job: 'shop', files: ['a.csv'], markers: [], reason: null };
    await takeFiles(stage.folder, intent, stage.now());
    await new DropFolder(entry, entry.job.drop, { ...stage, now: () => new Date().toISOString() }).look(true);
    expect(stage.told).toEqual([]);
    expect(await lookFor(stage.open({ complete: 'rename' }), 0)).toEqual(['a.csv']);
  });
});
