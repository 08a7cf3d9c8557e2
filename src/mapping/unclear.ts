/** Cells that a layout knows to be unclear: they are taken as they are, and said. */

import { compileExpression } from './evaluate.js';
import type { Header } from './header.js';
import { addWarning } from './read-field.js';
import type { RowRemarks } from './read-field.js';
import type { MappingSpec } from './spec.js';

export function compileUnclear(
  spec: MappingSpec,
  header: Header,
): (remarks: RowRemarks, cells: readonly string[]) => void {
  const rules = (spec.unclear ?? []).flatMap(({ column, from = column, pattern, hint }) => {
    const evaluator = compileExpression(from, header);
    return evaluator === undefined ? [] : [{ evaluator, regular: new RegExp(pattern, 'iu'), hint }];
  });
  return (remarks, cells) => {
    for (const { evaluator, regular, hint } of rules) {
      const text = evaluator.read(cells).trim();
      if (regular.test(text)) addWarning(remarks, evaluator.column, 'unclear-name', text, hint);
    }
  };
}
