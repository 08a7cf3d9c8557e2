/**
 * What a person does in Invoice Ninja between the plan and the push, or while the push goes on, is never lost.
 *
 * Edits come before the push, or just before one of its looks at what moved. (One that falls between such a look and the
 * request for that client cannot be seen by anybody: the API has no conditional writes.)
 */

import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonEdit } from '../../src/sandbox/edit.js';
import type { Change } from '../../src/plan/change.js';
import { PROPERTY_RUNS, PROPERTY_SEED } from '../support/property.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const COLUMNS = ['Id', 'Name', 'City', 'Notes', 'Currency', 'First', 'Mail', 'Tel', 'First 2', 'Mail 2'] as const;
type Line = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;
const JOB = {
  columns: {
    'id_number': 'Id',
    'name': 'Name',
    'city': 'City',
    'public_notes': 'Notes',
    'settings.currency_code': 'Currency',
  },
  contacts: [
    { first_name: 'First', email: 'Mail', phone: 'Tel' },
    { first_name: 'First 2', email: 'Mail 2' },
  ],
  policy: { restore: true, missing: 'archive' },
};

/** What today's export does to a client. */
const FATES = ['same', 'city', 'currency', 'phone', 'contact', 'many', 'missing', 'restore', 'undelete'] as const;
type Fate = (typeof FATES)[number];

interface PlannedEdit {
  /** Which client, modulo their number. */
  readonly client: number;
  /** 0: before the push; n: before its n-th look. */
  readonly moment: number;
  readonly what: (typeof EDITS)[number];
  /** Which contact, modulo their number. */
  readonly contact: number;
}

const EDITS = [
  'city',
  'public_notes',
  'vat_number',
  'payment_terms',
  'add contact',
  'add the contact of the file',
  'change phone',
  'change e-mail',
  'remove contact',
  'archive',
  'delete',
  'restore',
  'same e-mail elsewhere',
] as const;

/** Before the push, before anything is restored or created, and before the updates. */
const MOMENTS = [0, 1, 3];

const CREATES = 2;
const worldArbitrary = fc.record({
  fates: fc.array(fc.constantFrom(...FATES), { minLength: 2, maxLength: 7 }),
  contacts: fc.constantFrom('merge' as const, 'mirror' as const),
  edits: fc.array(
    fc.record<PlannedEdit>({
      client: fc.nat({ max: 20 }),
      moment: fc.nat({ max: 5 }),
      what: fc.constantFrom(...EDITS),
      contact: fc.nat({ max: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});
type World = typeof worldArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const idOf = (nth: number): string => `C-${nth}`;
const lineOf = (nth: number): Line => ({
  Id: idOf(nth),
  Name: `Client ${nth}`,
  City: 'Ulm',
  Notes: 'Nice',
  Currency: 'EUR',
  First: 'Ada',
  Mail: `ada@c${nth}.example`,
  Tel: '1',
});
const createdMail = (nth: number): string => `gil@new${nth}.example`;
const secondMail = (nth: number): string => `eve@c${nth}.example`;

function today(nth: number, fate: Fate): Line | null {
  const line = lineOf(nth);
  switch (fate) {
    case 'same':
    case 'restore':
      return line;
    case 'city':
    case 'undelete':
      return { ...line, City: 'Bonn' };
    case 'currency':
      return { ...line, Currency: 'USD' };
    case 'phone':
      return { ...line, Tel: '2' };
    case 'contact':
      return { ...line, 'First 2': 'Eve', 'Mail 2': secondMail(nth) };
    case 'many':
      return { ...line, 'City': 'Bonn', 'Notes': 'Better', 'Tel': '2', 'First 2': 'Eve', 'Mail 2': secondMail(nth) };
    default:
      return null;
  }
}

type Held = ReturnType<Rehearsal['sandbox']['clients']>[number];
/** What a person wants to find again, as a test of the client. */
type Trace = (client: Held) => void;

let rehearsal: Rehearsal;
let count = 0;
/** Called before the sandbox acts on a look of a push. */
let onLook: (() => void) | null = null;
beforeAll(async () => {
  rehearsal = await openRehearsal({
    onRequest: ({ method, path }) => {
      if (method === 'GET' && path.includes('updated_at=')) onLook?.();
    },
  });
});
afterAll(() => rehearsal.close());

const write = (name: string, lines: readonly Line[]): string =>
  rehearsal.write(name, csv([COLUMNS, ...lines.map((line) => COLUMNS.map((column) => line[column] ?? ''))]));

/** Does it and notes what must be seen afterwards; later edits of the same thing take its place. */
function editAsPerson(planned: PlannedEdit, nth: number, traces: Map<string, Trace>): void {
  const clients = rehearsal.sandbox.clients().filter((client) => client.id_number.startsWith('C-'));
  const client = clients[planned.client % clients.length];
  if (client === undefined) return;
  const { id } = client;
  const contact = client.contacts[planned.contact % client.contacts.length];
  const contactId = String(contact?.['id']);
  const value = `person ${nth}`;
  const edit = (what: PersonEdit): void => rehearsal.sandbox.edit(id, what);
  const trace = (what: string, test: Trace): void => void traces.set(`${id} ${what}`, test);
  switch (planned.what) {
    case 'city':
    case 'public_notes':
    case 'vat_number':
      edit({ fields: { [planned.what]: value } });
      trace(planned.what, (now) => expect(now[planned.what]).toBe(value));
      break;
    case 'payment_terms':
      edit({ settings: { payment_terms: String(nth) } });
      trace(planned.what, (now) => expect(now.settings['payment_terms']).toBe(String(nth)));
      break;
    case 'add contact':
    case 'add the contact of the file': {
      const mail =
        planned.what === 'add contact' ? `person${nth}@p.example` : secondMail(Number(client.id_number.slice(2)));
      if (client.contacts.some((one) => one['email'] === mail)) break;
      edit({ addContact: { first_name: value, email: mail } });
      traces.delete(`${id} e-mail ${mail}`);
      const added = rehearsal.sandbox
        .clients()
        .find((one) => one.id === id)
        ?.contacts.at(-1);
      const addedId = String(added?.['id']);
      trace(`contact ${addedId}`, (now) => {
        expect(now.contacts.filter((one) => one['email'] === mail)).toMatchObject([{ id: addedId, first_name: value }]);
      });
      break;
    }
    case 'change phone':
      edit({ changeContact: { id: contactId, phone: value } });
      trace(`contact ${contactId} phone`, (now) => expectContact(now, contactId, { phone: value }));
      break;
    case 'change e-mail': {
      const email = `moved${nth}@p.example`;
      edit({ changeContact: { id: contactId, email } });
      trace(`contact ${contactId}`, (now) => expectContact(now, contactId, { email }));
      break;
    }
    case 'remove contact':
      if (client.contacts.length < 2) break;
      edit({ removeContact: contactId });
      for (const what of traces.keys()) if (what.startsWith(`${id} contact ${contactId}`)) traces.delete(what);
      trace(`e-mail ${String(contact?.['email'])}`, (now) =>
        expect(now.contacts.map((one) => one['email'])).not.toContain(contact?.['email']),
      );
      break;
    case 'archive':
      if (client.archived_at > 0) break;
      edit({ state: 'archived' });
      trace('state', (now) => expect(now.archived_at).toBeGreaterThan(0));
      break;
    case 'delete':
      if (client.is_deleted) break;
      edit({ state: 'deleted' });
      trace('state', (now) => expect(now.is_deleted).toBe(true));
      break;
    case 'restore':
      if (client.archived_at === 0) break;
      edit({ state: 'active' });
      trace('state', (now) => expect(now.archived_at).toBe(0));
      break;
    case 'same e-mail elsewhere':
      rehearsal.sandbox.seed([{ name: value, contacts: [{ email: createdMail(nth % CREATES) }] }]);
      break;
  }
}

function expectContact(client: Held, id: string, values: object): void {
  expect(client.contacts.find((contact) => contact['id'] === id)).toMatchObject(values);
}

/** Yesterday's push, what happened to the clients since, and today's plan. */
async function prepare({ fates, contacts }: World) {
  rehearsal.reset();
  count += 1;
  const job = aJob({ ...JOB, policy: { ...JOB.policy, contacts }, name: `edits-${count}` });
  await rehearsal.sync(
    job,
    write(
      'old.csv',
      fates.map((_, nth) => lineOf(nth)),
    ),
  );
  rehearsal.wait(2);
  for (const [nth, client] of rehearsal.sandbox.clients().entries()) {
    const state = fates[nth] === 'restore' ? 'archived' : fates[nth] === 'undelete' ? 'deleted' : null;
    if (state !== null) rehearsal.sandbox.edit(client.id, { state });
  }
  rehearsal.wait(2);
  const lines = fates.map((fate, nth) => today(nth, fate)).filter((line) => line !== null);
  const created = Array.from({ length: CREATES }, (_, nth) => ({ Name: `New ${nth}`, Mail: createdMail(nth) }));
  const run = await rehearsal.plan(job, write('new.csv', [...lines, ...created]));
  rehearsal.wait(2);
  return run;
}

/** A contact that the plan removes, and says so, may go although a person changed it before; one that he added may not. */
function expectTraces(traces: ReadonlyMap<string, Trace>, changes: readonly Change[]): void {
  const removed = changes.flatMap((change) =>
    change.contacts.flatMap(({ kind, id }) => (kind === 'remove' ? [`${change.clientId} contact ${id}`] : [])),
  );
  const clients = rehearsal.sandbox.clients();
  for (const [what, test] of traces) {
    if (removed.some((one) => what.startsWith(one))) continue;
    const client = clients.find(({ id }) => what.startsWith(id));
    expect(client, `${what}: the client`).toBeDefined();
    if (client !== undefined) test(client);
  }
}

/** Tells how many edits came while the push was under way. */
async function expectKept(world: World): Promise<number> {
  const run = await prepare(world);
  const changes = await rehearsal.changes(run);
  const traces = new Map<string, Trace>();
  let looks = 0;
  let during = 0;
  const edit = (moment: number): void => {
    for (const [nth, planned] of world.edits.entries()) {
      if (planned.moment !== moment) continue;
      editAsPerson(planned, nth, traces);
      if (moment > 0) during += 1;
    }
  };
  edit(0);
  rehearsal.wait(2);
  onLook = () => {
    rehearsal.wait(2);
    edit((looks += 1));
    rehearsal.wait(2);
  };
  const done = await rehearsal.apply(run);
  onLook = null;
  expect(done.status).toBe('done');
  expectTraces(traces, changes);
  const mails = rehearsal.sandbox
    .clients()
    .flatMap(({ id, contacts }) =>
      contacts.flatMap(({ email }) => (email === '' || email === ' ' ? [] : [`${id} ${String(email)}`])),
    );
  expect(new Set(mails).size, 'a contact twice').toBe(mails.length);
  const outcomes = (await rehearsal.stored(done)).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === null || outcome.reason === '')).toEqual([]);
  return during;
}

describe('what a person does after the plan', () => {
  it('is still there after the push', { timeout: 3_600_000 }, async () => {
    let during = 0;
    await fc.assert(
      fc.asyncProperty(worldArbitrary, async (world) => {
        onLook = null;
        during += await expectKept(world);
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 2), seed: PROPERTY_SEED },
    );
    expect(during).toBeGreaterThan(PROPERTY_RUNS / 10);
  });

  it.each(EDITS)('is still there whatever the export wants of the client: %s', async (what) => {
    let during = 0;
    for (const moment of MOMENTS) {
      const edits = FATES.map((_, client) => ({ client, moment, what, contact: 0 }));
      during += await expectKept({ fates: [...FATES], contacts: 'merge', edits });
    }
    expect(during).toBeGreaterThan(0);
  });

  it('and without it the push changes those very values', async () => {
    const run = await prepare({ fates: ['many', 'city', 'missing', 'restore'], contacts: 'merge', edits: [] });
    await rehearsal.apply(run);
    const [many, city, missing, restored] = rehearsal.sandbox.clients();
    expect(many).toMatchObject({
      city: 'Bonn',
      public_notes: 'Better',
      contacts: [{ phone: '2' }, { first_name: 'Eve' }],
    });
    expect(city).toMatchObject({ city: 'Bonn' });
    expect(missing?.archived_at).toBeGreaterThan(0);
    expect(restored?.archived_at).toBe(0);
  });
});
