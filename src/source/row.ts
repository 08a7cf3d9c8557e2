/** One raw line of a file: cells still strings, exactly as many as the header has columns. */

export interface Row {
  /** Physical line on which the row starts, 1-based, counting preamble, header and blank lines. */
  readonly line: number;
  /** Physical line on which it ends: larger than `line` when a quoted cell holds line breaks. */
  readonly endLine: number;
  readonly cells: readonly string[];
  /** The row does not stand in the file as it is read, see `mend-rows.ts`. */
  readonly remark?: RowRemark;
}

interface RowRemark {
  readonly code: 'row-padded' | 'quote-kept';
  /** Header text of the column; `null`: the whole row is meant. */
  readonly column: string | null;
  readonly value: string;
  readonly hint: string;
}

/** A row that cannot be read without shifting cells. */
export interface BrokenRow {
  readonly line: number;
  readonly endLine: number;
  readonly code: 'broken-quote' | 'too-few-cells' | 'too-many-cells' | 'cut-row' | 'sum-row';
  /** The beginning of the line as it stands in the file, at most 200 characters. */
  readonly value: string;
  readonly hint: string;
  /** Only of a `broken-quote`: no quote follows that could close it, so the file may end in the middle of the cell. */
  readonly neverClosed?: true;
}

/** A line among the rows that a report has written: it is no row, and nobody can be missing by it. */
export interface LeftLine {
  readonly line: number;
  readonly endLine: number;
  /** What it is, one sentence. */
  readonly reason: string;
}

/** Some hundred to some thousand rows in the order of the file: `rows`, `broken` and `left` are each sorted by line. */
export interface RowBatch {
  readonly rows: readonly Row[];
  readonly broken: readonly BrokenRow[];
  readonly left: readonly LeftLine[];
  /** Bytes of the file consumed so far, for progress. */
  readonly bytesRead: number;
}
