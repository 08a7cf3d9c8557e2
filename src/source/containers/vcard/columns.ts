/** One card to cells by column names. The first columns are in every table of cards, since the layout is known by them. */

import type { Property } from './property.js';

const ADDRESS_PARTS = ['pobox', 'extended', 'street', 'city', 'region', 'code', 'country'];
const NAME_PARTS = ['family', 'given', 'additional', 'prefix', 'suffix'];

export const FIRST_COLUMNS: readonly string[] = [
  'KIND',
  'FN',
  // The name of a person whose card has only one text for it.
  'FN alone',
  ...['given', 'family'].map((part) => `N.${part}`),
  'ORG',
  'ORG unit',
  'TITLE',
  'EMAIL',
  'EMAIL 2',
  'EMAIL 3',
  'TEL work',
  'TEL cell',
  'TEL home',
  'TEL other',
  'ORG TEL',
  ...ADDRESS_PARTS.map((part) => `ADR ${part}`),
  'URL',
  'ORG URL',
  'NOTE',
  'ORG NOTE',
  'UID',
];
/** Properties that say something about others, or nothing about anybody. */
const LEFT_OUT =
  /^(?:BEGIN|END|VERSION|PRODID|PROFILE|SOURCE|NAME|LABEL|AGENT|CLASS|SORT-STRING|MAILER|XML|CLIENTPIDMAP|X-ABLABEL|X-ABADR|X-ABUID|X-ABSHOWAS|X-ABORDER|X-ADDRESSBOOKSERVER-KIND|X-ADDRESSBOOKSERVER-MEMBER|KIND|N|FN|ORG|EMAIL|TEL|ADR|URL|NOTE|UID)$/;

export type CardKind = 'person' | 'company' | 'other';

/** `other`: groups, places and devices, which are nobody. */
export function kindOf(properties: readonly Property[]): CardKind {
  const valueOf = (name: string): string => textOf(properties, name).toLowerCase();
  const kind = valueOf('KIND') || valueOf('X-ADDRESSBOOKSERVER-KIND');
  if (['group', 'location', 'application', 'device'].includes(kind)) return 'other';
  if (kind === 'org' || valueOf('X-ABSHOWAS') === 'company') return 'company';
  const name = properties.find((property) => property.name === 'N')?.parts.join('') ?? '';
  const [organisation, full] = [valueOf('ORG'), valueOf('FN')];
  return kind === '' && organisation !== '' && name === '' && (full === '' || full === organisation)
    ? 'company'
    : 'person';
}

export function cellsOf(properties: readonly Property[], kind: CardKind): ReadonlyMap<string, string> {
  const cells = new Cells();
  const isCompany = kind === 'company';
  cells.set('KIND', kind);
  putName(cells, properties, isCompany);
  const organisation = textOf(properties, 'ORG') || (isCompany ? textOf(properties, 'FN') : '');
  cells.set('ORG', organisation);
  cells.set('ORG unit', partsOf(properties, 'ORG').slice(1).filter(Boolean).join(', '));
  for (const { parts } of byRank(all(properties, 'EMAIL'), rankOfEmail)) cells.put('EMAIL', parts[0]!);
  for (const phone of byRank(all(properties, 'TEL'), () => 0)) {
    const type = typeOfPhone(phone, labelOf(properties, phone));
    cells.put(isCompany && type !== 'fax' ? 'ORG TEL' : `TEL ${type}`, phone.parts[0]!);
  }
  putAddresses(cells, properties, isCompany ? 'company' : organisation === '' ? 'alone' : 'employee');
  for (const { parts } of byRank(all(properties, 'URL'), () => 0)) cells.put(isCompany ? 'ORG URL' : 'URL', parts[0]!);
  const notes = all(properties, 'NOTE').map(({ parts }) => parts[0]!);
  cells.set(isCompany ? 'ORG NOTE' : 'NOTE', notes.join('\n'));
  cells.set('UID', textOf(properties, 'UID') || textOf(properties, 'X-ABUID'));
  for (const { name, parts } of properties) {
    if (!LEFT_OUT.test(name)) cells.put(name, parts.filter(Boolean).join('; '));
  }
  return cells.byName;
}

class Cells {
  readonly byName = new Map<string, string>();

  set(column: string, text: string): void {
    if (text !== '') this.byName.set(column, text);
  }

  /** Into the first free one of `EMAIL`, `EMAIL 2`, `EMAIL 3`, …; the same text only once. */
  put(column: string, text: string): void {
    if (text === '') return;
    for (let nth = 1; ; nth += 1) {
      const name = nth === 1 ? column : `${column} ${nth}`;
      const before = this.byName.get(name);
      if (before === undefined) this.byName.set(name, text);
      if (before === undefined || before === text) return;
    }
  }
}

function putName(cells: Cells, properties: readonly Property[], isCompany: boolean): void {
  const full = textOf(properties, 'FN');
  cells.set('FN', full);
  const parts = partsOf(properties, 'N');
  const names = parts.filter(Boolean);
  // Some programs write the company's name where that of a person belongs.
  if (isCompany && names.length === 1 && [full, textOf(properties, 'ORG')].includes(names[0]!)) return;
  for (const [index, part] of NAME_PARTS.entries()) cells.set(`N.${part}`, parts[index] ?? '');
  if (!isCompany && parts.slice(0, 2).every((part) => part === '')) cells.set('FN alone', full);
}

/** Of several addresses one is the client's; the others stand in columns of their own. */
function putAddresses(cells: Cells, properties: readonly Property[], owner: 'company' | 'employee' | 'alone'): void {
  const order = owner === 'alone' ? ['home', 'other', 'work'] : ['work', 'other', 'home'];
  const addresses = byRank(all(properties, 'ADR'), (address) =>
    order.indexOf(placeOf(address, labelOf(properties, address))),
  );
  // That of an employee is the company's only where the card says so.
  const own =
    owner === 'employee' ? addresses.find((one) => placeOf(one, labelOf(properties, one)) === 'work') : addresses[0];
  for (const address of addresses) {
    const place = placeOf(address, labelOf(properties, address));
    const parts = ADDRESS_PARTS.map((_, index) => address.parts[index] ?? '');
    // Some programs write the whole address into the second part.
    if (parts[2] === '') [parts[1], parts[2]] = ['', parts[1]!];
    if (parts.every((part) => part === '')) continue;
    for (const [index, part] of ADDRESS_PARTS.entries()) {
      const text = parts[index]!;
      if (address === own) cells.set(`ADR ${part}`, text);
      else cells.put(`ADR ${place} ${part}`, text);
    }
  }
}

function placeOf({ types }: Property, label: string): 'work' | 'home' | 'other' {
  if (types.has('work') || label === 'work') return 'work';
  return types.has('home') || types.has('dom') || label === 'home' ? 'home' : 'other';
}

function typeOfPhone({ types }: Property, label: string): string {
  const has = (...names: readonly string[]): boolean => names.some((name) => types.has(name) || label === name);
  if (has('fax', 'homefax', 'workfax', 'otherfax')) return 'fax';
  if (has('pager')) return 'pager';
  if (has('cell', 'mobile', 'iphone')) return 'cell';
  if (has('work', 'main')) return 'work';
  return has('home') ? 'home' : 'other';
}

function rankOfEmail({ types }: Property): number {
  return types.has('work') ? 0 : types.has('home') ? 2 : 1;
}

/** `_$!<Work>!$_` → `work`. */
function labelOf(properties: readonly Property[], { group }: Property): string {
  if (group === null) return '';
  const label = properties.find((property) => property.name === 'X-ABLABEL' && property.group === group);
  return (label?.parts[0] ?? '').replace(/^_\$!<(.*)>!\$_$/, '$1').toLowerCase();
}

/** The preferred first, then by rank, then as they stand. */
function byRank(properties: readonly Property[], rank: (property: Property) => number): readonly Property[] {
  return properties.toSorted((one, other) => one.preference - other.preference || rank(one) - rank(other));
}

function all(properties: readonly Property[], name: string): readonly Property[] {
  return properties.filter((property) => property.name === name && property.parts.some((part) => part !== ''));
}

function partsOf(properties: readonly Property[], name: string): readonly string[] {
  return all(properties, name)[0]?.parts ?? [];
}

function textOf(properties: readonly Property[], name: string): string {
  return partsOf(properties, name)[0] ?? '';
}
