/**
 * A run and its undo: the target is what it was before, apart from times, from what the server makes anew (ids of contacts
 * that the run removed, and the undo's plan says which), and from what nobody can take back (a created client is archived,
 * not gone). What a person changed in between stays.
 */

import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/plan/change.js';
import type { Run } from '../../src/run/store.js';
import { comparable, knownIds } from '../support/equal-targets.js';
import type { KnownIds } from '../support/equal-targets.js';
import { MIXED_DOCUMENTS, MIXED_JOB, editsOf, mixedSeeds } from '../support/mixed-run.js';
import { todaysExport, yesterdaysExport } from '../support/mixed-run.js';
import { PROPERTY_RUNS, PROPERTY_SEED } from '../support/property.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';
import { COLUMNS, worldArbitrary } from '../support/worlds.js';
import type { Line, World } from '../support/worlds.js';

const parameters = { numRuns: PROPERTY_RUNS, seed: PROPERTY_SEED };

type Held = ReturnType<Rehearsal['sandbox']['clients']>[number];

let rehearsal: Rehearsal;
let worlds = 0;
beforeAll(async () => {
  rehearsal = await openRehearsal();
});
afterAll(() => rehearsal.close());

const write = (name: string, lines: readonly Line[]): string =>
  rehearsal.write(name, csv([COLUMNS, ...lines.map((line) => COLUMNS.map((column) => line[column] ?? ''))]));

/** A world in which the new file was pushed; the target as it was just before. `null`: the file asked for nothing. */
async function push(world: World): Promise<{ readonly before: readonly Held[]; readonly run: Run } | null> {
  rehearsal.reset();
  worlds += 1;
  const job = aJob({ ...world.job, name: `undo-${worlds}` });
  rehearsal.sandbox.seed(world.seeds);
  rehearsal.wait(2);
  if (world.before.length > 0) await rehearsal.sync(job, write('old.csv', world.before));
  rehearsal.wait(2);
  const ids = rehearsal.sandbox.clients().map((client) => client.id);
  for (const { client, edit } of world.edits) {
    const target = ids[client % Math.max(ids.length, 1)];
    if (target !== undefined) rehearsal.sandbox.edit(target, edit);
  }
  if (world.now.length === 0) return null;
  rehearsal.wait(2);
  const before = rehearsal.sandbox.clients();
  const run = await rehearsal.sync(job, write('new.csv', world.now));
  expect(run.status).toBe('done');
  const outcomes = (await rehearsal.stored(run)).map(({ outcome }) => outcome?.kind ?? 'skipped');
  if (outcomes.every((kind) => kind === 'skipped' || kind === 'unchanged')) return null;
  rehearsal.wait(2);
  return { before, run };
}

/** Gives the changes of the undo, which is applied. */
async function undo(run: Run): Promise<readonly Change[]> {
  const planned = await rehearsal.undo(run);
  const changes = await rehearsal.changes(planned);
  const done = await rehearsal.apply(planned);
  const failed = (await rehearsal.stored(done)).filter(({ outcome }) => outcome?.kind === 'failed');
  expect(failed.map(({ outcome }) => outcome?.reason)).toEqual([]);
  rehearsal.wait(2);
  return changes;
}

/** The contacts that the run removed are made anew: only their values can be the same. */
function withoutRemade(known: KnownIds, changes: readonly Change[]): KnownIds {
  const removed = changes.flatMap(({ contacts }) =>
    contacts.flatMap(({ kind, id }) => (kind === 'remove' && id !== null ? [id] : [])),
  );
  return { clients: known.clients, contacts: new Set([...known.contacts].filter((id) => !removed.includes(id))) };
}

/** Whatever it is sent for a client without a currency, the server gives him the company's (FACTS.md [099]). */
function settled(clients: readonly Held[]): readonly Held[] {
  return clients.map((client) => ({ ...client, settings: { currency_id: '1', ...client.settings } }));
}

/** Gives the kinds of change that were undone, and `remade` where a contact has a new id. */
async function expectUndone(world: World): Promise<readonly string[]> {
  const pushed = await push(world);
  if (pushed === null) return [];
  const { before, run } = pushed;
  const changes = await rehearsal.changes(run);
  const undone = await undo(run);
  const after = rehearsal.sandbox.clients();
  const known = knownIds(before);
  const kept = withoutRemade(known, changes);
  expect(comparable(settled(after.filter(({ id }) => known.clients.has(id))), kept)).toEqual(
    comparable(settled(before), kept),
  );
  const fresh = after.filter(({ id }) => !known.clients.has(id));
  expect(fresh.filter((client) => client.archived_at === 0)).toEqual([]);
  const remade = expectRemadeAreListed(before, after, undone);
  return [...changes.map(({ kind }) => kind), ...(remade > 0 ? ['remade'] : [])];
}

/** Whoever has another id now stands in the undo's plan as an addition. Gives their number. */
function expectRemadeAreListed(before: readonly Held[], after: readonly Held[], undone: readonly Change[]): number {
  let count = 0;
  const old = knownIds(before);
  for (const client of after.filter(({ id }) => old.clients.has(id))) {
    const remade = client.contacts.filter((contact) => !old.contacts.has(String(contact['id'])));
    const listed = undone
      .filter(({ clientId }) => clientId === client.id)
      .flatMap(({ contacts }) => contacts.filter(({ kind }) => kind === 'add'));
    expect(listed.length, `${client.name}: contacts with a new id`).toBe(remade.length);
    count += remade.length;
  }
  return count;
}

describe('a run and its undo', () => {
  it('leave the target as it was', { timeout: 3_600_000 }, async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(worldArbitrary, async (world) => {
        for (const kind of await expectUndone(world)) seen.add(kind);
      }),
      parameters,
    );
    expect([...seen]).toEqual(expect.arrayContaining(['create', 'update', 'restore', 'remade']));
    expect(seen.has('archive') || seen.has('delete')).toBe(true);
  });

  it('leave documents where they are, and take back everything else of a mixed run', async () => {
    rehearsal.reset();
    const job = aJob({ ...MIXED_JOB, name: 'undo-mixed' });
    for (const [name, text] of Object.entries(MIXED_DOCUMENTS)) rehearsal.write(name, text);
    rehearsal.sandbox.seed(mixedSeeds);
    await rehearsal.sync(job, rehearsal.write('mixed.csv', yesterdaysExport));
    rehearsal.wait(2);
    for (const { id, edit } of editsOf(rehearsal.sandbox.clients())) rehearsal.sandbox.edit(id, edit);
    rehearsal.wait(2);
    const before = rehearsal.sandbox.clients();
    const run = await rehearsal.sync(job, rehearsal.write('mixed.csv', todaysExport));
    rehearsal.wait(2);
    const known = knownIds(before);
    const held = (): readonly object[] => {
      const clients = rehearsal.sandbox.clients().filter(({ id }) => known.clients.has(id));
      return comparable(clients, known).map((client) => ({ ...client, documents: [] }));
    };
    const documents = (): number =>
      rehearsal.sandbox.clients().reduce((sum, client) => sum + (client['documents'] as readonly unknown[]).length, 0);
    const was = comparable(before, known).map((client) => ({ ...client, documents: [] }));
    expect(held()).not.toEqual(was);
    const uploaded = documents();
    expect(uploaded).toBeGreaterThan(5);
    await undo(run);
    expect(held()).toEqual(was);
    expect(documents()).toBe(uploaded);
  });

  it('leave alone what a person did between the two', { timeout: 3_600_000 }, async () => {
    let edited = 0;
    await fc.assert(
      fc.asyncProperty(worldArbitrary, fc.nat(), async (world, pick) => {
        const pushed = await push(world);
        const changes = pushed === null ? [] : await rehearsal.changes(pushed.run);
        const updates = changes.filter(({ kind, fields }) => kind === 'update' && fields.length > 0);
        const change = updates[pick % Math.max(updates.length, 1)];
        if (pushed === null || change?.clientId == null) return;
        const { clientId } = change;
        const email = 'person@p.example';
        rehearsal.sandbox.edit(clientId, {
          fields: { city: 'Changed by a person', vat_number: 'P1' },
          addContact: { first_name: 'Pat', email },
        });
        rehearsal.wait(2);
        await undo(pushed.run);
        edited += 1;
        const now = rehearsal.sandbox.clients().find(({ id }) => id === clientId);
        expect(now).toMatchObject({ city: 'Changed by a person', vat_number: 'P1' });
        expect(now?.contacts.map((contact) => contact['email'])).toContain(email);
        // What he did not touch goes back.
        const name = change.fields.find(({ field }) => field === 'name');
        if (name !== undefined) expect(now?.name).toBe(name.before);
      }),
      parameters,
    );
    expect(edited).toBeGreaterThan(PROPERTY_RUNS / 20);
  });
});
