/** Rejects, warnings and skips of whole files, counted by kind: the code and the column, with the first lines of each. */

import type { Reject, Skip, Warning } from '../mapping/record.js';

const LINES_SHOWN = 5;

export interface Problem {
  readonly severity: 'reject' | 'warning' | 'skip';
  readonly code: string;
  /** Header text; `null`: the whole row is meant. */
  readonly column: string | null;
  /** Rows that it hits. */
  readonly rows: number;
  /** The first of them. */
  readonly lines: readonly number[];
  /** One offending text as it stands in the file; `null` where there is none. */
  readonly example: string | null;
  /** What to do, or why the row is left out. Of the first one. */
  readonly hint: string;
}

/** Each row is counted once in what it is. */
export interface FileCounts {
  readonly rows: number;
  /** Rows that make no change because something in them cannot be used. */
  readonly rejects: number;
  /** Remarks about rows that are taken all the same. */
  readonly warnings: number;
  readonly skipped: number;
}

interface Counting {
  readonly severity: Problem['severity'];
  readonly code: string;
  readonly column: string | null;
  readonly hint: string;
  rows: number;
  example: string | null;
  readonly lines: number[];
  lastLine: number;
}

interface FileTally {
  readonly counts: { rows: number; rejects: number; warnings: number; skipped: number };
  readonly problems: Map<string, Counting>;
  lastRejected: number;
}

const SEVERITIES: readonly Problem['severity'][] = ['reject', 'warning', 'skip'];

/** Remarks come row by row: several of one row stand next to each other. */
export class ProblemTally {
  readonly #files: readonly FileTally[];

  constructor(files: number) {
    this.#files = Array.from({ length: files }, () => ({
      counts: { rows: 0, rejects: 0, warnings: 0, skipped: 0 },
      problems: new Map(),
      lastRejected: -1,
    }));
  }

  addRows(file: number, rows: number): void {
    this.#files[file]!.counts.rows += rows;
  }

  add(severity: 'reject' | 'warning', { row, column, code, value, hint }: Reject | Warning): void {
    const tally = this.#files[row.file]!;
    if (severity === 'warning') tally.counts.warnings += 1;
    else if (row.line !== tally.lastRejected) {
      tally.counts.rejects += 1;
      tally.lastRejected = row.line;
    }
    count(tally, { severity, code, column, hint }, row.line, value);
  }

  addSkip({ row, code, reason }: Skip): void {
    const tally = this.#files[row.file]!;
    tally.counts.skipped += 1;
    count(tally, { severity: 'skip', code, column: null, hint: reason }, row.line, '');
  }

  countsOf(file: number): FileCounts {
    return this.#files[file]!.counts;
  }

  totals(): FileCounts {
    const sum = (pick: (counts: FileCounts) => number): number =>
      this.#files.reduce((total, { counts }) => total + pick(counts), 0);
    return {
      rows: sum(({ rows }) => rows),
      rejects: sum(({ rejects }) => rejects),
      warnings: sum(({ warnings }) => warnings),
      skipped: sum(({ skipped }) => skipped),
    };
  }

  problemsOf(file: number): readonly Problem[] {
    return [...this.#files[file]!.problems.values()]
      .map(({ severity, code, column, rows, lines, example, hint }) => {
        return { severity, code, column, rows, lines: lines.toSorted((one, other) => one - other), example, hint };
      })
      .sort(
        (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || other.rows - one.rows,
      );
  }
}

function count(
  tally: FileTally,
  kind: Pick<Problem, 'severity' | 'code' | 'column' | 'hint'>,
  line: number,
  value: string,
): void {
  const key = JSON.stringify([kind.severity, kind.code, kind.column]);
  let counting = tally.problems.get(key);
  if (counting === undefined) {
    counting = { ...kind, rows: 0, lines: [], example: null, lastLine: -1 };
    tally.problems.set(key, counting);
  }
  if (value !== '') counting.example ??= value;
  if (counting.lastLine === line) return;
  counting.lastLine = line;
  counting.rows += 1;
  if (counting.lines.length < LINES_SHOWN) counting.lines.push(line);
}
