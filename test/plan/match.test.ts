import { describe, expect, it } from 'vitest';
import { Matcher } from '../../src/plan/match.js';
import type { Match } from '../../src/plan/match.js';

/** Keys by level; a text is one key, `''` none. */
interface Keyed {
  readonly id?: string;
  readonly mails?: readonly string[];
}
interface RecordKeys extends Keyed {
  readonly rejected?: boolean;
}
interface ClientKeys extends Keyed {
  readonly deleted?: boolean;
}

const LEVEL = { id: 0, mail: 1 } as const;
const keys = ({ id = '', mails = [] }: Keyed): readonly (readonly string[])[] => [id === '' ? [] : [id], mails];

function matchAll(
  records: readonly RecordKeys[],
  clients: readonly ClientKeys[],
  levels = 2,
  unique: readonly number[] = [],
): { readonly matches: readonly Match[]; readonly named: readonly boolean[] } {
  const matcher = new Matcher(levels, unique);
  for (const record of records) matcher.addRecord(record.rejected === true ? [] : keys(record), record.rejected);
  for (const record of records.filter(({ rejected }) => rejected)) matcher.addRecord(keys(record), true);
  for (const client of clients) matcher.addClient(keys(client), client.deleted === true);
  matcher.resolve();
  return {
    matches: records.map((_, index) => matcher.matchOf(index)),
    named: clients.map((_, index) => matcher.isNamed(index)),
  };
}

interface Case {
  readonly records: readonly RecordKeys[];
  readonly clients: readonly ClientKeys[];
  readonly matches: readonly Match[];
  /** Default: all. */
  readonly named?: readonly boolean[];
}

const CASES: Readonly<Record<string, Case>> = {
  'nobody has its keys': {
    records: [{ id: '1', mails: ['a'] }],
    clients: [{ id: '2', mails: ['b'] }, {}],
    matches: [{ kind: 'none' }],
    named: [false, false],
  },
  'the id finds one client': {
    records: [{ id: '1', mails: ['a'] }],
    clients: [{ id: '1', mails: ['b'] }],
    matches: [{ kind: 'client', client: 0, level: LEVEL.id }],
  },
  'the id wins over the address, and the client of the address is in the file as well': {
    records: [{ id: '1', mails: ['b'] }],
    clients: [{ id: '1' }, { mails: ['b'] }],
    matches: [{ kind: 'client', client: 0, level: LEVEL.id }],
  },
  'the address finds a client without an id': {
    records: [{ id: '1', mails: ['x', 'a'] }],
    clients: [{ mails: ['a', 'b'] }],
    matches: [{ kind: 'client', client: 0, level: LEVEL.mail }],
  },
  'the address finds a client whose id is another': {
    records: [{ id: '1', mails: ['a'] }],
    clients: [{ id: '2', mails: ['a'] }],
    matches: [{ kind: 'conflict', client: 0, level: LEVEL.mail, strongerLevel: LEVEL.id }],
  },
  'a record without an id takes a client with one by its address': {
    records: [{ mails: ['a'] }],
    clients: [{ id: '2', mails: ['a'] }],
    matches: [{ kind: 'client', client: 0, level: LEVEL.mail }],
  },
  'two clients have the address': {
    records: [{ mails: ['a'] }],
    clients: [{ mails: ['a'] }, { mails: ['b'] }, { id: '3', mails: ['a'] }],
    matches: [{ kind: 'ambiguous', clients: [0, 2], level: LEVEL.mail }],
    named: [true, false, true],
  },
  'its two addresses are those of two clients': {
    records: [{ mails: ['a', 'b'] }],
    clients: [{ mails: ['a'] }, { mails: ['b'] }],
    matches: [{ kind: 'ambiguous', clients: [0, 1], level: LEVEL.mail }],
  },
  'its two addresses are those of one client': {
    records: [{ mails: ['a', 'b'] }],
    clients: [{ mails: ['a', 'b'] }],
    matches: [{ kind: 'client', client: 0, level: LEVEL.mail }],
  },
  'a deleted client stands back for one that is not': {
    records: [{ mails: ['a'] }],
    clients: [{ mails: ['a'], deleted: true }, { mails: ['a'] }],
    matches: [{ kind: 'client', client: 1, level: LEVEL.mail }],
  },
  'a deleted client is found when it is the only one': {
    records: [{ id: '1' }],
    clients: [{ id: '1', deleted: true }],
    matches: [{ kind: 'client', client: 0, level: LEVEL.id }],
  },
  'two deleted clients cannot be told apart': {
    records: [{ mails: ['a'] }],
    clients: [
      { mails: ['a'], deleted: true },
      { mails: ['a'], deleted: true },
    ],
    matches: [{ kind: 'ambiguous', clients: [0, 1], level: LEVEL.mail }],
  },
  'no key at all': { records: [{}], clients: [{}], matches: [{ kind: 'no-key' }], named: [false] },
  'two new records with one id': {
    records: [{ id: '1' }, { id: '1' }],
    clients: [],
    matches: [
      { kind: 'duplicate', record: 1, level: LEVEL.id },
      { kind: 'duplicate', record: 0, level: LEVEL.id },
    ],
  },
  'two new records with one address and no id': {
    records: [{ mails: ['a'] }, { mails: ['a', 'b'] }],
    clients: [],
    matches: [
      { kind: 'duplicate', record: 1, level: LEVEL.mail },
      { kind: 'duplicate', record: 0, level: LEVEL.mail },
    ],
  },
  'two new records that share an address and have ids': {
    records: [
      { id: '1', mails: ['a'] },
      { id: '2', mails: ['a'] },
    ],
    clients: [],
    matches: [{ kind: 'none' }, { kind: 'none' }],
  },
  'a stronger claim outbids a weaker one': {
    records: [{ mails: ['a'] }, { id: '1' }],
    clients: [{ id: '1', mails: ['a'] }],
    matches: [
      { kind: 'outbid', client: 0, level: LEVEL.mail, record: 1 },
      { kind: 'client', client: 0, level: LEVEL.id },
    ],
  },
  'of two equal claims none wins': {
    records: [{ mails: ['a'] }, { mails: ['b'] }],
    clients: [{ mails: ['a', 'b'] }],
    matches: [
      { kind: 'outbid', client: 0, level: LEVEL.mail, record: 1 },
      { kind: 'outbid', client: 0, level: LEVEL.mail, record: 0 },
    ],
  },
  'two records with the id of one client': {
    records: [{ id: '1' }, { id: '1' }],
    clients: [{ id: '1' }],
    matches: [
      { kind: 'outbid', client: 0, level: LEVEL.id, record: 1 },
      { kind: 'outbid', client: 0, level: LEVEL.id, record: 0 },
    ],
  },
  'a rejected row names its clients and claims none': {
    records: [{ id: '1', mails: ['b'], rejected: true }, { mails: ['a'] }],
    clients: [{ id: '1', mails: ['a'] }, { mails: ['b'] }, { id: '9' }],
    matches: [{ kind: 'no-key' }, { kind: 'client', client: 0, level: LEVEL.mail }],
    named: [true, true, false],
  },
  "a rejected row is nobody's twin, and hides no twin": {
    records: [{ id: '1' }, { id: '1', rejected: true }, { id: '2' }, { id: '2', rejected: true }, { id: '2' }],
    clients: [],
    matches: [
      { kind: 'none' },
      { kind: 'no-key' },
      { kind: 'duplicate', record: 4, level: LEVEL.id },
      { kind: 'no-key' },
      { kind: 'duplicate', record: 2, level: LEVEL.id },
    ],
  },
};

describe('a record finds its client', () => {
  it.each(Object.entries(CASES))('%s', (_, { records, clients, matches, named }) => {
    const found = matchAll(records, clients);
    expect(found.matches).toEqual(matches);
    expect(found.named).toEqual(named ?? clients.map(() => true));
  });

  it.each(Object.entries(CASES))('in any order: %s', (_, { records, clients, matches, named }) => {
    const flip = (index: number, list: readonly unknown[]): number => list.length - 1 - index;
    const mirror = (match: Match): unknown => ({
      ...match,
      ...('client' in match ? { client: flip(match.client, clients) } : {}),
      ...('record' in match ? { record: flip(match.record, records) } : {}),
      ...('clients' in match ? { clients: new Set(match.clients.map((client) => flip(client, clients))) } : {}),
    });
    const found = matchAll(records.toReversed(), clients.toReversed());
    const unordered = (match: Match): unknown =>
      'clients' in match ? { ...match, clients: new Set(match.clients) } : match;
    expect(found.matches.map(unordered)).toEqual(matches.toReversed().map(mirror));
    expect(found.named).toEqual((named ?? clients.map(() => true)).toReversed());
  });

  it('among many', () => {
    const count = 5000;
    const records = Array.from({ length: count }, (_, n) => ({ id: `r${n}`, mails: [`m${n}`] }));
    const clients = Array.from({ length: count }, (_, n) =>
      n % 2 === 0 ? { id: `r${count - 1 - n}` } : { mails: [`m${n}`] },
    );
    const { matches, named } = matchAll(records, clients);
    expect(named.every(Boolean)).toBe(true);
    expect(matches.filter((match) => match.kind === 'client' && match.level === LEVEL.id)).toHaveLength(count / 2);
    expect(matches[count - 1]).toEqual({ kind: 'client', client: 0, level: LEVEL.id });
    expect(matches[0]).toEqual({ kind: 'none' });
  });
});

describe('a key that the target accepts once', () => {
  /** Only the first level finds clients: here the id stands in its place, and the number is the address. */
  const check = (records: readonly RecordKeys[], clients: readonly ClientKeys[]): readonly Match[] =>
    matchAll(records, clients, 1, [1]).matches;

  it("rejects a new client that has another's, in whatever state that is", () => {
    expect(check([{ id: '1', mails: ['n'] }], [{ id: '2', mails: ['n'], deleted: true }])).toEqual([
      { kind: 'taken', client: 0, level: 1 },
    ]);
  });

  it('rejects an update that would take it from another', () => {
    const clients = [
      { id: '1', mails: ['m'] },
      { id: '2', mails: ['n'] },
    ];
    expect(check([{ id: '1', mails: ['n'] }], clients)).toEqual([{ kind: 'taken', client: 1, level: 1 }]);
  });

  it('leaves a client its own', () => {
    expect(check([{ id: '1', mails: ['n'] }], [{ id: '1', mails: ['n'] }])).toEqual([
      { kind: 'client', client: 0, level: 0 },
    ]);
  });

  it('rejects two records with one value', () => {
    const duplicate = (record: number): Match => ({ kind: 'duplicate', record, level: 1 });
    const records = [
      { id: '1', mails: ['n'] },
      { id: '2', mails: ['n'] },
      { id: '3', mails: ['m'] },
    ];
    expect(check(records, [])).toEqual([duplicate(1), duplicate(0), { kind: 'none' }]);
  });

  it('finds nobody when it is no match key', () => {
    expect(check([{ mails: ['n'] }], [{ mails: ['n'] }])).toEqual([{ kind: 'no-key' }]);
  });

  it('counts at a weaker level as well: the address finds one client and the id another', () => {
    const { matches } = matchAll([{ id: 'a', mails: ['n'] }], [{ id: 'a' }, { mails: ['n'] }], 2, [1]);
    expect(matches).toEqual([{ kind: 'taken', client: 1, level: 1 }]);
  });
});
