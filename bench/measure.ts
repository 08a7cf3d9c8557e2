/** Figures and how they are shown. */

export interface Spread {
  readonly min: number;
  readonly median: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { min: sorted[0] ?? Number.NaN, median };
}

/** A measured line: what was done, and its figures by name. */
export interface Line {
  readonly bench: string;
  readonly what: string;
  readonly figures: Readonly<Record<string, number | string>>;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** The lines of one bench as a table, a column for each figure. */
export function renderTable(lines: readonly Line[]): string {
  const names = [...new Set(lines.flatMap((line) => Object.keys(line.figures)))];
  const table = [
    ['', ...names],
    ...lines.map((line) => [line.what, ...names.map((name) => String(line.figures[name] ?? ''))]),
  ];
  const widths = ['', ...names].map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
