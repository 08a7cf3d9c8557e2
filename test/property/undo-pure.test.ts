/** Whatever a change did to a client, its undo makes the client as it was, and leaves alone what people did since. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTACT_FIELD_NAMES } from '../../src/mapping/fields.js';
import type { Client } from '../../src/plan/client.js';
import { planUndo } from '../../src/plan/undo.js';
import type { Undoing } from '../../src/plan/undo.js';
import { applyChange, withoutIds } from '../support/apply-change.js';
import { anOutcome } from '../support/changes.js';
import { changeArbitrary, editByHand, handEditsArbitrary } from '../support/client-changes.js';
import { PROPERTY_RUNS, PROPERTY_SEED } from '../support/property.js';

const SETTINGS = { numRuns: PROPERTY_RUNS * 10, seed: PROPERTY_SEED };

const take = (undoing: Undoing, fresh: Client): Client =>
  undoing.changes.reduce((client, change, index) => applyChange(client, change, `undone${index}-`), fresh);

describe('undo', () => {
  it('makes a client what it was, but for the ids of contacts that it lists', () => {
    fc.assert(
      fc.property(changeArbitrary, (change) => {
        const fresh = applyChange(change.before, change);
        const undoing = planUndo(change, anOutcome('updated'), fresh);
        const after = take(undoing, fresh);
        expect(withoutIds(after)).toEqual(withoutIds(change.before));
        const lost = change.before.contacts.filter(({ id }) => !after.contacts.some((contact) => contact.id === id));
        expect(undoing.left).toHaveLength(lost.length);
      }),
      SETTINGS,
    );
  });

  it('does nothing where nothing was done, and nothing a second time', () => {
    fc.assert(
      fc.property(changeArbitrary, (change) => {
        expect(planUndo(change, anOutcome('failed'), change.before)).toEqual({ changes: [], left: [] });
        const fresh = applyChange(change.before, change);
        const undone = take(planUndo(change, anOutcome('updated'), fresh), fresh);
        expect(planUndo(change, anOutcome('updated'), undone)).toEqual({ changes: [], left: [] });
      }),
      SETTINGS,
    );
  });

  it('leaves alone what somebody did since, and loses no contact of his', () => {
    let met = 0;
    fc.assert(
      fc.property(changeArbitrary, handEditsArbitrary, (change, edits) => {
        const fresh = editByHand(applyChange(change.before, change), edits);
        const undoing = planUndo(change, anOutcome('updated'), fresh);
        const after = take(undoing, fresh);
        if (undoing.left.some((text) => text.includes('since by somebody'))) met += 1;
        expectHandWorkKept(fresh, after);
        const added = new Set(change.contacts.flatMap(({ kind, label }) => (kind === 'add' ? [label] : [])));
        if (added.size > 0) return;
        for (const { id } of fresh.contacts) expect(after.contacts.map((contact) => contact.id)).toContain(id);
      }),
      SETTINGS,
    );
    expect(met, 'edits that stood in the way').toBeGreaterThan(PROPERTY_RUNS / 2);
  });
});

const isByHand = (value: unknown): boolean => typeof value === 'string' && value.startsWith('by');

function expectHandWorkKept(fresh: Client, after: Client): void {
  for (const [field, value] of Object.entries(fresh.fields))
    if (isByHand(value)) expect(after.fields).toMatchObject({ [field]: value });
  for (const contact of fresh.contacts) {
    const byHand = CONTACT_FIELD_NAMES.filter((field) => isByHand(contact[field]));
    if (byHand.length === 0) continue;
    const now = after.contacts.find((one) => one.id === contact.id);
    expect(now).toMatchObject(Object.fromEntries(byHand.map((field) => [field, contact[field]])));
  }
}
