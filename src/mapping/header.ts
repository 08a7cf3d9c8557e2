/** Columns by name: compared without case, blanks collapsed; `Phone#2` is the second column of that name. */

/** The form in which header texts are compared. */
export function foldHeader(name: string): string {
  return name
    .normalize('NFC')
    .replaceAll(/[\s\u00A0\uFEFF]+/g, ' ')
    .trim()
    .toLowerCase();
}

export interface Header {
  readonly columns: readonly string[];
  /** Position of the column, or `undefined`. */
  find(name: string): number | undefined;
}

export function readHeader(columns: readonly string[]): Header {
  const positions = new Map<string, number>();
  const numbered = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const [index, column] of columns.entries()) {
    const folded = foldHeader(column);
    const nth = (seen.get(folded) ?? 0) + 1;
    seen.set(folded, nth);
    if (nth === 1) positions.set(folded, index);
    numbered.set(`${folded}#${nth}`, index);
  }
  // A column that is really called `Phone#1` comes before the first `Phone`.
  const find = (folded: string): number | undefined => positions.get(folded) ?? numbered.get(folded);
  return { columns, find: (name) => find(foldHeader(name)) };
}
