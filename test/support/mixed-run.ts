/**
 * A day in the life of a job: yesterday's export was pushed, people worked in Invoice Ninja since, and today's export asks
 * for some sixty changes of every kind.
 */

import type { PersonEdit } from '../../src/sandbox/edit.js';
import type { SeedClient, WireClient } from '../../src/sandbox/server.js';
import { csv } from './rehearsal.js';

const COLUMNS = [
  'Id',
  'Name',
  'City',
  'Country',
  'Notes',
  'Currency',
  'Terms',
  'First',
  'Last',
  'Mail',
  'Tel',
  'First 2',
  'Mail 2',
  'Docs',
] as const;

type Column = (typeof COLUMNS)[number];
type Line = Readonly<Partial<Record<Column, string>>>;

export const MIXED_JOB: Readonly<Record<string, unknown>> = {
  name: 'mixed',
  columns: {
    'id_number': 'Id',
    'name': 'Name',
    'city': 'City',
    'country_code': 'Country',
    'public_notes': 'Notes',
    'settings.currency_code': 'Currency',
    'settings.payment_terms': 'Terms',
  },
  contacts: [
    { first_name: 'First', last_name: 'Last', email: 'Mail', phone: 'Tel' },
    { first_name: 'First 2', email: 'Mail 2' },
  ],
  documents: 'Docs',
  policy: { restore: true, missing: 'archive', winner: { fields: { public_notes: 'target' } } },
};

/** Names of the files beside the export, and what is in them. */
export const MIXED_DOCUMENTS: Readonly<Record<string, string>> = {
  'contract.txt': 'A contract.\n',
  'terms.txt': 'Terms and conditions, in full.\n',
};

/** Groups of clients by what today's export does to them, with their sizes. */
const HELD = {
  city: 12,
  settings: 4,
  phone: 4,
  secondContact: 4,
  conflict: 2,
  unchanged: 7,
  kept: 1,
  archivedByPerson: 4,
  deletedByPerson: 2,
  missing: 6,
  document: 3,
} as const;
type Group = keyof typeof HELD;

const CREATES_WITH_ID = 14;
const CREATES_WITH_MAIL = 5;
const FOREIGN = 4;

interface Member {
  readonly group: Group;
  readonly nth: number;
}

const members: readonly Member[] = (Object.keys(HELD) as Group[]).flatMap((group) =>
  Array.from({ length: HELD[group] }, (_, nth) => ({ group, nth })),
);

const idOf = ({ group, nth }: Member): string => `${group}-${nth}`;

/** What yesterday's export says, and what the target held before it. */
function yesterday(member: Member): Line {
  const id = idOf(member);
  return {
    Id: id,
    Name: `Client ${id}`,
    City: 'Ulm',
    Country: 'DE',
    Notes: 'Nice people',
    Currency: 'EUR',
    Terms: '14',
    First: 'Ada',
    Last: id,
    Mail: `ada@${id}.example`,
    Tel: '+49 731 1',
    ...(member.group === 'unchanged' && member.nth === 0 ? { Docs: 'contract.txt' } : {}),
  };
}

function today(member: Member): Line | null {
  const line = yesterday(member);
  const id = idOf(member);
  switch (member.group) {
    case 'city':
      return { ...line, City: 'Köln', ...(member.nth < 2 ? { Docs: 'contract.txt; terms.txt' } : {}) };
    case 'settings':
      return member.nth % 2 === 0 ? { ...line, Currency: 'USD' } : { ...line, Terms: '30', City: 'Köln' };
    case 'phone':
      return { ...line, Tel: `+49 731 ${member.nth}00` };
    case 'secondContact':
      return { ...line, 'First 2': 'Eve', 'Mail 2': `eve@${id}.example` };
    case 'conflict':
      return { ...line, City: 'Berlin' };
    case 'archivedByPerson':
      return member.nth === 0 ? line : { ...line, City: 'Bonn' };
    case 'deletedByPerson':
      return { ...line, City: 'Bonn', Tel: '+49 228 1' };
    case 'missing':
      return null;
    case 'document':
      return { ...line, Docs: 'terms.txt' };
    default:
      return line;
  }
}

const created: readonly Line[] = [
  ...Array.from({ length: CREATES_WITH_ID }, (_, nth) => ({
    Id: `new-${nth}`,
    Name: `New client ${nth}`,
    City: 'Bonn',
    Country: 'AT',
    Currency: nth % 3 === 0 ? 'USD' : 'EUR',
    First: 'Cy',
    Last: `New ${nth}`,
    Mail: `cy@new-${nth}.example`,
    ...(nth % 2 === 0 ? { 'First 2': 'Dora', 'Mail 2': `dora@new-${nth}.example` } : {}),
    ...(nth < 2 ? { Docs: 'contract.txt' } : {}),
  })),
  ...Array.from({ length: CREATES_WITH_MAIL }, (_, nth) => ({
    Name: `Mail only ${nth}`,
    City: 'Wien',
    First: 'Gil',
    Mail: `gil@mail-${nth}.example`,
  })),
];

/** Their ids are their own, so nobody else can be meant. */
const rejected: readonly Line[] = [
  { Id: 'bad-0', Name: 'Bad country', Country: 'Atlantis' },
  { Id: 'bad-1', Name: 'Bad currency', Currency: 'Taler' },
];

/** Some clients have a contact that no export knows. */
export const mixedSeeds: readonly SeedClient[] = [
  ...members.map((member) => {
    const line = yesterday(member);
    return {
      id_number: line.Id,
      name: line.Name,
      city: line.City,
      country_id: '276',
      public_notes: line.Notes,
      private_notes: 'Kept',
      vat_number: `DE${member.nth}`,
      settings: { currency_id: '3', payment_terms: '14', language_id: '3' },
      contacts: [
        { first_name: line.First, last_name: line.Last, email: line.Mail, phone: line.Tel },
        ...(member.nth % 2 === 0 ? [{ first_name: 'Zoe', email: `zoe@${idOf(member)}.example` }] : []),
      ],
    };
  }),
  ...Array.from({ length: FOREIGN }, (_, nth) => ({ id_number: `foreign-${nth}`, name: `Foreign ${nth}` })),
];

export const yesterdaysExport: string = render(members.map(yesterday));
export const todaysExport: string = render([
  ...members.map(today).filter((line) => line !== null),
  ...created,
  ...rejected,
]);
export const TODAYS_ROWS: number = todaysExport.trimEnd().split('\n').length - 1;

function render(lines: readonly Line[]): string {
  return csv([COLUMNS, ...lines.map((line) => COLUMNS.map((column) => line[column] ?? ''))]);
}

const EDITS: Readonly<Partial<Record<Group, PersonEdit>>> = {
  archivedByPerson: { state: 'archived' },
  deletedByPerson: { state: 'deleted' },
  conflict: { fields: { city: 'Hamburg' } },
  kept: { fields: { public_notes: 'Call before noon' } },
  phone: { addContact: { first_name: 'Bob', email: 'bob@person.example' } },
};

/** What people did since yesterday. */
export function editsOf(clients: readonly WireClient[]): readonly { readonly id: string; readonly edit: PersonEdit }[] {
  return clients.flatMap(({ id, id_number: number }) => {
    const edit = EDITS[number.replace(/-\d+$/, '') as Group];
    return edit === undefined ? [] : [{ id, edit }];
  });
}
