/** Rows that are left out on purpose: blank ones, the header once more, and those that the layout says are no clients. */

import { compileExpression } from './evaluate.js';
import { foldHeader } from './header.js';
import type { Header } from './header.js';
import type { RowRef, Skip } from './record.js';
import type { MappingSpec } from './spec.js';

export function compileSkips(
  spec: MappingSpec,
  header: Header,
): (row: RowRef, cells: readonly string[]) => Skip | null {
  const rules = (spec.skip ?? []).flatMap(({ column, code, from = column, values = [], pattern }) => {
    const evaluator = compileExpression(from, header);
    const shown = compileExpression(column, header);
    if (evaluator === undefined || shown === undefined) return [];
    const words = new Set(values.map((value) => value.toLowerCase()));
    const regular = pattern === undefined ? undefined : new RegExp(pattern, 'iu');
    const isLeftOut = (cell: string): boolean => words.has(cell.toLowerCase()) || regular?.test(cell) === true;
    return [{ evaluator, shown, column, code, isLeftOut }];
  });
  return (row, cells) => {
    if (isBlankRow(cells)) return { row, code: 'blank-row', reason: 'The row is blank.' };
    if (isHeaderAgain(cells, header.columns))
      return { row, code: 'repeated-header', reason: 'The row repeats the header.' };
    for (const { evaluator, shown, column, code, isLeftOut } of rules) {
      if (!isLeftOut(evaluator.read(cells).trim())) continue;
      return { row, code, reason: `${column} is "${shown.read(cells).trim()}".` };
    }
    return null;
  };
}

function isBlankRow(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}

function isHeaderAgain(cells: readonly string[], columns: readonly string[]): boolean {
  const initial = (text: string | undefined): string | undefined => text?.trimStart()[0]?.toLowerCase();
  if (initial(cells[0]) !== initial(columns[0])) return false;
  return columns.every((column, index) => foldHeader(cells[index] ?? '') === foldHeader(column));
}
