import { describe, expect, it } from 'vitest';
import { decodeClaim, encodeClaim } from '../../src/run/claim-code.js';

describe('a claim', () => {
  const full = {
    clientId: 'VolejRejNm',
    baseline: JSON.stringify({ client: { public_notes: 'one\ntwo' }, contacts: [{ email: 'a@b.example' }] }),
    baselineHash: 2 ** 31,
    absences: 0,
  };
  it.each([
    ['with all that there is', full],
    ['of a client that is not made yet', { ...full, clientId: null }],
    ['without a baseline', { ...full, baseline: null, baselineHash: 0, absences: 100 }],
  ])('comes back as it was: %s', (_, claim) => {
    expect(decodeClaim(encodeClaim(claim))).toEqual(claim);
  });
});
