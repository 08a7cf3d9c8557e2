/**
 * Which line is the header: the first line with text, unless it is a title and a better one follows.
 *
 * Premise: a title above the table fills at most half of the columns that the table has, and a header fills at least half
 * of them with short, mostly different texts that are no numbers, dates or addresses. The search stops at the first line
 * that is neither, since behind it only rows can come: a row must never be taken for a header.
 */

import { countFilled, isBlank, isValue, trimTrailingBlanks } from './cell-kinds.js';
import { findModalWidth } from './dialect.js';
import type { Row } from './row.js';

const SEARCH_LINES_MAX = 30;
const NAME_LENGTH_MAX = 80;

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

/** Physical line of the header among the records of a sample; blank lines are among them as one empty cell. */
export function findHeaderLine(records: readonly Row[]): number {
  const filled = records.filter((record) => countFilled(record.cells) > 0 && !isSettingsLine(record));
  const modalWidth = findTableWidth(filled.map((record) => record.cells));
  for (const record of filled) {
    if (record.line > SEARCH_LINES_MAX) break;
    if (!isTitle(record.cells, modalWidth) || isHeader(record.cells, modalWidth)) return record.line;
  }
  return (filled[0] ?? records[0])?.line ?? 1;
}

/** Width of most records; a table of several columns counts already when it fills half of what follows its first line. */
function findTableWidth(records: readonly (readonly string[])[]): number {
  const width = findModalWidth(records.filter((cells) => cells.length > 1));
  const table = records.slice(records.findIndex((cells) => cells.length === width));
  const fitting = table.filter((cells) => cells.length === width).length;
  return width > 1 && fitting * 2 >= table.length ? width : findModalWidth(records);
}

/** Lines for programs, not people: `sep=;`, and the first line of a DATEV file, `"EXTF";700;16;…`. */
function isSettingsLine(record: Row): boolean {
  const first = record.cells[0]!.trim();
  return /^sep=.?$/i.test(first) || (/^(?:EXTF|DTVF)$/.test(first) && isValue(record.cells[1] ?? ''));
}

function isTitle(cells: readonly string[], modalWidth: number): boolean {
  return modalWidth > 1 && countFilled(cells) <= modalWidth / 2 && !cells.some(isKnownName);
}

function isHeader(cells: readonly string[], modalWidth: number): boolean {
  const names = cells.filter((cell) => !isBlank(cell)).map((cell) => cell.trim());
  const fits = cells.length === modalWidth || trimTrailingBlanks(cells).length === modalWidth;
  if (!fits || names.length < modalWidth / 2) return false;
  const short = names.filter((name) => name.length <= NAME_LENGTH_MAX).length;
  return !names.some(isValue) && short >= names.length * 0.9 && new Set(names).size >= names.length * 0.5;
}

function isKnownName(cell: string): boolean {
  return KNOWN_NAMES.has(
    cell
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
}
