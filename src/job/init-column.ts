/** A column of an export as a first job file speaks of it: how it is named, how sure its meaning is, what is in it. */

import { isClientField, isContactField } from '../mapping/fields.js';
import { foldHeader, readHeader } from '../mapping/header.js';
import { SURE_SCORE } from '../mapping/suggest.js';
import { maskSample, maskWords, quote, showText } from './quote.js';

const SAMPLE_LENGTH_MAX = 20;

export interface InitColumn {
  readonly header: string;
  /** A field of the client, or `documents`: files for it. */
  readonly field: string | null;
  /** A field of a contact, or `full_name`: first and last name in one cell. */
  readonly contactField: string | null;
  /** Which contact of the row it belongs to; any numbers, in ascending order. */
  readonly contact: number;
  /** 0 to 1. */
  readonly score: number;
  readonly samples: readonly string[];
  /** Half a sentence for a question: what speaks for the field. Blank or absent: nothing is known. */
  readonly why?: string;
  /** The field is guessed from the values: the name says nothing. */
  readonly isGuess?: boolean;
  /** What most values look like; `person`: names of people. */
  readonly looksLike?: string | null;
}

export interface Column extends InitColumn {
  /** How an expression names the column, as YAML; null when none can, because it has no name of its own. */
  readonly reference: string | null;
}

/**
 * The way in which each column is addressed: a repeated name by its position. A second column for a field that is taken
 * becomes a question, except for names, of which the first that is not blank counts.
 */
export function nameColumns(columns: readonly InitColumn[]): readonly Column[] {
  const header = readHeader(columns.map((column) => column.header));
  const seen = new Map<string, number>();
  const taken = new Set<string>();
  return columns.map((column, index) => {
    const folded = foldHeader(column.header);
    const nth = (seen.get(folded) ?? 0) + 1;
    seen.set(folded, nth);
    const name = nth === 1 ? column.header : `${column.header}#${nth}`;
    const slot = column.field ?? `${column.contact}:${column.contactField}`;
    const isRepeated = taken.has(slot) && slot !== 'name';
    if (column.score >= SURE_SCORE) taken.add(slot);
    return {
      ...column,
      score: isRepeated ? Math.min(column.score, SURE_SCORE / 2) : column.score,
      reference: folded !== '' && header.find(name) === index ? quote(name) : null,
    };
  });
}

const isNamed = (column: Column): boolean =>
  column.reference !== null &&
  ((column.field !== null && isClientField(column.field)) ||
    (column.contactField !== null && (column.contactField === 'full_name' || isContactField(column.contactField))));
export const isSure = (column: Column): boolean => isNamed(column) && column.score >= SURE_SCORE;
export const isQuestion = (column: Column): boolean => isNamed(column) && column.score < SURE_SCORE;
export const namesDocuments = (column: Column): boolean => column.reference !== null && column.field === 'documents';

export function showSample(column: Column): string {
  const sample = column.samples.find((value) => value.trim() !== '');
  if (sample === undefined) return '(blank in the first rows)';
  const masked = maskSample(sample);
  return `such as ${showText(isOfPerson(column) ? maskWords(masked) : masked, SAMPLE_LENGTH_MAX)}`;
}

/** Who the people are is nobody's business who reads a job file. */
function isOfPerson({ contactField, looksLike }: Column): boolean {
  return looksLike === 'person' || ['first_name', 'last_name', 'full_name'].includes(contactField ?? '');
}
