/** Clients to start with: made-up companies in several countries, the same ones in every run. */

import { createRandom } from './random.js';
import type { Input } from './value.js';

interface Place {
  readonly country: string;
  readonly currency: string;
  readonly language: string;
  readonly cities: readonly (readonly [city: string, postalCode: string])[];
  readonly streets: readonly string[];
  readonly forms: readonly string[];
  readonly prefix: string;
  readonly vat: string;
  readonly domain: string;
}

const PLACES: readonly Place[] = [
  {
    country: '276',
    currency: '3',
    language: '3',
    cities: [
      ['Berlin', '10117'],
      ['München', '80331'],
      ['Köln', '50667'],
      ['Görlitz', '02826'],
    ],
    streets: ['Hauptstraße', 'Lindenallee', 'Am Markt', 'Bahnhofstraße'],
    forms: ['GmbH', 'AG', 'e. K.', 'GmbH & Co. KG'],
    prefix: '+49 30 ',
    vat: 'DE',
    domain: 'de',
  },
  {
    country: '250',
    currency: '3',
    language: '4',
    cities: [
      ['Paris', '75002'],
      ['Lyon', '69003'],
      ['Besançon', '25000'],
    ],
    streets: ['rue de la République', 'avenue des Peupliers', 'place du Marché'],
    forms: ['SARL', 'SAS', 'SA'],
    prefix: '+33 1 ',
    vat: 'FR',
    domain: 'fr',
  },
  {
    country: '840',
    currency: '1',
    language: '1',
    cities: [
      ['Portland', '97205'],
      ['Boston', '02110'],
      ['Austin', '78701'],
    ],
    streets: ['Main Street', 'Oak Avenue', 'Harbor Road'],
    forms: ['Inc.', 'LLC', 'Co.'],
    prefix: '+1 503 ',
    vat: '',
    domain: 'com',
  },
  {
    country: '826',
    currency: '2',
    language: '1',
    cities: [
      ['Bristol', 'BS1 4DJ'],
      ['Leeds', 'LS1 5AS'],
      ['Glasgow', 'G1 2FF'],
    ],
    streets: ['High Street', 'Church Lane', 'Mill Road'],
    forms: ['Ltd', 'plc', 'LLP'],
    prefix: '+44 117 ',
    vat: 'GB',
    domain: 'uk',
  },
  {
    country: '208',
    currency: '5',
    language: '1',
    cities: [
      ['København', '1050'],
      ['Århus', '8000'],
      ['Ærøskøbing', '5970'],
    ],
    streets: ['Nørregade', 'Søndergade', 'Havnevej'],
    forms: ['ApS', 'A/S'],
    prefix: '+45 33 ',
    vat: 'DK',
    domain: 'dk',
  },
];

const STEMS = [
  'Nord',
  'Alpen',
  'Blue',
  'Silver',
  'Rhein',
  'Delta',
  'Iris',
  'Quartz',
  'Linden',
  'Fjord',
  'Atlas',
  'Cedar',
];
const TRADES = [
  'Logistik',
  'Bau',
  'Foods',
  'Print',
  'Optik',
  'Travel',
  'Werkzeug',
  'Media',
  'Energie',
  'Möbel',
  'Labs',
];
const FIRST_NAMES = ['Anna', 'Jürgen', 'Chloé', 'James', 'Søren', 'Maria', 'Luca', 'Zoë', 'Ahmed', 'Ingrid', 'Pavel'];
const LAST_NAMES = ['Schmidt', 'Lefèvre', 'Okafor', 'Jensen', 'Miller', 'Åberg', 'Rossi', 'Nowak', 'Hughes', 'Özdemir'];

/** What `seed` takes for a client. */
export type SeedClient = Input & { readonly archived?: boolean; readonly deleted?: boolean; readonly balance?: number };

/** `count` clients with the numbers C-000001, C-000002 …; 3 % archived, 1 % deleted. */
export function* inventClients(count: number): Generator<SeedClient> {
  const random = createRandom(20_240_117);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const digits = (length: number): string => String(Math.floor(random() * 10 ** length)).padStart(length, '0');
  for (let i = 1; i <= count; i++) {
    const place = pick(PLACES);
    const [city, postalCode] = pick(place.cities);
    const word = `${pick(STEMS)}${pick(TRADES).toLowerCase()}`;
    const host = `${word
      .normalize('NFKD')
      .replaceAll(/[^a-zA-Z]/g, '')
      .toLowerCase()}-${i}.${place.domain}.example`;
    const fate = random();
    const client: Record<string, unknown> = {
      name: `${word} ${pick(place.forms)} ${i}`,
      id_number: `C-${String(i).padStart(6, '0')}`,
      address1: `${pick(place.streets)} ${1 + Math.floor(random() * 180)}`,
      city,
      postal_code: postalCode,
      country_id: place.country,
      website: `https://www.${host}`,
      contacts: Array.from({ length: 1 + Math.floor(random() ** 2 * 3) }, (_, n) => {
        const [first, last] = [pick(FIRST_NAMES), pick(LAST_NAMES)];
        const mailbox = `${first}.${last}`
          .normalize('NFKD')
          .replaceAll(/[^a-zA-Z.]/g, '')
          .toLowerCase();
        return { first_name: first, last_name: last, email: `${mailbox}${n === 0 ? '' : n + 1}@${host}` };
      }),
      settings: {
        currency_id: place.currency,
        language_id: place.language,
        ...(random() < 0.3 ? { payment_terms: pick(['7', '14', '30']) } : {}),
      },
    };
    if (random() < 0.8) client['phone'] = place.prefix + digits(7);
    if (place.vat !== '' && random() < 0.7) client['vat_number'] = place.vat + digits(9);
    if (random() < 0.2) client['public_notes'] = 'Delivery only on workdays';
    if (random() < 0.1) client['balance'] = Number(digits(6)) / 100;
    if (fate < 0.01) client['deleted'] = true;
    else if (fate < 0.04) client['archived'] = true;
    yield client;
  }
}
