/**
 * Random worlds for property tests: what a target holds, what a file says now and said before, what a person did between,
 * and how the job wants it. Values come from small pools, so that keys meet, names repeat and damages occur together.
 */

import * as fc from 'fast-check';

/** Columns of the files, each with the field that the job makes of it. */
const CLIENT_COLUMNS = {
  'id_number': 'Id',
  'name': 'Name',
  'city': 'City',
  'country_code': 'Country',
  'public_notes': 'Notes',
  'is_tax_exempt': 'Exempt',
  'settings.currency_code': 'Currency',
  'settings.payment_terms': 'Terms',
} as const;
const FIRST_CONTACT = {
  first_name: 'First',
  last_name: 'Last',
  email: 'Mail',
  phone: 'Tel',
  is_primary: 'Main',
} as const;
const SECOND_CONTACT = { first_name: 'First 2', email: 'Mail 2' } as const;

export const COLUMNS: readonly string[] = [
  ...Object.values(CLIENT_COLUMNS),
  ...Object.values(FIRST_CONTACT),
  ...Object.values(SECOND_CONTACT),
  'State',
  'Group',
];

export type Line = Readonly<Record<string, string>>;

export interface World {
  /** Clients that are in the target before anything runs, as seeds of the sandbox. */
  readonly seeds: readonly Readonly<Record<string, unknown>>[];
  readonly before: readonly Line[];
  readonly edits: readonly Edit[];
  readonly now: readonly Line[];
  readonly job: Readonly<Record<string, unknown>>;
  /** For a permutation of the file. */
  readonly shuffle: readonly number[];
}

/** What a person does to the n-th client (modulo their number). */
interface Edit {
  readonly client: number;
  readonly edit: Readonly<Record<string, unknown>>;
}

const IDS = ['C-1', 'C-2', 'C-3', 'C-4', 'C-5', 'C-6', '007'];
const MAILS = ['ada@a.example', 'bob@b.example', 'cy@c.example', 'dora@d.example', 'émil@é.example', 'x@y'];

/** Mostly plain, sometimes in another spelling of the same. */
const spelled = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...texts), fc.constantFrom('', '', '', '', 'upper', 'blank', 'lead'))
    .map(([text, how]) =>
      how === 'upper' ? text.toUpperCase() : how === 'blank' ? `${text} ` : how === 'lead' ? `\u00a0${text}` : text,
    );

const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, times = 9): fc.Arbitrary<T> =>
  fc.oneof({ weight: times, arbitrary: usual }, { weight: 1, arbitrary: odd });

const text = (...pool: readonly string[]): fc.Arbitrary<string> =>
  often(
    fc.constantFrom(...pool),
    fc.oneof(
      fc.constantFrom(
        'A<b>c</b>me',
        'a < b',
        '<b',
        '</SCript>x',
        '</sc',
        'x'.repeat(190) + ' yz',
        '😀'.repeat(192),
        '="0042"',
        'two\nlines ',
        '[clear]',
        ' [clear] ',
        'n/a',
        '-',
        "'quoted'",
        'Mu\u0308ller',
        '\u200bzero\u200b',
        '&amp; Co',
        '0',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    ),
    5,
  );

const id = often(spelled(IDS), fc.constantFrom('', '', ' ', '4.8E+12', '12.0', 'n/a', '[clear]'), 8);
const mail = often(
  spelled(['', '', ...MAILS]),
  fc.constantFrom(
    'nonsense',
    'ada@a.example; bob@b.example',
    '<cy@c.example>',
    'mailto:x@y',
    '[clear]',
    'none@none.com',
  ),
  12,
);
const name = text('Acme', 'Ácme', 'ACME ', 'Beta GmbH', 'Gamma', 'Müller', '');
const person = text('', 'Ada', 'Bob', 'Cy', 'ada');

const lineArbitrary: fc.Arbitrary<Line> = fc.record({
  'Id': id,
  'Name': name,
  'City': text('', 'Ulm', 'Köln', 'Bonn'),
  'Country': often(fc.constantFrom('', 'DE', 'France', 'us'), fc.constantFrom('Atlantis', '[clear]'), 15),
  'Notes': text('', 'Nice people', 'Line 1\nLine 2'),
  'Exempt': often(fc.constantFrom('', 'yes', 'no', '0'), fc.constant('perhaps'), 20),
  'Currency': often(fc.constantFrom('', 'EUR', 'usd'), fc.constantFrom('Taler', '[clear]'), 20),
  'Terms': fc.constantFrom('', '30', '014', 'soon', '[clear]'),
  'First': person,
  'Last': person,
  'Mail': mail,
  'Tel': text('', '', '+49 30 1', '4930123456.0'),
  'Main': fc.constantFrom('', '', '', 'yes', 'no'),
  'First 2': fc.constantFrom('', '', 'Ada', 'Zoe'),
  'Mail 2': often(spelled(['', '', '', ...MAILS]), fc.constant('nonsense'), 15),
  'State': often(fc.constantFrom('', '', 'active', 'active', 'inactive', 'deleted'), fc.constant('huh'), 20),
  'Group': fc.constantFrom('', '', 'g1', 'G1', 'g2'),
});

/** A line, or several of the same client with different contacts. */
const clientLines: fc.Arbitrary<readonly Line[]> = fc
  .tuple(lineArbitrary, fc.array(lineArbitrary, { maxLength: 2 }), fc.boolean())
  .map(([first, more, agree]) => [
    first,
    ...more.map((line) =>
      agree
        ? {
            ...first,
            First: line['First'] ?? '',
            Last: line['Last'] ?? '',
            Mail: line['Mail'] ?? '',
            Tel: line['Tel'] ?? '',
          }
        : { ...line, Id: first['Id'] ?? '' },
    ),
  ]);

const seedArbitrary = fc.record(
  {
    name: fc.constantFrom('Acme', 'Old Acme', 'Beta GmbH', 'Foreign'),
    id_number: fc.constantFrom('', 'c-1', 'C-2', 'C-8', 'C-9'),
    city: fc.constantFrom('', 'Ulm'),
    vat_number: fc.constantFrom('', 'DE1'),
    private_notes: fc.constantFrom('', 'Kept'),
    settings: fc.constantFrom({ currency_id: '3' }, { currency_id: '1', payment_terms: '7', language_id: '3' }, {}),
    contacts: fc.uniqueArray(
      fc.record({
        first_name: fc.constantFrom('', 'Ada', 'Bob', 'Old'),
        email: fc.constantFrom('', ...MAILS, 'Ada@a.example', 'old@o.example'),
        phone: fc.constantFrom('', '+49 30 1', '5'),
        send_email: fc.boolean(),
        is_primary: fc.boolean(),
      }),
      { maxLength: 3, selector: (contact) => contact.email || contact },
    ),
    archived: fc.boolean(),
    deleted: fc.constantFrom(false, false, false, true),
  },
  { requiredKeys: ['name', 'contacts'] },
);

const editArbitrary: fc.Arbitrary<Edit> = fc.record({
  client: fc.nat({ max: 20 }),
  edit: fc.oneof(
    fc.constantFrom(
      { fields: { city: 'Edited' } },
      { fields: { private_notes: 'Call first' } },
      { fields: { name: '' } },
      { fields: { country_id: '276' } },
      { settings: { payment_terms: '99', language_id: '4' } },
      { state: 'archived' },
      { state: 'deleted' },
      { state: 'active' },
      { balance: 12.5 },
    ),
    fc
      .constantFrom('Ada', '', 'Eve')
      .map((first) => ({ addContact: { first_name: first, email: `${first}eve@e.example` } })),
    fc.constantFrom('5', '').map((phone) => ({ addContact: { first_name: 'Ada', phone } })),
  ),
});

const jobArbitrary = fc.record({
  policy: fc.record({
    create: often(fc.constant(true), fc.constant(false)),
    update: often(fc.constant(true), fc.constant(false)),
    restore: fc.boolean(),
    missing: fc.constantFrom('keep', 'archive', 'archive', 'delete', { then: 'archive', after: 2 }),
    contacts: fc.constantFrom('merge', 'mirror'),
    winner: fc.record({
      default: fc.constantFrom('source', 'source', 'target', 'reject'),
      contacts: fc.constantFrom(undefined, 'source', 'target'),
    }),
  }),
  blank: fc.record({ default: fc.constantFrom('keep', 'keep', 'clear') }),
  withGroup: fc.constantFrom(false, false, false, true),
  withState: fc.boolean(),
  withSecond: fc.boolean(),
  match: fc.constantFrom(undefined, undefined, ['email'], ['id_number'], ['email', 'id_number']),
});

export const worldArbitrary: fc.Arbitrary<World> = fc
  .record({
    seeds: fc.uniqueArray(seedArbitrary, {
      maxLength: 4,
      selector: (seed) => seed.id_number?.toLowerCase() || seed,
    }),
    before: fc.array(clientLines, { maxLength: 5 }),
    edits: fc.array(editArbitrary, { maxLength: 4 }),
    // The new file is the old one with other cells here and there, without some lines and with new ones.
    kept: fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
    mended: fc.array(fc.option(fc.tuple(fc.constantFrom(...COLUMNS), lineArbitrary), { freq: 3 }), {
      minLength: 15,
      maxLength: 15,
    }),
    fresh: fc.array(clientLines, { maxLength: 3 }),
    job: jobArbitrary,
    shuffle: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
  })
  .map(({ seeds, before, edits, kept, mended, fresh, job, shuffle }) => {
    const old = before.flat();
    const now = old
      .filter((_, index) => kept[index % kept.length])
      .map((line, index) => {
        const change = mended[index % mended.length];
        return change == null ? line : { ...line, [change[0]]: change[1][change[0]] ?? '' };
      });
    return {
      seeds,
      before: old,
      edits: edits.map(renameContact),
      now: [...now, ...fresh.flat()],
      job: jobOf(job),
      shuffle,
    };
  });

/** No two persons make a contact with one address: the server would not let them (FACTS.md [051]). */
function renameContact({ client, edit }: Edit, index: number): Edit {
  const { addContact } = edit as { readonly addContact?: { readonly email?: string } };
  if (addContact?.email === undefined) return { client, edit };
  return { client, edit: { addContact: { ...addContact, email: `${index}.${addContact.email}` } } };
}

type JobWish = typeof jobArbitrary extends fc.Arbitrary<infer Wish> ? Wish : never;

function jobOf({ withGroup, withState, withSecond, match, ...job }: JobWish): Readonly<Record<string, unknown>> {
  return {
    ...job,
    columns: CLIENT_COLUMNS,
    contacts: withSecond ? [FIRST_CONTACT, SECOND_CONTACT] : [FIRST_CONTACT],
    ...(withGroup ? { group: 'Group' } : {}),
    ...(withState ? { lifecycle: { from: 'State' } } : {}),
    ...(match === undefined ? {} : { match }),
  };
}

/** The lines in another order. */
export function shuffleLines<T>(lines: readonly T[], by: readonly number[]): readonly T[] {
  return lines
    .map((line, index) => ({ line, rank: by[index % by.length] ?? 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ line }) => line);
}
