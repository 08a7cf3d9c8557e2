/** Shapes that differ from country to country: VAT numbers, postal codes, and what tells a company from a person. */

import { compactVat, isEuropeanVat } from './normalise/vat.js';

/** Those of countries outside the EU, and of Greece by its ISO code. */
const OTHER_VAT_SHAPES: readonly RegExp[] = [
  /^CHE\d{9}(?:MWST|TVA|IVA)?$/,
  /^GB(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
  /^GR\d{9}$/,
  /^NO\d{9}(?:MVA)?$/,
];

/** With the prefix of a country and its length: `DE 133 546 770`, `CHE-150.215.305`. */
export function isVatNumber(value: string): boolean {
  const compact = compactVat(value);
  return isEuropeanVat(compact) || OTHER_VAT_SHAPES.some((shape) => shape.test(compact));
}

const POSTAL_SHAPES: readonly RegExp[] = [
  // Germany, Switzerland, the USA and most others; with the sign of the country before it.
  /^(?:[A-Z]{1,2}-)?\d{4,6}$/,
  /^\d{5}-\d{4}$/,
  // Sweden, Poland, Portugal, Japan, Brazil.
  /^\d{3} \d{2}$/,
  /^\d{2}-\d{3}$/,
  /^\d{4}-\d{3}$/,
  /^\d{3}-\d{4}$/,
  /^\d{5}-\d{3}$/,
  // The Netherlands, Canada, Great Britain, Ireland.
  /^\d{4} ?[A-Z]{2}$/i,
  /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i,
  /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  /^[A-Z]\d{2} ?[A-Z\d]{4}$/i,
];

export function isPostalCode(value: string): boolean {
  return POSTAL_SHAPES.some((shape) => shape.test(value));
}

/** As the last word or words of a name; those of two letters only with dots or in capitals. */
const LEGAL_FORM_AT_END = new RegExp(
  `(?:^|[\\s,&.])(?:${[
    'gmbh(?: ?& ?co\\.?(?: kga?)?)?',
    'mbh',
    'ohg',
    'gbr',
    'kgaa',
    'e\\.? ?k\\.?',
    'e\\.v\\.',
    'ltd\\.?',
    'limited',
    'llc',
    'l\\.l\\.c\\.',
    'llp',
    'plc',
    'inc\\.?',
    'incorporated',
    'corp\\.?',
    'corporation',
    'pty\\.?',
    's\\.a\\.(?:s\\.|r\\.l\\.)?',
    'sas',
    'sarl',
    'sàrl',
    'eurl',
    's\\.l\\.(?:u\\.)?',
    's\\.p\\.a\\.?',
    'spa',
    's\\.r\\.l\\.?',
    'srl',
    'b\\.v\\.',
    'n\\.v\\.',
    'a/s',
    'aps',
    'oyj?',
    'sp\\.? ?z ?o\\.? ?o\\.?',
    's\\.r\\.o\\.',
    'a\\.s\\.',
    'kft\\.?',
    'd\\.o\\.o\\.?',
    'ltda\\.?',
    'k\\.k\\.',
  ].join('|')})$`,
  'i',
);
const SHORT_LEGAL_FORM = /[\s,](?:AG|KG|UG|SA|SL|BV|NV|AB|AS|SE|KK)$/;
const LEGAL_FORM_AT_START = /^(?:株式会社|有限会社|合同会社|ООО|ОАО|ЗАО|ПАО)|(?:株式会社|有限会社|有限公司)$/u;

/** With a legal form: `Hofladen GmbH`, `Ranch, Inc.`, `Tienda S.L.` */
export function isCompanyName(value: string): boolean {
  return LEGAL_FORM_AT_END.test(value) || SHORT_LEGAL_FORM.test(value) || LEGAL_FORM_AT_START.test(value);
}

/** Two to four words without a digit, each with a capital where the script has them, and no legal form. */
export function isPersonName(value: string): boolean {
  const name =
    /^(?:\p{Lu}[\p{L}'’.-]*)(?:,? (?:(?:van|von|de|da|di|del|der|den|la|le|el|al|bin|y|zu) ){0,2}\p{Lu}[\p{L}'’.-]*){1,3}$/u;
  return name.test(value) && !isCompanyName(value);
}
