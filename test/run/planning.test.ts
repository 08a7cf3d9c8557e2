/** From files and a target to a plan: what people did meanwhile, what is known already, and files that look wrong. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/schema.js';
import type { Change } from '../../src/plan/change.js';
import type { Run } from '../../src/run/store.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const HEADER = ['Id', 'Name', 'City', 'Country', 'First', 'Mail'];
const MAPPING = {
  columns: { id_number: 'Id', name: 'Name', city: 'City', country_code: 'Country' },
  contacts: [{ first_name: 'First', email: 'Mail' }],
};

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

const jobOf = (more: object = {}): Job => aJob({ ...MAPPING, name: `planning-${count}`, ...more });
/** With the guards that a job has when it says nothing. */
const guarded = (more: object = {}): Job => jobOf({ guards: {}, ...more });
const write = (rows: readonly (readonly string[])[]): string => rehearsal.write('clients.csv', csv([HEADER, ...rows]));
const sync = (job: Job, rows: readonly (readonly string[])[]): Promise<Run> => rehearsal.sync(job, write(rows));
const plan = (job: Job, rows: readonly (readonly string[])[]): Promise<Run> => rehearsal.plan(job, write(rows));
const changesOf = async (job: Job, rows: readonly (readonly string[])[]): Promise<readonly Change[]> =>
  rehearsal.changes(await plan(job, rows));
const idOf = (name: string): string => rehearsal.sandbox.clients().find((client) => client.name === name)?.id ?? '';
const breaches = (run: Run): readonly string[] =>
  (run.summary?.guards ?? []).filter((guard) => !guard.ok).map((guard) => guard.guard);

const acme = ['A', 'Acme', 'Bonn', 'DE', 'Ada', 'ada@a.example'];
const bolt = ['B', 'Bolt', 'Ulm', 'DE', 'Bob', 'bob@b.example'];
const edit = (name: string, fields: Readonly<Record<string, string>>): void => {
  rehearsal.wait(2);
  rehearsal.sandbox.edit(idOf(name), { fields });
};

describe('a value that somebody changed in Invoice Ninja', () => {
  it('is a conflict when the file has another one, and none when nobody touched it', async () => {
    const job = jobOf();
    await sync(job, [acme, bolt]);
    edit('Acme', { city: 'Trier' });
    const run = await plan(job, [acme.with(2, 'Köln'), bolt.with(2, 'Köln')]);
    const fields = (await rehearsal.changes(run)).map((change) => change.fields);
    expect(fields).toEqual([
      [{ field: 'city', before: 'Trier', after: 'Köln', then: 'Bonn' }],
      [{ field: 'city', before: 'Ulm', after: 'Köln' }],
    ]);
    expect(run.summary?.counts).toMatchObject({ update: 2, conflicts: 1 });
  });

  it('is a conflict too when the job met the client as it was', async () => {
    rehearsal.sandbox.seed([{ name: 'Acme', id_number: 'A', city: 'Bonn', country_id: '276' }]);
    const job = jobOf();
    const row = acme.with(4, '').with(5, '');
    expect((await sync(job, [row])).summary?.counts).toMatchObject({ unchanged: 1, update: 0 });
    edit('Acme', { city: 'Trier' });
    const [change] = await changesOf(job, [row.with(2, 'Köln')]);
    expect(change?.fields).toEqual([{ field: 'city', before: 'Trier', after: 'Köln', then: 'Bonn' }]);
  });

  it('stays where the target wins, and the other values go', async () => {
    const job = jobOf({ policy: { winner: { fields: { city: 'target' } } } });
    await sync(job, [acme, bolt]);
    edit('Acme', { city: 'Trier' });
    edit('Bolt', { city: 'Trier' });
    const run = await plan(job, [acme.with(1, 'Acme AG'), bolt]);
    expect(await rehearsal.changes(run)).toMatchObject([
      { fields: [{ field: 'name' }], kept: [{ field: 'city', then: 'Bonn', source: 'Bonn', target: 'Trier' }] },
    ]);
    expect(run.summary?.counts).toMatchObject({ update: 1, conflicts: 1, skippedRows: 1 });
  });

  it('makes the row a reject where the job says so', async () => {
    const job = jobOf({ policy: { winner: { default: 'reject' } } });
    await sync(job, [acme, bolt]);
    edit('Acme', { city: 'Trier' });
    const run = await plan(job, [acme.with(2, 'Köln'), bolt.with(2, 'Köln')]);
    expect((await rehearsal.changes(run)).map((change) => change.label)).toEqual(['Bolt']);
    for await (const reject of rehearsal.store.readRejects(run.id))
      expect(reject).toMatchObject({ code: 'edited-in-target', row: { line: 2 } });
    expect(run.summary?.counts).toMatchObject({ rejectedRows: 1 });
  });

  it('is found among more clients than are looked up at once, and the plan has the order of the file', async () => {
    const lines = Array.from({ length: 1201 }, (_, n) => [`N-${n}`, `Client ${n}`, 'Bonn', '', '', '']);
    rehearsal.sandbox.seed(
      // Every seventh one is new.
      lines.filter((_, n) => n % 7 !== 3).map(([id_number, name, city]) => ({ id_number, name, city })),
    );
    const job = jobOf({ policy: { create: false } });
    await sync(job, lines);
    rehearsal.wait(2);
    for (const n of [0, 499, 501, 1199]) rehearsal.sandbox.edit(idOf(`Client ${n}`), { fields: { city: 'Trier' } });
    const all = jobOf();
    const changes = await changesOf(
      all,
      lines.map((line) => line.with(2, 'Köln')),
    );
    expect(changes.map((change) => change.seq)).toEqual(lines.map((_, n) => n + 1));
    const lineOf = (change: Change): number => change.rows[0]?.line ?? 0;
    const creates = changes.filter((change) => change.kind === 'create');
    const updates = changes.filter((change) => change.kind === 'update');
    expect(changes).toEqual([...creates, ...updates]);
    expect(creates.map(lineOf)).toEqual(lines.flatMap((_, n) => (n % 7 === 3 ? [n + 2] : [])));
    expect(updates.map(lineOf)).toEqual(lines.flatMap((_, n) => (n % 7 === 3 ? [] : [n + 2])));
    const edited = updates.filter(({ fields }) => fields.some((field) => field.then === 'Bonn'));
    expect(edited.map((change) => change.label)).toEqual(['Client 0', 'Client 499', 'Client 501', 'Client 1199']);
  });
});

describe('what a plan lets the job know', () => {
  it('is nothing new when it was applied and is made again', async () => {
    rehearsal.sandbox.seed([
      { name: 'Old', id_number: 'O', city: 'Bonn' },
      { name: 'Gone', id_number: 'G', archived: true },
    ]);
    const job = jobOf({ policy: { missing: { then: 'archive', after: 3 } } });
    const rows = [acme, bolt, ['O', 'Old', 'Bonn', '', '', ''], ['G', 'Gone', 'Bonn', '', '', '']];
    await sync(job, rows);
    expect(await rehearsal.claims(job, write(rows))).toEqual([]);
    // One is absent, one differs, one is new: only they are worth a note.
    const next = [acme.with(2, 'Köln'), ...rows.slice(2), ['N', 'New', '', '', '', '']];
    const claims = await rehearsal.claims(job, write(next));
    expect(claims).toMatchObject([
      { change: 1, clientId: null, absences: 0 },
      { change: 2, clientId: idOf('Acme'), absences: 0 },
      { change: null, clientId: idOf('Bolt'), baseline: null, absences: 1 },
    ]);
    await sync(job, next);
    expect(await rehearsal.claims(job, write(next))).toEqual([]);
  });

  it('is that clients are its own which it does not change', async () => {
    rehearsal.sandbox.seed([
      { name: 'Acme', id_number: 'A', city: 'Trier' },
      { name: 'Gone', id_number: 'G', archived: true },
      { name: 'Foreign', id_number: 'F' },
    ]);
    const job = jobOf({ policy: { update: false } });
    const claims = await rehearsal.claims(job, write([acme, ['G', 'Gone', 'Bonn', '', '', '']]));
    expect(claims).toEqual(
      ['Acme', 'Gone'].map((name) => ({
        change: null,
        clientId: idOf(name),
        baseline: null,
        baselineHash: 0,
        absences: 0,
      })),
    );
  });
});

describe('a run keeps', () => {
  it('what applying needs of the job', async () => {
    const job = jobOf({ target: { 'requests-per-minute': 77 }, canary: true, policy: { missing: 'archive' } });
    const { rules } = await plan(job, [acme]);
    expect(rules).toEqual({
      concurrency: 4,
      requestsPerMinute: 77,
      policy: job.policy,
      guards: job.guards,
      canary: { ratio: 0.01, min: 5, max: 50 },
    });
  });

  it('what the next one needs to see that a file was cut off', async () => {
    const { files } = await plan(jobOf(), [acme, bolt, ['', '', '', '', '', '']]);
    expect(files).toMatchObject([
      {
        rows: 3,
        columns: HEADER,
        endsWithLineEnd: true,
        lastKeys: ['id_number:b', 'email:bob@b.example'],
        partial: false,
      },
    ]);
  });
});

describe('a guard looks at', () => {
  const rows = Array.from({ length: 40 }, (_, n) => [`C-${n}`, `Client ${n}`, 'Bonn', 'DE', '', `c${n}@c.example`]);
  const text = csv([HEADER, ...rows]);
  const lastLine = text.trimEnd().lastIndexOf('\n') + 1;

  it.each<readonly [string, string, readonly string[]]>([
    ['a file that is as it was', text, []],
    ['a file with another order', csv([HEADER, ...rows.toReversed()]), []],
    ['a file without a row', csv([HEADER]), ['empty', 'rows', 'truncated']],
    ['a file with far fewer rows', csv([HEADER, ...rows.slice(9)]), ['rows']],
    ['a file without a column', csv([HEADER, ...rows].map((row) => row.slice(0, 5))), ['columns']],
    ['a file without its last row', text.slice(0, lastLine), ['truncated']],
    ['a file without its last line end', text.trimEnd(), ['truncated']],
    ['a file that ends in a row', text.slice(0, lastLine + 6), ['truncated']],
    ['a file that ends in a quoted cell', `${text.slice(0, lastLine)}C-39,"Client 39`, ['truncated']],
  ])('%s', async (_, content, expected) => {
    const job = guarded({ contacts: undefined });
    expect(breaches(await rehearsal.sync(job, rehearsal.write('clients.csv', text)))).toEqual([]);
    const run = await rehearsal.plan(job, rehearsal.write('clients.csv', content));
    expect(breaches(run)).toEqual(expected);
    expect(run.status).toBe(expected.length > 0 ? 'breached' : 'planned');
  });

  it.each(['quotes', 'rows'])('a file that ends in the middle the first time: %s', async (what) => {
    const content = what === 'quotes' ? 'Id,Name\nA,Acme\nB,"Bo' : 'Id,Name\nA,Acme\nB';
    const job = aJob({ name: `planning-${count}`, columns: { id_number: 'Id', name: 'Name' }, guards: {} });
    expect(breaches(await rehearsal.plan(job, rehearsal.write('f.csv', content)))).toContain('truncated');
    expect(breaches(await rehearsal.plan(job, rehearsal.write('f.csv', 'Id,Name\nA,Acme\nB,Bo')))).toEqual([]);
  });

  it('nothing of the kind in a file of corrected rejects', async () => {
    const job = guarded({ policy: { missing: 'archive' } });
    await rehearsal.sync(job, rehearsal.write('clients.csv', text));
    const part = csv([
      [...HEADER.slice(0, 4), 'ninja_sync_line', 'ninja_sync_code'],
      ['C-3', 'Client 3', 'Köln', 'DE', '4', 'unknown-country'],
    ]);
    const run = await rehearsal.plan({ ...job, contacts: [] }, rehearsal.write('rejects.csv', part.trimEnd()));
    expect([breaches(run), run.files[0]?.partial]).toEqual([[], true]);
    expect(run.summary?.counts).toMatchObject({ update: 1, archive: 0, absent: 0 });
    expect(run.files[0]?.columns).toEqual(HEADER.slice(0, 4));
  });

  it('countries that change for many clients', async () => {
    const job = guarded();
    await rehearsal.sync(job, rehearsal.write('clients.csv', text));
    const moved = (many: number) =>
      plan(
        job,
        rows.map((row, n) => (n < many ? row.with(3, 'FR') : row)),
      );
    expect(breaches(await moved(10))).toEqual([]);
    expect(breaches(await moved(11))).toEqual(['fields']);
  });

  it('balances of clients that are archived', async () => {
    const job = guarded({ policy: { missing: 'archive' } });
    await rehearsal.sync(job, rehearsal.write('clients.csv', text));
    expect(breaches(await plan(job, rows.slice(1)))).toEqual([]);
    rehearsal.sandbox.edit(idOf('Client 0'), { balance: 5 });
    expect(breaches(await plan(job, rows.slice(1)))).toEqual(['balance']);
    expect(breaches(await plan(job, rows))).toEqual([]);
  });
});

describe('ids that lost their zeros', () => {
  const rowOf = (id: string, nth: number): readonly string[] => [id, `Client ${nth}`, 'Bonn', 'DE', '', ''];
  const ids = Array.from({ length: 8 }, (_, nth) => String(4_711 + nth * 13));
  const whole = ids.map((id, nth) => rowOf(id.padStart(7, '0'), nth));
  const stripped = ids.map(rowOf);

  it('are found out by the ids of the target, and the lines for the job put them right', async () => {
    const job = jobOf();
    await sync(job, whole);
    const { summary } = await plan(job, stripped);
    expect(summary?.counts).toMatchObject({ create: 8, update: 0 });
    expect(summary?.keyShapes).toMatchObject([
      {
        field: 'id_number',
        unmatched: 8,
        wouldMatch: 8,
        lines: ['columns:', '  id_number: { pad-start: 7, from: Id }'],
      },
    ]);
    const mended = jobOf({ columns: { ...MAPPING.columns, id_number: { 'pad-start': 7, 'from': 'Id' } } });
    const again = await plan(mended, stripped);
    expect(again.summary?.counts).toMatchObject({ create: 0, update: 0, unchanged: 8 });
    expect(again.summary).not.toHaveProperty('keyShapes');
  });
});

describe('a phone number', () => {
  const phones = (phone: string): string =>
    rehearsal.write(
      'clients.csv',
      csv([
        ['Id', 'Name', 'Country', 'Tel'],
        ['A', 'Acme', 'DE', phone],
      ]),
    );
  const job = (): Job =>
    jobOf({ columns: { id_number: 'Id', name: 'Name', country_code: 'Country', phone: 'Tel' }, contacts: [] });

  it('that is only written otherwise is no change, another number is one', async () => {
    await rehearsal.sync(job(), phones('+49 30 123456'));
    expect((await rehearsal.plan(job(), phones('030 / 123456'))).summary?.counts).toMatchObject({ update: 0 });
    expect((await rehearsal.plan(job(), phones('030 / 123457'))).summary?.counts).toMatchObject({ update: 1 });
  });
});

describe('a client of the target that is called like one that is to be created', () => {
  const warningsOf = async (run: Run): Promise<readonly object[]> => {
    const found: object[] = [];
    for await (const warning of rehearsal.store.readWarnings(run.id)) found.push(warning);
    return found;
  };

  it('is named, and the plan still creates', async () => {
    rehearsal.sandbox.seed([{ name: 'ACME GmbH', city: 'Bonn' }]);
    const run = await plan(jobOf(), [acme, bolt]);
    expect(run.summary?.counts).toMatchObject({ create: 2, warnings: 1 });
    const [warning] = await warningsOf(run);
    expect(warning).toMatchObject({ code: 'name-in-target', value: 'Acme', row: { line: 2 } });
    expect(warning).toHaveProperty('hint', expect.stringContaining('"ACME GmbH"'));
  });

  it('stops the run where it is so for most of them: the keys are not those of the target', async () => {
    const lines = Array.from({ length: 12 }, (_, n) => [`N-${n}`, `Client ${n}`, '', '', '', '']);
    rehearsal.sandbox.seed(lines.map(([id, name]) => ({ name: `${name} GmbH`, custom_value1: id })));
    const run = await plan(guarded({ guards: { create: { ratio: 1 } } }), lines);
    expect(run.status).toBe('breached');
    expect(breaches(run)).toEqual(['namesakes']);
    const columns = { ...MAPPING.columns, custom_value1: 'Id' };
    const mended = guarded({ columns, match: ['custom_value1'], guards: { update: { ratio: 1 } } });
    expect(breaches(await plan(mended, lines))).toEqual([]);
  });

  it('is none where a row names it, where it is deleted, or where nothing is created', async () => {
    rehearsal.sandbox.seed([
      { name: 'Acme', id_number: 'A' },
      { name: 'Bolt', deleted: true },
    ]);
    expect(await warningsOf(await plan(jobOf(), [acme.with(0, 'Z').with(5, 'z@z.example'), acme, bolt]))).toMatchObject(
      [{ code: 'same-name', row: { line: 3 } }],
    );
    rehearsal.sandbox.seed([{ name: 'Corner Shop' }]);
    const kept = await plan(jobOf({ policy: { create: false } }), [acme.with(0, 'C').with(1, 'Corner Shop')]);
    expect(await warningsOf(kept)).toEqual([]);
  });
});
