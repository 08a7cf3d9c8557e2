/** Codes that records speak in, and the ids that one target has for them: countries, currencies, languages. */

import type { Statics } from './server-facts.js';

/** Both directions of one list. Unknown ids read as `#<id>`, so that they are kept and seen; unknown codes have no id. */
export interface CodeList {
  codeOf(id: string): string;
  /** `undefined`: the target does not know the code. `#<id>` leads back to its id. */
  idOf(code: string): string | undefined;
}

export interface CodeTable {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: CodeList;
  /** ISO 4217, upper case. */
  readonly currency: CodeList;
  /** The target's locales, such as `de` or `pt_BR`; found in any case. */
  readonly language: CodeList;
}

export function buildCodeTable(statics: Statics): CodeTable {
  return {
    country: buildList(statics.countries.map((country) => [country.id, country.iso_3166_2.toUpperCase()])),
    currency: buildList(statics.currencies.map((currency) => [currency.id, currency.code.toUpperCase()])),
    language: buildList(statics.languages.map((language) => [language.id, language.locale])),
  };
}

/** Of two ids with one code the first is the one to write. */
function buildList(pairs: readonly (readonly [id: string, code: string])[]): CodeList {
  const codes = new Map(pairs);
  const ids = new Map(pairs.toReversed().map(([id, code]) => [code.toUpperCase(), id]));
  return {
    codeOf: (id) => codes.get(id) ?? `#${id}`,
    idOf: (code) => (code.startsWith('#') ? code.slice(1) : ids.get(code.toUpperCase())),
  };
}
