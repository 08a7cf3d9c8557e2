/**
 * A container: a file that holds a table but is no delimited text. It is written out once as a table of text, and all
 * that follows (header, footer, rows, rejects) is the same for every format.
 *
 * Line numbers stay those of the container: the n-th line of the table is what stands at `n` in the file, and what
 * stands nowhere is a blank line. Adding a format is a file here and a line in `index.ts`.
 */

import type { EncodingGuess } from '../encoding-guess.js';
import type { FileFormat, FileNote, FileOverrides, FileProfile } from '../profile.js';

export interface Container {
  readonly format: Exclude<FileFormat, 'csv'>;
  /** What `line` counts in it. */
  readonly unit: FileProfile['unit'];
  /**
   * `own`: the names of the columns are keys of the container, given to `TableSink.writeHeader` before the first row.
   * `row`: they are one of the rows, looked for as in a text file.
   */
  readonly header: 'own' | 'row';
  /** `mixed`: each value may be in an encoding of its own, and what is guessed of the whole file may not be needed. */
  readonly encodings?: 'mixed';
  /**
   * By the first bytes and the name of a file; of the first container that says yes the file is taken.
   *
   * @param head up to 64 KB
   * @param text the same, decoded, without byte order mark
   */
  recognises(head: Buffer, text: string, name: string): boolean;
  /**
   * Writes the table. Memory stays flat in the size of the file.
   *
   * @throws SyncError `file-not-csv`, `file-binary`, `file-encoding` or `file-empty` with what is wrong, where, and what to
   *   do; `usage` for a sheet that is not there
   */
  convert(input: ContainerInput, sink: TableSink): Promise<ContainerFacts>;
}

/** What a table can be written out of: a container, or a text that is not read as it stands. */
export type TableSource = Pick<Container, 'unit' | 'header' | 'convert' | 'encodings'> & {
  readonly format: FileFormat;
};

export interface ContainerInput {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** Of the text in it, as far as it is text. */
  readonly encoding: FileProfile['encoding'];
  /** Where the encoding is a guess. */
  readonly guess?: EncodingGuess;
  readonly overrides: FileOverrides;
}

export interface ContainerFacts {
  readonly sheet?: string;
  readonly notes: readonly FileNote[];
}

export interface TableSink {
  /** Once, before the first row, in containers with a header of their `own`. */
  writeHeader(columns: readonly string[]): Promise<void>;
  /**
   * @param line where it stands in the file: 1 or more, and larger than that of the row before
   * @param cells line breaks in them are kept (as LF)
   */
  writeRow(line: number, cells: readonly string[]): Promise<void>;
}
