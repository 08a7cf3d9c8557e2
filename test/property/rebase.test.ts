/** Whatever happened to a client since its plan: what is still sent does the rest of the plan, and undoes nobody's work. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCodeTable } from '../../src/ninja/codes.js';
import { CONTACT_FIELD_NAMES } from '../../src/mapping/fields.js';
import type { Change } from '../../src/plan/change.js';
import type { Client } from '../../src/plan/client.js';
import { rebaseChange } from '../../src/plan/rebase.js';
import type { Rebased } from '../../src/plan/rebase.js';
import { updateOf } from '../../src/push/payload.js';
import { findDifferences } from '../../src/push/verify.js';
import { applyChange, applyHalf, withoutIds } from '../support/apply-change.js';
import { changeArbitrary, editByHand, handEditsArbitrary, isEmpty } from '../support/client-changes.js';
import { PROPERTY_RUNS, PROPERTY_SEED } from '../support/property.js';

const SETTINGS = { numRuns: PROPERTY_RUNS * 10, seed: PROPERTY_SEED };
const causeArbitrary = fc.constantFrom('moved', 'in-doubt');
const codes = buildCodeTable({ countries: [], currencies: [], languages: [], industries: [], sizes: [] });

/** The client after what is left of a change was sent. */
function finish(rebased: Rebased, fresh: Client): Client {
  if (rebased.kind === 'leave') throw new Error(rebased.reason);
  return rebased.kind === 'done' ? fresh : applyChange(fresh, rebased.change, 'late');
}

const sent = (rebased: Rebased): Change | null => (rebased.kind === 'send' ? rebased.change : null);

describe('a change put onto the client as it is now', () => {
  it('is the same change when nothing of it moved', () => {
    fc.assert(
      fc.property(changeArbitrary, causeArbitrary, (change, cause) => {
        fc.pre(!isEmpty(change));
        const fresh = { ...change.before, updatedAt: change.before.updatedAt + 5, settings: { other: '1' } };
        expect(rebaseChange(change, fresh, cause)).toEqual({
          kind: 'send',
          change: { ...change, before: fresh },
          notes: [],
        });
      }),
      SETTINGS,
    );
  });

  it('is done when it was sent, and nothing differs then', () => {
    fc.assert(
      fc.property(changeArbitrary, causeArbitrary, (change, cause) => {
        const fresh = applyChange(change.before, change);
        expect(rebaseChange(change, fresh, cause)).toEqual({ kind: 'done', notes: [] });
        expect(findDifferences(change, fresh)).toEqual([]);
      }),
      SETTINGS,
    );
  });

  it('completes a request that broke halfway', () => {
    fc.assert(
      fc.property(changeArbitrary, fc.nat({ max: 4 }), (change, saved) => {
        const restored = { ...change.before, state: 'active' as const };
        const fresh = applyHalf(restored, change, saved);
        const rebased = rebaseChange(change, fresh, 'in-doubt');
        expect(withoutIds(finish(rebased, fresh))).toEqual(withoutIds(applyChange(change.before, change)));
      }),
      SETTINGS,
    );
  });

  it('brings back every contact that a broken request lost', () => {
    fc.assert(
      fc.property(changeArbitrary, (change) => {
        fc.pre(change.contacts.length > 0);
        const fresh = { ...applyHalf({ ...change.before, state: 'active' }, change, 0), contacts: [] };
        const rebased = rebaseChange(change, fresh, 'in-doubt');
        expect(withoutIds(finish(rebased, fresh))).toEqual(withoutIds(applyChange(change.before, change)));
      }),
      SETTINGS,
    );
  });

  it('writes over nothing that somebody did, and loses no contact', () => {
    let met = 0;
    fc.assert(
      fc.property(changeArbitrary, handEditsArbitrary, causeArbitrary, (change, edits, cause) => {
        const fresh = editByHand(change.before, edits);
        const rebased = rebaseChange(change, fresh, cause);
        const after = finish(rebased, fresh);
        if (rebased.kind !== 'leave' && rebased.notes.length > 0) met += 1;
        expectHandWorkKept(fresh, after);
        expectAllListed(sent(rebased), fresh);
      }),
      SETTINGS,
    );
    expect(met, 'edits that stood in the way').toBeGreaterThan(PROPERTY_RUNS / 2);
  });

  it('is the same when it is put there twice', () => {
    fc.assert(
      fc.property(changeArbitrary, handEditsArbitrary, causeArbitrary, (change, edits, cause) => {
        const fresh = editByHand(change.before, edits);
        const once = sent(rebaseChange(change, fresh, cause));
        fc.pre(once !== null);
        expect(rebaseChange(once, fresh, cause)).toEqual({ kind: 'send', change: once, notes: [] });
      }),
      SETTINGS,
    );
  });
});

const isByHand = (value: unknown): boolean => typeof value === 'string' && value.startsWith('by');

function expectHandWorkKept(fresh: Client, after: Client): void {
  for (const [field, value] of Object.entries(fresh.fields))
    if (isByHand(value)) expect(after.fields).toMatchObject({ [field]: value });
  for (const contact of fresh.contacts) {
    const now = after.contacts.find((one) => one.id === contact.id);
    const byHand = CONTACT_FIELD_NAMES.filter((field) => isByHand(contact[field]));
    if (byHand.length > 0)
      expect(now).toMatchObject(Object.fromEntries(byHand.map((field) => [field, contact[field]])));
  }
}

/** Every contact that the client has goes along, unless the plan removes it and it is as the plan saw it. */
function expectAllListed(change: Change | null, fresh: Client): void {
  if (change === null || (change.fields.length === 0 && change.contacts.length === 0)) return;
  const { body, removed, before } = updateOf(change, codes);
  expect(before).toBe(fresh);
  expect(body.contacts).not.toEqual([]);
  if (body.contacts === undefined) expect(removed).toEqual([]);
  else {
    const ids = body.contacts.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(ids.length + removed.length).toBe(fresh.contacts.length);
    expect(new Set([...ids, ...removed])).toEqual(new Set(fresh.contacts.map(({ id }) => id)));
  }
}
