import { describe, expect, it } from 'vitest';
import type { Change, ChangeKind, Difference } from '../../src/plan/change.js';
import { asOutcome, asWrongOutcome } from '../../src/push/outcome.js';

const aChange = (values: Partial<Change> = {}): Change => ({
  seq: 3,
  kind: 'update',
  clientId: 'id1',
  label: 'Ann',
  rows: [],
  reason: 'The file says otherwise.',
  fields: [{ field: 'city', before: 'Ulm', after: 'Bonn' }],
  contacts: [],
  before: null,
  ...values,
});
const stored = (value: string): readonly Difference[] => [
  { field: 'city', contact: null, wanted: 'Bonn', stored: value },
];
const AT = '2026-11-22T10:00:00.000Z';

describe('what was written', () => {
  it.each<[ChangeKind, string]>([
    ['create', 'created'],
    ['update', 'updated'],
    ['restore', 'restored'],
    ['upload', 'uploaded'],
    ['archive', 'archived'],
    ['delete', 'deleted'],
  ])('by a change of kind %s is %s', (kind, expected) => {
    const sent = { kind: 'written', clientId: 'id1', notes: [], change: null } as const;
    expect(asOutcome(aChange({ kind }), sent, AT)).toEqual({
      seq: 3,
      kind: expected,
      clientId: 'id1',
      reason: 'The file says otherwise.',
      at: AT,
    });
  });

  it('tells what was left alone', () => {
    const sent = { kind: 'written', clientId: 'id1', notes: ['One is left.', 'And two.'], change: null } as const;
    expect(asOutcome(aChange(), sent, AT).reason).toBe('The file says otherwise. One is left. And two.');
  });

  it('and is stored otherwise has failed, field by field, and says whether the old value is still there', () => {
    const wrong = asWrongOutcome({ change: aChange(), clientId: 'id1', differences: stored('Ulm') }, AT);
    expect(wrong).toMatchObject({ kind: 'failed', clientId: 'id1', differences: stored('Ulm') });
    expect(wrong.reason).toBe('The server stored "Ulm" instead of "Bonn" for city.');
    const rewritten = asWrongOutcome({ change: aChange(), clientId: 'id1', differences: stored('BONN') }, AT);
    expect(rewritten.reason).toBe(
      'The server stored "BONN" instead of "Bonn" for city. Neither the old value is there nor the one that was sent: the server rewrote it, or somebody changed it at once.',
    );
  });
});

it('what failed keeps its reason before what is different', () => {
  const sent = { kind: 'failed', clientId: 'id1', reason: 'The client itself is written. ' } as const;
  const differences = [{ field: 'document', contact: null, wanted: 'a.pdf', stored: '' }];
  const outcome = asOutcome(aChange(), { ...sent, differences }, AT);
  expect(outcome.reason).toMatch(/^The client itself is written\. .*a\.pdf/);
  expect(outcome.differences).toEqual(differences);
  expect(asOutcome(aChange(), sent, AT)).not.toHaveProperty('differences');
});
