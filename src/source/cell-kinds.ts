/** What a cell looks like, to tell a header from a row and one delimiter from another. Never used to change a value. */

const NUMBER = /^[-+(]{0,2}[$€£]?\s?-?\d[\d.,' \u00a0\u202f]*(?:[eE][-+]?\d+)?\s?[%€$£]?\)?$/;
const DATE = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T].{0,30})?$/;
const EMAIL = /^[^@\s,;|]+@[^@\s,;|]+$/;
const URL_LIKE = /^(?:https?:\/\/|www\.)[^\s;|]+$/i;

export function isBlank(cell: string): boolean {
  const code = cell.charCodeAt(0);
  // Cheap, and enough for nearly all cells.
  if (code > 32 && code < 127) return false;
  return cell === '' || cell.trim() === '';
}

export function isNumber(cell: string): boolean {
  return NUMBER.test(cell.trim());
}

/** A value that no column would be called. */
export function isValue(cell: string): boolean {
  const text = cell.trim();
  return NUMBER.test(text) || DATE.test(text) || EMAIL.test(text) || URL_LIKE.test(text);
}

/** A line that a program writes below a table: who made it, when, and who may read it. */
export function isKnownNote(text: string): boolean {
  return KNOWN_NOTE.test(text.trim());
}

export function countFilled(cells: readonly string[]): number {
  let filled = 0;
  for (const cell of cells) if (!isBlank(cell)) filled++;
  return filled;
}

/** Narrow on purpose: companies are called Monday, Copyright Agency or Printed Matter. */
const KNOWN_NOTE =
  /^(?:copyright (?:\(c\)|©|\d)|(?:\(c\)|©) ?\d|confidential information|(?:generated|printed|exported|created|erstellt) (?:by|on|at|am|von)\b|(?:as of|stand) .{0,20}\d{4}|(?:mon|tues|wednes|thurs|fri|satur|sun)day, ?\p{L}{3,9}\.? \d)/iu;
/** Names which columns of contact exports have in any product; they only help where the structure says too little. */
const KNOWN_NAMES: ReadonlySet<string> = new Set(
  `name|names|full name|display name|first name|last name|firstname|lastname|given name|family name|surname|middle name
  |email|e mail|emails|email address|e mail address|mail|phone|phones|phone number|telephone|mobile|fax|website|url
  |id|client id|customer id|contact id|record id|number|customer number|account number|client|client name|customer|contact
  |company|company name|organization|organisation|account|account name|city|town|state|province|country|street|address
  |address 1|zip|zip code|postal code|postcode|notes|title|job title|currency|language|vat number|tax id|status|tags
  |vorname|nachname|firma|firmenname|strasse|straße|plz|ort|stadt|land|telefon|mobil|kundennummer|kunde|anrede|kontakt
  |nom|prénom|prenom|société|societe|entreprise|adresse|ville|pays|téléphone|telephone|code postal|courriel
  |nombre|apellido|apellidos|empresa|correo|teléfono|telefono|ciudad|país|pais|dirección
  |naam|voornaam|achternaam|bedrijf|plaats|straat|nome|cognome|azienda|città|indirizzo|cidade|telefone`
    .split('|')
    .map((name) => name.trim()),
);

export function isKnownName(cell: string): boolean {
  return KNOWN_NAMES.has(
    cell
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
}

/** The delimiters are punctuation: a blank stands behind each. */
export function isProse(cells: readonly string[]): boolean {
  return cells.length > 1 && cells.every((cell, index) => index === 0 || /^\s+\S/.test(cell));
}

/** How many of the first records are prose with commas, which a blank line parts from the rest; 0 when that is not so. */
export function countProse(records: readonly (readonly string[])[]): number {
  const start = records.findIndex((cells) => countFilled(cells) > 0);
  const count = records.slice(start).findIndex((cells) => countFilled(cells) === 0);
  if (start === -1 || count === -1) return 0;
  const lines = records.slice(start, start + count);
  const isPlain = lines.every((cells) => !cells.some(isKnownName) && (cells.length === 1 || isProse(cells)));
  const hasRest = records.slice(start + count).some((cells) => countFilled(cells) > 1);
  return isPlain && hasRest && lines.some(isProse) ? start + count : 0;
}

/** The cells without the blank ones at the end. */
export function trimTrailingBlanks(cells: readonly string[]): readonly string[] {
  let width = cells.length;
  while (width > 0 && isBlank(cells[width - 1]!)) width--;
  return width === cells.length ? cells : cells.slice(0, width);
}
