/** What a file is, found before its first row is used. */

import type { RowShape } from './row-shape.js';

/** Its one name here, such as `utf-8`, `windows-1252` or `shift_jis`; see `encoding-names.ts`. */
export type Encoding = string;
export type Delimiter = ',' | ';' | '\t' | '|';

/** How a file holds its table. Everything but `csv` is written out as a table of text first, see `containers/`. */
export type FileFormat = 'csv' | 'xlsx' | 'ods' | 'json' | 'jsonl' | 'vcard' | 'ldif' | 'iif';

/** Something about the whole file that a person should know: what was guessed, repaired or left out. */
export interface FileNote {
  /** Stable, for programs: `encoding-guessed`, `sheet-hidden`, `double-encoding-repaired`. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
}

/** A column whose text was encoded to UTF-8 more than once, see `double-encoding-columns.ts`. */
export interface ColumnRepair {
  /** Position of the column, from 0. */
  readonly index: number;
  /** How often its cells are undone. */
  readonly times: 1 | 2;
}

export type CellKind = 'email' | 'url' | 'code' | 'number' | 'words';

/** What all cells of a column look like in a sample, `null` where they differ or are too few; see `mend-rows.ts`. */
export interface CellShape {
  readonly kind: CellKind | null;
  readonly fill: 'always' | 'never' | null;
}

export interface FileProfile {
  /** As it was named. */
  readonly path: string;
  /** File name without folders, as messages and reports show it. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the bytes, hex. A plan is bound to it. */
  readonly digest: string;
  readonly format: FileFormat;
  /** What `Row.line` counts: lines of a text, rows of a sheet, elements of a JSON array. */
  readonly unit: 'line' | 'row' | 'element';
  /** The sheet that was read, of a workbook. */
  readonly sheet?: string;
  readonly notes: readonly FileNote[];
  /** What is done to cells when they are read; the file itself, and the file of its rejects, have them as they are. */
  readonly repairs?: readonly ColumnRepair[];
  /** By which a row that lacks its last cells, or has one too many, is told from others; absent: nothing is known. */
  readonly cellShapes?: readonly CellShape[];
  /** Cells that most rows have: more than `columns` where each ends with delimiters. */
  readonly cellCount?: number;
  /** The text that the rows are read from: the file itself, or the table that was written out of it. */
  readonly tablePath: string;
  readonly tableBytes: number;
  /** The number of the table's first line. 0: it is a header that the file itself does not have. */
  readonly firstLine: 0 | 1;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly delimiter: Delimiter;
  readonly quote: '"' | "'";
  readonly lineEnd: 'lf' | 'crlf' | 'cr' | 'mixed';
  /** Physical line of the header, 1-based; 0 when the file has none of its own. */
  readonly headerLine: number;
  /** Lines before the header. */
  readonly preambleLines: number;
  /** Lines after the last row that are not rows (copyright notes, totals), blank ones before them included. */
  readonly footerLines: number;
  /** Header cells, trimmed; a repeated name keeps its text here (`Phone`, `Phone`), trailing empty columns are dropped. */
  readonly columns: readonly string[];
  /** What its rows look like, by a sample. */
  readonly rowShape: RowShape;
  /** False: the last line has no line end, so the file may be cut off. */
  readonly endsWithLineEnd: boolean;
  /** A file of rejected rows that somebody corrected: it has the columns that were added to it, and is never a whole export. */
  readonly partial: boolean;
}

/** What a job or the command line says about a file, instead of detection. */
export interface FileOverrides {
  readonly encoding?: Encoding;
  readonly delimiter?: Delimiter;
  readonly headerLine?: number;
  /** Of a workbook, by its name; without it the first one that is not hidden. */
  readonly sheet?: string;
}
