/** The documents that a cell names: paths beside the export, or https addresses. Where they lead is not known here. */

import type { Evaluator } from './evaluate.js';
import { addWarning, isClearToken } from './read-field.js';
import type { RowRemarks } from './read-field.js';
import type { DocumentReference } from './record.js';

/** More in one cell is a mistake, not a client. */
const REFERENCES_MAX = 20;

const NO_DOCUMENTS: readonly DocumentReference[] = [];

/** Several are parted by `;`, `|` or line breaks; commas belong to file names. */
export function readDocuments(
  evaluator: Evaluator | undefined,
  cells: readonly string[],
  clearToken: string,
  remarks: RowRemarks,
): readonly DocumentReference[] {
  if (evaluator === undefined) return NO_DOCUMENTS;
  const cell = evaluator.position === null ? evaluator.read(cells) : (cells[evaluator.position] ?? '');
  if (cell === '') return NO_DOCUMENTS;
  if (isClearToken(cell, clearToken)) {
    const hint = 'Documents are never removed: those that the client has stay.';
    addWarning(remarks, evaluator.column, 'not-clearable', cell, hint);
    return NO_DOCUMENTS;
  }
  const references = new Set(cell.split(/[;|\r\n]+/).map((text) => text.trim()));
  references.delete('');
  if (references.size > REFERENCES_MAX) {
    const hint = `The cell names ${references.size} documents and none is taken: up to ${REFERENCES_MAX} are.`;
    addWarning(remarks, evaluator.column, 'document-unusable', cell, hint);
    return NO_DOCUMENTS;
  }
  const column = evaluator.column ?? '';
  return [...references].map((reference) => ({ row: remarks.row, column, reference }));
}
