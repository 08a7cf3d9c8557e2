import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/plan/change.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { planUndo } from '../../src/plan/undo.js';
import { applyChange } from '../support/apply-change.js';
import { aChange, anOutcome, contactsOf, tellUndoing } from '../support/changes.js';
import { aClient, aContact, wants } from '../support/clients.js';

const ada = aContact('ada', { first_name: 'Ada', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de', phone: '5' });
const before = aClient({ contacts: [ada, bob] });

const undo = (change: Change, fresh: Client): string => tellUndoing(planUndo(change, anOutcome('updated'), fresh));

describe('contacts', () => {
  const cy = aContact('cy', { first_name: 'Cy', email: 'cy@a.de' });
  const changed = aChange('update', {
    before,
    contacts: contactsOf(before.contacts, [wants('<bob@a.de>', { phone: '6' })]),
  });
  const added = aChange('update', { before, contacts: contactsOf(before.contacts, [wants('Cy <cy@a.de>')]) });
  const removed = aChange('update', { before, contacts: contactsOf(before.contacts, [wants('<ada@a.de>')], 'mirror') });
  const led = aChange('update', {
    before,
    contacts: contactsOf(before.contacts, [wants('<bob@a.de>', { is_primary: 'true' })]),
  });
  const holds = (...contacts: Contact[]): Client => ({ ...before, contacts });
  const NEW_ID = '(The contact Bob comes back with a new id: links in mails sent to it stay dead.)';

  it.each([
    [
      'that was changed goes back, and who came since stays',
      changed,
      holds(ada, { ...bob, phone: '6' }, cy),
      'update | keep ada; change bob phone=5; keep cy',
    ],
    [
      'that was changed again stays',
      changed,
      holds(ada, { ...bob, phone: '7' }),
      '(phone of Bob was changed since by somebody: it stays "7" (it was "5", the run made it "6").)',
    ],
    [
      'that was changed and is gone stays so',
      changed,
      holds(ada),
      '(The contact Bob was removed since by somebody: it stays so.)',
    ],
    [
      'that was made again goes back',
      changed,
      holds(ada, { ...bob, id: 'again', phone: '6' }),
      'update | keep ada; change again phone=5',
    ],
    ['that was added is removed', added, holds(ada, bob, cy), 'update | keep ada; keep bob; remove cy'],
    ['that was added and is gone is forgotten', added, holds(ada, bob), ''],
    [
      'that was added and worked on stays',
      added,
      holds(ada, bob, { ...cy, phone: '7', last_name: 'D' }),
      '(The contact Cy was changed since by somebody (last_name, phone): it stays.)',
    ],
    ['that was added stays when nobody else is left', added, holds(cy), '(The contact Cy stays: nobody else is left.)'],
    [
      'that was removed comes back',
      removed,
      holds(ada),
      `update | keep ada; add new first_name=Bob email=bob@a.de phone=5 send_email=true ${NEW_ID}`,
    ],
    ['that was not removed is there', removed, holds(ada, bob), ''],
    ['that was removed and is back stays', removed, holds(ada, { ...bob, id: 'again' }), ''],
    [
      'that was removed does not take an address from somebody',
      removed,
      holds({ ...ada, email: 'bob@a.de' }),
      '(The contact Bob is not added again: Ada has its e-mail address now.)',
    ],
    [
      'that was primary is primary again',
      led,
      applyChange(before, led),
      'update | change ada is_primary=true; change bob is_primary=false',
    ],
    [
      'that somebody made primary since stays so',
      led,
      holds({ ...cy, is_primary: true }, { ...ada, is_primary: false }, bob),
      '(Another primary contact was chosen since by somebody: it stays Cy.)',
    ],
  ])('%s', (_, change, fresh, expected) => {
    expect(undo(change, fresh)).toBe(expected);
  });

  it('are all there as before after a mirror that replaced them', () => {
    const replaced = aChange('update', {
      before,
      contacts: contactsOf(before.contacts, [wants('Cy <cy@a.de>')], 'mirror'),
    });
    expect(undo(replaced, applyChange(before, replaced))).toMatch(
      /^update \| add new first_name=Ada .*is_primary=true.*; add new first_name=Bob .*; remove new1 \(The contact Ada comes back/,
    );
  });
});
