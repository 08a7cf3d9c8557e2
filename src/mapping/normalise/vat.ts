/**
 * VAT ids. An id of the EU has one form, `DE133546770`, and is put into it; every other tax number (`CHE-150.215.305
 * MWST`, `48 902 337 115`) stays as it is written, since nothing says which of its marks mean something.
 */

import { isScientific } from './damage.js';
import { textNormaliser } from './free-text.js';
import { cleanCode } from './key.js';
import { warnCell } from './problem.js';
import type { Normalised } from './problem.js';

/** What stands behind the country's letters (Greece writes EL, Northern Ireland XI). */
const FORMS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    AT: /^U\d{8}$/,
    BE: /^[01]\d{9}$/,
    BG: /^\d{9,10}$/,
    CY: /^\d{8}[A-Z]$/,
    CZ: /^\d{8,10}$/,
    DE: /^\d{9}$/,
    DK: /^\d{8}$/,
    EE: /^\d{9}$/,
    EL: /^\d{9}$/,
    ES: /^[A-Z\d]\d{7}[A-Z\d]$/,
    FI: /^\d{8}$/,
    FR: /^[A-HJ-NP-Z\d]{2}\d{9}$/,
    HR: /^\d{11}$/,
    HU: /^\d{8}$/,
    IE: /^\d[A-Z\d]\d{5}[A-Z]{1,2}$/,
    IT: /^\d{11}$/,
    LT: /^(?:\d{9}|\d{12})$/,
    LU: /^\d{8}$/,
    LV: /^\d{11}$/,
    MT: /^\d{8}$/,
    NL: /^\d{9}B\d{2}$/,
    PL: /^\d{10}$/,
    PT: /^\d{9}$/,
    RO: /^\d{2,10}$/,
    SE: /^\d{12}$/,
    SI: /^\d{8}$/,
    SK: /^\d{10}$/,
    XI: /^(?:\d{9}|\d{12})$/,
  }),
);
/** Exports that part the number in two leave one of them blank. */
const COUNTRY_ALONE = /^[A-Z]{2}$/;
const HALF_HINT =
  'Only the letters of the country are there, so the VAT number is left alone; fill in the number, or clear the cell.';
const MARKS = /[\s.\-/]/gu;

/** Warnings: `lost-value` for a country without a number, `number-guard-removed` for scientific notation, which leaves the field alone; as for text besides. */
export function vatNormaliser(lengthMax: number): (raw: string) => Normalised {
  const asText = textNormaliser(lengthMax, false);
  return (raw) => {
    if (isEuropeanVat(raw)) return raw;
    const code = cleanCode(raw);
    if (isScientific(code)) {
      const hint =
        'The digits are lost, so the tax number is left alone; open the original export, not one saved by Excel.';
      return warnCell('number-guard-removed', '', hint);
    }
    const compact = compactVat(code);
    if (isEuropeanVat(compact)) return compact;
    // `DE` in a column of its own, and once more before the number.
    if (compact.startsWith(compact.slice(0, 2).repeat(2)) && isEuropeanVat(compact.slice(2))) return compact.slice(2);
    if (COUNTRY_ALONE.test(compact)) return warnCell('lost-value', '', HALF_HINT);
    return asText(code);
  };
}

/** @param id compact: letters of the country, then its number */
export function isEuropeanVat(id: string): boolean {
  return FORMS.get(id.slice(0, 2))?.test(id.slice(2)) === true;
}

/** Without blanks, dots, hyphens and slashes, in capitals: as two spellings of one number are compared. */
export function compactVat(text: string): string {
  return text.replace(MARKS, '').toUpperCase();
}
