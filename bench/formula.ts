/**
 * Rows and clients made by formula: the n-th is always the same, in whatever process asks, so that a million of them
 * need no memory and the file and the server agree without talking to each other.
 *
 * Of ten places five are equal on both sides, one differs, and at four the file holds a new client while the target
 * holds one that the file lacks.
 */

/** Digits in every number of a formula: texts of one variant differ in nothing else. */
export const DIGITS = 7;

export type Place = 'equal' | 'changed' | 'apart';

export function placeOf(index: number): Place {
  const tenth = index % 10;
  if (tenth < 5) return 'equal';
  return tenth === 5 ? 'changed' : 'apart';
}

export const COLUMNS = [
  'Customer No',
  'Company',
  'VAT ID',
  'Website',
  'Phone',
  'Street',
  'Street 2',
  'ZIP',
  'City',
  'State',
  'Country',
  'First Name',
  'Last Name',
  'Email',
  'Contact Phone',
  'Notes',
] as const;

/** What the columns mean, as a job file says it. */
export const JOB = `columns:
  id_number: Customer No
  name: Company
  vat_number: VAT ID
  website: Website
  phone: Phone
  address1: Street
  address2: Street 2
  postal_code: ZIP
  city: City
  state: State
  country_code: Country
  private_notes: Notes
contacts:
  - first_name: First Name
    last_name: Last Name
    email: Email
    phone: Contact Phone
policy:
  missing: archive
guards:
  archive: { count: 10000000, ratio: 1 }
  namesakes: 1
`;

/** How a country is written in the file, and its ISO code. */
const COUNTRIES = [
  ['Germany', 'DE'],
  ['Österreich', 'AT'],
  ['Frankreich', 'FR'],
  ['Netherlands', 'NL'],
  ['España', 'ES'],
  ['DE', 'DE'],
  ['Italia', 'IT'],
  ['United Kingdom', 'GB'],
] as const;
const COMPANIES = [
  'Müller & Söhne GmbH',
  'Nordlicht Logistik AG',
  'Bäckerei "Zur Sonne"',
  'Harbour Trading Ltd',
  'Société Générale du Café',
  'Quick Print, Inc.',
  'Øresund Consulting',
  'Blue Ocean B.V.',
] as const;
const STREETS = ['Hauptstraße', 'Industrieweg', 'Rue de la Gare', 'High Street', 'Calle Mayor', 'Lindenallee'] as const;
const CITIES = ['Berlin', 'Wien', 'Lyon', 'Amsterdam', 'Málaga', 'Köln', 'Torino', 'Leeds'] as const;
const FIRST_NAMES = ['Anna', 'Jürgen', 'Chloé', 'Peter', 'Zoë', 'Max', 'Marta', 'John'] as const;
const LAST_NAMES = ['Schmidt', 'Weiß', 'Dubois', 'Jansen', 'García', 'Meier', 'Rossi', 'Smith', 'Novák'] as const;

/** Texts that repeat: rows with one variant differ in their number only. */
export const VARIANTS = 72;

/** The cells of a client in the order of `COLUMNS`. `digits` stands for its number. */
export function cellsOf(variant: number, digits: string, isNew: boolean): readonly string[] {
  const first = pick(FIRST_NAMES, variant);
  const last = pick(LAST_NAMES, variant);
  const street = pick(STREETS, variant);
  return [
    `${isNew ? 'N' : 'K'}-${digits}`,
    `${pick(COMPANIES, variant)} ${digits}`,
    `DE10${digits}`,
    `https://www.kunde${digits}.example/start`,
    `+49 30 ${digits}`,
    variant % 8 === 1 ? `${street} ${variant}, Halle 3` : `${street} ${variant}`,
    variant % 6 === 0 ? '2. Etage' : '',
    String(10_000 + variant * 37),
    pick(CITIES, variant),
    '',
    pick(COUNTRIES, variant)[0],
    first,
    last,
    `${isNew ? 'neu' : 'post'}.${digits}@kunde.example`,
    `+49 (171) ${digits} - 12`,
    variant % 9 === 0 ? 'Ruft nur vormittags an, "bitte" nicht vor 9 Uhr.' : '',
  ];
}

export function countryCodeOf(variant: number): string {
  return pick(COUNTRIES, variant)[1];
}

/** Ten neighbours have one variant, so that every kind of place meets every variant. */
export function variantOf(index: number): number {
  return Math.floor(index / 10) % VARIANTS;
}

export function digitsOf(index: number): string {
  return String(index).padStart(DIGITS, '0');
}

function pick<Item>(items: readonly Item[], at: number): Item {
  const item = items[at % items.length];
  if (item === undefined) throw new Error('An empty list has no items.');
  return item;
}
