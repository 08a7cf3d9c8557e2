/** Damages of single cells: what the sound cells say, what a program made of them, and what must become of that. */

import type { Cells, Export, Role } from './exports.js';
import type { Reaction } from './judge.js';

export interface CellDamage {
  readonly id: string;
  /** The cells of one row as they should be. */
  readonly sound: Cells;
  /** The same cells as they stand in the file. */
  readonly damaged: Cells;
  readonly reaction: Reaction;
  /** The repair is a guess, so it must be said. */
  readonly guess?: boolean;
  /** Nothing is said of it, and the record has the very text. */
  readonly kept?: boolean;
  /** Which exports have it, beyond those that have the columns. */
  readonly applies?: (sound: Export) => boolean;
}

const MAIL = 'kaethe@example.org';

const repaired = (id: string, sound: Cells, damaged: Cells): CellDamage => ({
  id,
  sound,
  damaged,
  reaction: 'repaired',
});
const guessed = (id: string, sound: Cells, damaged: Cells): CellDamage => ({
  ...repaired(id, sound, damaged),
  guess: true,
});
const flagged = (id: string, sound: Cells, damaged: Cells): CellDamage => ({ id, sound, damaged, reaction: 'flagged' });
/** The same text on both sides: what looks odd is right as it is. */
const kept = (id: string, cells: Cells): CellDamage => ({ ...repaired(id, cells, cells), kept: true });
/** An id that any layout may have, Salesforce apart, whose ids have a form of their own. */
const freeId = (sound: Export): boolean => sound.layout !== 'salesforce-accounts';

const IDS: readonly CellDamage[] = [
  flagged('id in scientific notation', { id: '4876880000000111000' }, { id: '4.87688E+18' }),
  flagged('id in scientific notation with a comma', { id: '2520020000000111001' }, { id: '2,52002E+18' }),
  flagged('id in scientific notation, e in lower case', { id: '7219448301122' }, { id: '7.21945e+12' }),
  flagged('id in scientific notation behind a guard', { id: '7219448301122' }, { id: '="7.21945E+12"' }),
  guessed('id with thousands separators', { id: '17990000431' }, { id: '17,990,000,431' }),
  flagged('id with thousands separators of another country', { id: '17990000431' }, { id: '17.990.000.431' }),
  guessed('id with blanks between thousands', { id: '17990000431' }, { id: '17\u00a0990\u00a0000\u00a0431' }),
  guessed('id as a decimal number', { id: '60017' }, { id: '60017.0' }),
  guessed('id as a decimal number with a comma', { id: '60017' }, { id: '60017,0' }),
  guessed('id as a decimal number with two zeros', { id: '60017' }, { id: '60017.00' }),
  repaired('id behind a guard', { id: '0012' }, { id: '="0012"' }),
  repaired('id behind an apostrophe', { id: '0012' }, { id: "'0012" }),
  repaired('id behind a curled apostrophe', { id: '0012' }, { id: '\u20180012' }),
  repaired('id between no-break blanks', { id: '60017' }, { id: '\u00a060017\u00a0' }),
  repaired('id between ideographic blanks', { id: '60017' }, { id: '\u300060017\u3000' }),
  repaired('id with a zero-width space', { id: '60017' }, { id: '600\u200b17' }),
  repaired('id with a byte order mark', { id: '60017' }, { id: '\ufeff60017' }),
  repaired('id with a soft hyphen', { id: '60017' }, { id: '60\u00ad017' }),
  repaired('id between marks of direction', { id: '60017' }, { id: '\u202a60017\u202c' }),
  repaired('id with a mark of direction inside', { id: '60017' }, { id: '60\u200e017' }),
  repaired('id with a zero-width joiner', { id: '60017' }, { id: '60\u200d017' }),
  repaired('id with a line end', { id: '60017' }, { id: '60017\n' }),
  repaired('id with a carriage return of a workbook', { id: '60017' }, { id: '60017_x000D_' }),
  flagged('id as a date with a month name', { id: '1-2' }, { id: '01.Feb' }),
  flagged('id as a month and a year', { id: '03-45' }, { id: 'Mär 45' }),
  flagged('id as an English date', { id: '1-2' }, { id: '2-Jan' }),
  flagged('id as a date with a time', { id: '1-2' }, { id: '2024-02-01 00:00:00' }),
  flagged('id with a lost character', { id: 'K\u00fc-1' }, { id: 'K\ufffd-1' }),
  repaired('id that is a placeholder', { id: '' }, { id: '#N/A' }),
  flagged('id that is the error of a formula', { id: 'C-77' }, { id: '#NAME?' }),
].map((damage): CellDamage => ({ ...damage, applies: freeId }));

const ESCAPED = [
  'M&#252;ller & Co',
  'M&#xFC;ller & Co',
  'M&uuml;ller & Co',
  'M=C3=BCller & Co',
  'M=FCller & Co',
  'M\\u00fcller & Co',
  'M%C3%BCller & Co',
  'M%FCller & Co',
  'M+APw-ller & Co',
  'M?ller & Co',
  'M??ller & Co',
];
const UNTOUCHED = [
  'AT&T',
  'Wer & Was? Verlag',
  '100% Bio & Co',
  'E=mc2 Labs',
  'A+B Bau',
  'Was? Wie? GmbH',
  'D&B; Partner',
];

const ESCAPES: readonly CellDamage[] = [
  ...ESCAPED.map((text) => flagged(`name as ${text}`, { name: 'Müller & Co' }, { name: text })),
  ...UNTOUCHED.map((text) => kept(`name as ${text}`, { name: text })),
  flagged('name with an ampersand of HTML', { name: 'AT&T' }, { name: 'AT&amp;T' }),
  ...[
    'M³ller & Co',
    'M¸ller & Co',
    'Mьller & Co',
    'MŸller & Co',
    'M\u0081ller & Co',
    'M├╝ller & Co',
    'MГјller & Co',
  ].map((text) => flagged(`name misread as ${text}`, { name: 'Müller & Co' }, { name: text })),
  flagged('city of DOS read as windows-1252', { city: 'Köln' }, { city: 'K”ln' }),
  flagged('city of windows-1252 read as DOS', { city: 'Köln' }, { city: 'K÷ln' }),
  flagged('last name of windows-1251 read as windows-1252', { last: 'Иванов' }, { last: 'Èâàíîâ' }),
  ...['L’Oréal', 'Łódź', 'Ärzte', 'Αθήνα', 'Иван IT', 'VIPклуб', 'E²S', 'RĂȘINARI', '株式会社'].map((text) =>
    kept(`name in other letters: ${text}`, { name: text }),
  ),
  flagged('city with a lost letter', { city: 'Köln' }, { city: 'K?ln' }),
  flagged('city with a lost first letter', { city: 'Århus' }, { city: '?rhus' }),
  flagged('street with a lost letter', { street: 'Hauptstraße 1' }, { street: 'Hauptstra?e 1' }),
  flagged('last name with a lost letter', { last: 'Süß' }, { last: 'S?ß' }),
  flagged('last name of lost letters', { last: 'Иванов' }, { last: '??????' }),
];

const PHONES: readonly CellDamage[] = [
  guessed('phone as a decimal number', { phone: '4930123456' }, { phone: '4930123456.0' }),
  guessed('phone as a decimal number with a comma', { phone: '4930123456' }, { phone: '4930123456,0' }),
  flagged('phone in scientific notation', { phone: '4930123456' }, { phone: '4.93E+10' }),
  flagged('phone in scientific notation with a comma', { phone: '4930123456' }, { phone: '4,93012E+10' }),
  repaired('phone behind a guard', { phone: '0049301234' }, { phone: '="0049301234"' }),
  repaired('phone behind an apostrophe and a plus', { phone: '+49 30 1234' }, { phone: "'+49 30 1234" }),
  repaired('phone between marks of direction', { phone: '+49 30 1234' }, { phone: '\u202a+49 30 1234\u202c' }),
  flagged('phone as a date', { phone: '030/1234' }, { phone: '01.Feb' }),
  flagged('phone as a month and a year', { phone: '03/1945' }, { phone: 'Mär 45' }),
  flagged('phone as a date with a time', { phone: '1-2' }, { phone: '2024-02-01 00:00:00' }),
  flagged('phone as a serial number of a date', { phone: '030/1234' }, { phone: '45123' }),
  repaired('phone that is a placeholder', { phone: '' }, { phone: 'n/a' }),
  repaired('phone with a scheme', { phone: '+49 30 1234' }, { phone: 'tel:+49 30 1234' }),
  kept('phone with (0)', { phone: '+49 (0)30 1234' }),
  kept('phone with 00', { phone: '0049 30 1234' }),
  kept('phone with slashes', { phone: '030 / 12 34-0' }),
  kept('phone with an extension', { phone: '+1 303 555 0142 x752' }),
  repaired('two phones in two lines', { phone: '030 12, 0170 34' }, { phone: '030 12\n0170 34' }),
];

const POSTAL: readonly CellDamage[] = [
  guessed('German postal code without its zero', { postal: '02826', country: 'DE' }, { postal: '2826', country: 'DE' }),
  guessed(
    'American postal code without its zero',
    { postal: '06652', country: 'US' },
    { postal: '6652', country: 'US' },
  ),
  guessed(
    'American postal code without two zeros',
    { postal: '00683', country: 'US' },
    { postal: '683', country: 'US' },
  ),
  guessed('French postal code without its zero', { postal: '01000', country: 'FR' }, { postal: '1000', country: 'FR' }),
  guessed(
    'Italian postal code without two zeros',
    { postal: '00118', country: 'IT' },
    { postal: '118', country: 'IT' },
  ),
  guessed(
    'Spanish postal code without its zero',
    { postal: '08001', country: 'ES' },
    { postal: '8001', country: 'ES' },
  ),
  guessed(
    'Finnish postal code without two zeros',
    { postal: '00100', country: 'FI' },
    { postal: '100', country: 'FI' },
  ),
  guessed(
    'Australian postal code without its zero',
    { postal: '0800', country: 'AU' },
    { postal: '800', country: 'AU' },
  ),
  guessed('postal code as a decimal number', { postal: '80331', country: 'DE' }, { postal: '80331.0', country: 'DE' }),
  guessed(
    'postal code as a decimal without its zero',
    { postal: '02826', country: 'DE' },
    { postal: '2826.0', country: 'DE' },
  ),
  guessed(
    'postal code with a thousands separator',
    { postal: '80331', country: 'DE' },
    { postal: '80.331', country: 'DE' },
  ),
  flagged('postal code as a date', { postal: '1-2', country: 'JP' }, { postal: '01.Feb', country: 'JP' }),
  flagged('postal code too short for its country', { postal: '80331', country: 'DE' }, { postal: '33', country: 'DE' }),
  repaired('postal code behind a guard', { postal: '06652', country: 'US' }, { postal: '="06652"', country: 'US' }),
  repaired('postal code behind an apostrophe', { postal: '06652', country: 'US' }, { postal: "'06652", country: 'US' }),
  repaired(
    'postal code with the prefix of Germany',
    { postal: '80331', country: 'DE' },
    { postal: 'D-80331', country: 'DE' },
  ),
  repaired(
    'postal code with the code of Switzerland',
    { postal: '8000', country: 'CH' },
    { postal: 'CH-8000', country: 'CH' },
  ),
  repaired(
    'postal code with the prefix of Austria',
    { postal: '1010', country: 'AT' },
    { postal: 'A 1010', country: 'AT' },
  ),
  kept('Dutch postal code', { postal: '3511 AB', country: 'NL' }),
  kept('Swiss postal code of four digits', { postal: '8001', country: 'CH' }),
  kept('postal code with its state', { postal: 'TX 75218', country: 'US' }),
  kept('postal code with four more digits', { postal: '06652-1234', country: 'US' }),
  kept('Latvian postal code', { postal: 'LV-1010', country: 'LV' }),
  kept('city behind its postal code', { city: '80331 München', postal: '', country: 'DE' }),
];

const country = (written: string, code: string): CellDamage =>
  repaired(`country ${written}`, { country: code }, { country: written });

const COUNTRIES: readonly CellDamage[] = [
  country('Deutschland', 'DE'),
  country('GERMANY', 'DE'),
  country('Federal Republic of Germany', 'DE'),
  country('BRD', 'DE'),
  country('D', 'DE'),
  country('D-', 'DE'),
  country('DEU', 'DE'),
  country('Schweiz', 'CH'),
  country('Swiss Confederation', 'CH'),
  country('USA', 'US'),
  country('U.S.A.', 'US'),
  country('USA - Vereinigte Staaten von Amerika', 'US'),
  country('United States of America', 'US'),
  country('U.K.', 'GB'),
  country('England', 'GB'),
  country('Scotland', 'GB'),
  country('Great Britain', 'GB'),
  country('Holland', 'NL'),
  country('The Netherlands', 'NL'),
  country('Czech Republic', 'CZ'),
  country('Czechia', 'CZ'),
  country('Korea, Republic of', 'KR'),
  country('South Korea', 'KR'),
  country('Österreich\u00a0', 'AT'),
  country('O\u0308sterreich', 'AT'),
  country('España', 'ES'),
  country('Allemagne', 'DE'),
  country('Vereinigtes Königreich', 'GB'),
  country("Cote d'Ivoire", 'CI'),
  country('n/a', ''),
  flagged('country with a state in it', { country: 'US' }, { country: 'California' }),
  flagged('country misspelled', { country: 'DE' }, { country: 'Germny' }),
  flagged('country that is two', { country: 'CG' }, { country: 'Kongo' }),
  flagged('country as the error of a formula', { country: 'DE' }, { country: '#REF!' }),
];

const MAILS: readonly CellDamage[] = [
  repaired('e-mail between blanks', { email: MAIL }, { email: ` ${MAIL}\u00a0` }),
  repaired('e-mail with its person', { email: MAIL }, { email: `Käthe Süß <${MAIL}>` }),
  repaired('e-mail with a comma in its person', { email: MAIL }, { email: `"Süß, Käthe" <${MAIL}>` }),
  repaired('e-mail with a scheme', { email: MAIL }, { email: `mailto:${MAIL}` }),
  repaired('e-mail with a zero-width space', { email: MAIL }, { email: `kaethe\u200b@example.org` }),
  // Where a product writes apostrophes, one of the two is the product's own.
  { ...repaired('e-mail in quotes', { email: MAIL }, { email: `'${MAIL}'` }), applies: (sound) => !sound.apostrophes },
  repaired('the same e-mail twice', { email: MAIL }, { email: `${MAIL}; ${MAIL.toUpperCase()}` }),
  repaired('path of Exchange', { email: '' }, { email: '/o=ExchangeLabs/ou=Exchange/cn=Recipients/cn=abc' }),
  repaired('path of Exchange beside an e-mail', { email: MAIL }, { email: `/o=ExchangeLabs/cn=abc; ${MAIL}` }),
  repaired('made-up e-mail', { email: '' }, { email: 'none@none.com' }),
  repaired('another made-up e-mail', { email: '' }, { email: 'noemail@noemail.com' }),
  flagged('e-mail with (at)', { email: MAIL }, { email: 'kaethe(at)example.org' }),
  flagged('e-mail with [at] and [dot]', { email: MAIL }, { email: 'kaethe [at] example [dot] org' }),
  kept('e-mail of an international domain', { email: 'test@testmöbel.example' }),
  flagged('e-mail without @', { email: MAIL }, { email: 'kaethe.example.org' }),
  flagged('e-mail with a blank', { email: MAIL }, { email: 'kae the@example.org' }),
  flagged('e-mail with a comma for a dot', { email: MAIL }, { email: 'kaethe@example,org' }),
  flagged('e-mail with a lost character', { email: 'test@möbel.example' }, { email: 'test@m\ufffdbel.example' }),
];

const TEXTS: readonly CellDamage[] = [
  repaired('name in another Unicode form', { name: 'Öhlschläger' }, { name: 'O\u0308hlschla\u0308ger' }),
  repaired('name between blanks', { name: 'Öhlschläger' }, { name: '  Öhlschläger\u00a0' }),
  repaired('name with a zero-width space', { name: 'Öhlschläger' }, { name: 'Öhl\u200bschläger' }),
  repaired('name with a control character', { name: 'Öhlschläger' }, { name: 'Öhl\u0002schläger' }),
  repaired('name behind a guard', { name: 'Öhlschläger' }, { name: '="Öhlschläger"' }),
  repaired('name on two lines', { name: 'Öhlschläger, Görlitz' }, { name: 'Öhlschläger\r\nGörlitz' }),
  kept('name in capitals', { name: 'BÄCKEREI MÜLLER' }),
  kept('name with a curled apostrophe', { name: 'O’Hara & Söhne' }),
  kept('name that begins with an apostrophe', { name: '‘t Groene Hart' }),
  kept('name that looks like a formula', { name: '=SUM(A1)' }),
  kept('name with a smiling face', { name: 'Happy 😀 Ltd' }),
  flagged('name with a lost character', { name: 'Müller' }, { name: 'M\ufffdller' }),
  flagged('name as the error of a formula', { name: 'Müller' }, { name: '#REF!' }),
  flagged('name as an object', { name: 'Müller' }, { name: '[object Object]' }),
  guessed('name too long', { name: 'x'.repeat(191) }, { name: 'x'.repeat(200) }),
  flagged('name with tags', { name: 'Bold &amp; Co' }, { name: '<b>Bold</b> Co' }),
  flagged('street with a lost character', { street: 'Straße 7' }, { street: 'Stra\ufffde 7' }),
  repaired('street on two lines of a workbook', { street: 'Am Markt 7' }, { street: 'Am Markt 7_x000D_' }),
  repaired('street with a break of HTML', { street: 'Am Markt 7' }, { street: 'Am Markt 7<br>' }),
  repaired('city that is a placeholder', { city: '' }, { city: '-' }),
  repaired('city that is null', { city: '' }, { city: 'NULL' }),
  repaired('city that is undefined', { city: '' }, { city: 'undefined' }),
  repaired('state that is a day', { state: '' }, { state: '0000-00-00' }),
  kept('state of two letters', { state: 'NY' }),
  kept('name with its currency', { name: 'Smith - USD' }),
  kept('name with a colon', { name: 'Möbel: Werkstatt' }),
  repaired('contact with the surname first', { person: 'John Smith' }, { person: 'Smith, John' }),
  repaired('contact with surnames first', { person: 'Gabriel García Márquez' }, { person: 'García Márquez, Gabriel' }),
  repaired('contact with the title behind a comma', { person: 'John Smith, PhD' }, { person: 'John  Smith , PhD' }),
  guessed('contact with a title behind', { person: 'Dr. Max Müller' }, { person: 'Müller Max Dr.' }),
  flagged('contact that is two', { person: 'Anna Meier' }, { person: 'Meier, Anna & Müller, Max' }),
  guessed('contact that is a firm of partners', { person: '' }, { person: 'Müller, Meier & Partner' }),
  kept('first name None', { last: 'None' }),
  kept('last name Null', { last: 'Null' }),
  repaired('web address without anything', { website: '' }, { website: 'http://' }),
  repaired('notes with lines of a workbook', { notes: 'a\nb' }, { notes: 'a_x000D_\nb' }),
  guessed('notes with literal line ends', { notes: 'a\nb' }, { notes: 'a\\nb' }),
  guessed('notes with literal line ends of Windows', { notes: 'a\nb' }, { notes: 'a\\r\\nb' }),
  repaired('notes with breaks of HTML', { notes: 'a\nb' }, { notes: 'a<br />b' }),
];

const VALUES: readonly CellDamage[] = [
  repaired('currency by name', { currency: 'EUR' }, { currency: 'Euro' }),
  repaired('currency by symbol', { currency: 'EUR' }, { currency: '€' }),
  repaired('currency in words', { currency: 'CHF' }, { currency: 'Swiss Franc' }),
  repaired('currency in lower case', { currency: 'EUR' }, { currency: 'eur ' }),
  repaired('currency with its code', { currency: 'EUR' }, { currency: 'EUR - Euro' }),
  flagged('currency that is a dozen', { currency: 'USD' }, { currency: '$' }),
  repaired('payment terms in words', { terms: '30' }, { terms: 'Net 30' }),
  repaired('payment terms in German', { terms: '30' }, { terms: '30 Tage netto' }),
  repaired('payment terms as a decimal', { terms: '30' }, { terms: '30.0' }),
  repaired('payment terms at once', { terms: '0' }, { terms: 'Due on receipt' }),
  flagged('payment terms with a discount', { terms: '30' }, { terms: '2/10 net 30' }),
  flagged('payment terms from the end of the month', { terms: '14' }, { terms: '14 days after end of month' }),
  repaired('VAT id with blanks', { vat: 'DE133546770' }, { vat: 'DE 133 546 770' }),
  repaired('VAT id with dots', { vat: 'DE133546770' }, { vat: 'DE.133.546.770' }),
  repaired('VAT id in lower case', { vat: 'DE133546770' }, { vat: 'de133546770' }),
  kept('VAT id of Switzerland', { vat: 'CHE-150.215.305 MWST' }),
  kept('number of Australia', { vat: '48 902 337 115' }),
  repaired(
    'VAT id in two columns, the country in both',
    { vatCountry: 'DE', vatNumber: '133546770' },
    { vatCountry: 'DE', vatNumber: 'DE133546770' },
  ),
  repaired(
    'VAT id in two columns, in lower case',
    { vatCountry: 'DE', vatNumber: '133546770' },
    { vatCountry: 'de', vatNumber: '133 546 770' },
  ),
  guessed('VAT id without its number', { vatCountry: '', vatNumber: '' }, { vatCountry: 'DE', vatNumber: '' }),
  guessed('VAT id that is a country', { vat: '' }, { vat: 'DE' }),
  flagged('VAT id in scientific notation', { vat: '48902337115' }, { vat: '4.89023E+10' }),
  repaired('yes as a word', { exempt: 'yes' }, { exempt: 'Ja' }),
  repaired('yes as a number', { exempt: 'yes' }, { exempt: '1' }),
  repaired('yes as a letter', { exempt: 'yes' }, { exempt: 'Y' }),
  repaired('yes in capitals', { exempt: 'yes' }, { exempt: 'TRUE' }),
  flagged('yes that is neither', { exempt: 'no' }, { exempt: 'perhaps' }),
];

export const CELL_DAMAGES: readonly CellDamage[] = [
  ...IDS,
  ...ESCAPES,
  ...PHONES,
  ...POSTAL,
  ...COUNTRIES,
  ...MAILS,
  ...TEXTS,
  ...VALUES,
];

/** Whether the export has every column that the damage is about. */
export function hasCells(sound: Export, damage: CellDamage): boolean {
  const roles = Object.keys({ ...damage.sound, ...damage.damaged }) as readonly Role[];
  return roles.every((role) => sound.roles[role] !== undefined) && damage.applies?.(sound) !== false;
}
