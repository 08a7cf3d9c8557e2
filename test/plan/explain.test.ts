import { describe, expect, it } from 'vitest';
import { describeMismatch } from '../../src/plan/explain.js';
import type { Match } from '../../src/plan/match.js';
import { aClient, aContact, aRecord, wants } from '../support/clients.js';

const clients = [
  aClient({ contacts: [aContact('a', { email: 'ADA@a.de' })] }),
  aClient({ fields: { name: 'Other', number: '0002', id_number: 'C-2' }, state: 'archived' }),
  ...Array.from({ length: 5 }, (_, n) => aClient({ fields: { name: `Many ${n}` } })),
];

const explain = (match: Exclude<Match, { kind: 'client' | 'none' }>) =>
  describeMismatch(match, {
    levels: ['id_number', 'email'],
    clientAt: (index) => clients[index] ?? aClient(),
    rowsOf: (record) =>
      record === 9
        ? [{ file: 0, line: 9 }]
        : [
            { file: 0, line: 5 },
            { file: 0, line: 6 },
          ],
    record: aRecord({ contacts: [wants('<x@a.de>'), wants('<ada@a.de>')] }),
  });

describe('why a record cannot be placed', () => {
  it.each([
    ['no key', { kind: 'no-key' }, 'no-key', '', /none of id_number, email: .* twice/],
    ['a twin', { kind: 'duplicate', record: 9, level: 0 }, 'duplicate-record', 'C-1', /^Line 9 has the same id_number/],
    [
      'a twin of several lines',
      { kind: 'duplicate', record: 1, level: 1 },
      'duplicate-record',
      'x@a.de, ada@a.de',
      /^Lines 5, 6 has the same e-mail address/,
    ],
    [
      'several clients',
      { kind: 'ambiguous', clients: [0, 1], level: 1 },
      'ambiguous-match',
      'ada@a.de',
      /2 clients .*"Acme" \(number 0001\); "Other" \(number 0002\), archived/,
    ],
    [
      'many clients',
      { kind: 'ambiguous', clients: [0, 1, 2, 3, 4, 5, 6], level: 1 },
      'ambiguous-match',
      'ada@a.de',
      /"Many 2" and 2 more/,
    ],
    [
      'a stronger row',
      { kind: 'outbid', client: 0, level: 1, record: 9 },
      'ambiguous-match',
      'ada@a.de',
      /^Line 9 is "Acme" \(number 0001\) as well/,
    ],
    [
      'another id',
      { kind: 'conflict', client: 1, level: 1, strongerLevel: 0 },
      'key-conflict',
      'x@a.de, ada@a.de',
      /belongs to "Other" .* whose id_number is "C-2" and not "C-1"/,
    ],
    [
      'an id that is taken',
      { kind: 'taken', client: 1, level: 0 },
      'key-conflict',
      'C-1',
      /This id_number is that of "Other" .* accepts it only once/,
    ],
  ] as const)('%s', (_, match, code, value, hint) => {
    const explained = explain(match);
    expect(explained).toMatchObject({ code, value });
    expect(explained.hint).toMatch(hint);
  });
});
