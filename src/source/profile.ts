/** What a file is, found before its first row is used. */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export type Delimiter = ',' | ';' | '\t' | '|';

export interface FileProfile {
  readonly path: string;
  /** File name without folders, as messages and reports show it. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the bytes, hex. A plan is bound to it. */
  readonly digest: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly delimiter: Delimiter;
  readonly quote: '"' | "'";
  readonly lineEnd: 'lf' | 'crlf' | 'cr' | 'mixed';
  /** Physical line of the header, 1-based. */
  readonly headerLine: number;
  /** Lines before the header. */
  readonly preambleLines: number;
  /** Lines after the last row that are not rows (copyright notes, totals), blank ones before them included. */
  readonly footerLines: number;
  /** Header cells, trimmed; a repeated name keeps its text here (`Phone`, `Phone`), trailing empty columns are dropped. */
  readonly columns: readonly string[];
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
}
