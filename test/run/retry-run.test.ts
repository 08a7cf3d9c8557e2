import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/run/store.js';
import { applyTo, countRequests, dyingStore, failureOf, kindsOf, reload, retryOf } from '../push/apply.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const job = aJob({ columns: { id_number: 'Id', name: 'Name' }, contacts: [{ email: 'Mail' }], documents: 'Docs' });

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await openRehearsal({ concurrency: 1 });
});
afterEach(() => rehearsal.close());

type Line = readonly [id: string, name: string, mail: string, docs?: string];
const plan = (...lines: readonly Line[]): Promise<Run> =>
  rehearsal.plan(
    job,
    rehearsal.write(
      'clients.csv',
      csv([['Id', 'Name', 'Mail', 'Docs'], ...lines.map(([id, name, mail, docs = '']) => [id, name, mail, docs])]),
    ),
  );
const names = (): readonly string[] => rehearsal.sandbox.clients().map(({ name }) => name);
const posts = (): number => countRequests(rehearsal, 'POST', /clients$/);
const refuse = (times: number, status = 422): void =>
  rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status, times });

const ANN = ['', 'Ann', 'ann@a.example'] as const;
const BOB = ['C-2', 'Bob', 'bob@b.example'] as const;

describe('a retry', () => {
  it('sends what was refused or failed again, and nothing else', async () => {
    const run = await plan(ANN, BOB);
    refuse(1);
    const done = await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['rejected', 'created']);
    const again = await retryOf(rehearsal, done);
    expect(again).toMatchObject({ status: 'done', rowOutcomes: { created: 2, rejected: 0 } });
    expect(names()).toEqual(['Bob', 'Ann']);
    expect(posts()).toBe(3);
  });

  it('does not make a client twice whose create failed after it was made', async () => {
    rehearsal.write('contract.txt', 'A contract.\n');
    const run = await plan([...ANN, 'contract.txt'], [...BOB, 'contract.txt']);
    rehearsal.write('contract.txt', 'Something else.\n');
    const done = await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['failed', 'failed']);
    rehearsal.write('contract.txt', 'A contract.\n');
    await retryOf(rehearsal, done);
    expect(await kindsOf(rehearsal, run)).toEqual(['created', 'created']);
    expect(names()).toEqual(['Ann', 'Bob']);
    expect(posts()).toBe(2);
    expect(rehearsal.sandbox.clients()).toMatchObject([{ documents: [{}] }, { documents: [{}] }]);
  });

  it('that dies can be resumed, and still makes none twice', async () => {
    rehearsal.write('contract.txt', 'A contract.\n');
    const run = await plan([...ANN, 'contract.txt']);
    rehearsal.write('contract.txt', 'Something else.\n');
    const done = await applyTo(rehearsal, run);
    rehearsal.write('contract.txt', 'A contract.\n');
    const dying = dyingStore(rehearsal.store, 'finishChanges', 1);
    await failureOf(retryOf(rehearsal, done, { store: dying }));
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(await kindsOf(rehearsal, run)).toEqual(['created']);
    expect(names()).toEqual(['Ann']);
    expect(rehearsal.sandbox.clients()).toMatchObject([{ documents: [{}] }]);
  });

  it('keeps what a person did to the client since', async () => {
    const [id = ''] = rehearsal.sandbox.seed([{ id_number: 'C-2', name: 'Robert' }]);
    rehearsal.wait(2);
    const run = await plan(BOB);
    rehearsal.sandbox.fault({ kind: 'status', method: 'PUT', path: 'clients', status: 422, times: 1 });
    const done = await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['rejected']);
    rehearsal.wait(2);
    rehearsal.sandbox.edit(id, { fields: { name: 'Rob' } });
    await retryOf(rehearsal, done);
    expect(names()).toEqual(['Rob']);
    expect(rehearsal.sandbox.clients()).toMatchObject([{ contacts: [{ email: 'bob@b.example' }] }]);
  });

  it.each([
    ['of a run without a failed change', async () => applyTo(rehearsal, await plan(BOB)), 'has no failed change'],
    ['of a run that was not applied', async () => plan(BOB), 'is planned'],
  ] as const)('%s is refused', async (_, make, words) => {
    const error = await failureOf(retryOf(rehearsal, await make()));
    expect(error.code).toBe('run-not-appliable');
    expect(error.message).toContain(words);
  });

  it('that is refused leaves the run as it is', async () => {
    const done = await applyTo(rehearsal, await plan(BOB));
    await failureOf(retryOf(rehearsal, done));
    expect(await reload(rehearsal, done)).toEqual(done);
  });
});
