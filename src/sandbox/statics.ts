/** GET /statics: the lists behind the ids. Only those that clients refer to are filled; the others are there and empty [017]. */

import { COUNTRIES } from '../mapping/data/countries.js';
import { CURRENCIES } from '../mapping/data/currencies.js';
import { INDUSTRIES } from '../mapping/data/industries.js';
import { LANGUAGES } from '../mapping/data/languages.js';
import { SIZES } from '../mapping/data/sizes.js';
import { BULK_COLUMNS } from './columns.js';

const WITHOUT_DECIMALS: ReadonlySet<string> = new Set(['CLP', 'HUF', 'ISK', 'JPY', 'MGA', 'PKR', 'PYG', 'VUV', 'VND']);
const THREE_DECIMALS: ReadonlySet<string> = new Set(['XAU', 'KWD', 'LYD']);

let text: string | undefined;

/** JSON of an object; written once. */
export function renderStatics(): string {
  text ??= JSON.stringify({
    industries: INDUSTRIES.map(([id, name]) => ({ id, name })).toSorted(byName),
    countries: COUNTRIES.map(([id, alpha2, alpha3, name, fullName]) => ({
      id,
      country_code: id.padStart(3, '0'),
      full_name: fullName === '' ? null : fullName,
      iso_3166_2: alpha2,
      iso_3166_3: alpha3,
      name,
      swap_postal_code: false,
      swap_currency_symbol: false,
      thousand_separator: '',
      decimal_separator: '',
    })).toSorted(byName),
    payment_types: [],
    languages: LANGUAGES.map(([id, locale, name]) => ({ id, name, locale })).toSorted(byName),
    currencies: CURRENCIES.map(([id, code, name]) => ({
      id,
      name,
      symbol: '',
      precision: WITHOUT_DECIMALS.has(code) ? 0 : THREE_DECIMALS.has(code) ? 3 : 2,
      thousand_separator: ',',
      decimal_separator: '.',
      code,
      swap_currency_symbol: false,
      exchange_rate: 1,
    })).toSorted(byName),
    sizes: SIZES.map(([id, name]) => ({ id, name })),
    datetime_formats: [],
    gateways: [],
    timezones: [],
    date_formats: [],
    templates: {},
    bulk_updates: { client: BULK_COLUMNS },
  });
  return text;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
