/**
 * Which sheet of a workbook is read: the one that is named, else the first one with a table that is not hidden. What is
 * left out is said.
 */

import { SyncError } from '../../../errors.js';
import { nearestWord } from '../../../job/nearest.js';
import type { FileNote } from '../../profile.js';
import { countFilledUpTo } from './sheet-rows.js';

export interface SheetSurvey {
  readonly name: string;
  readonly hidden: boolean;
  readonly holds: SheetContent;
}

/** `rows`: something, but not two rows with two values each, so perhaps a cover page. */
export type SheetContent = 'nothing' | 'rows' | 'table';

/** Rows that are looked at to tell a table from a cover page. */
const SURVEY_ROWS_MAX = 1_000;

/** Takes row by row until it knows what a sheet holds. */
export class ContentCheck {
  #rows = 0;
  #wide = 0;

  add(cells: readonly string[]): void {
    this.#rows += 1;
    if (countFilledUpTo(cells, 2) === 2) this.#wide += 1;
  }

  get content(): SheetContent {
    if (this.#wide >= 2) return 'table';
    return this.#rows > 0 ? 'rows' : 'nothing';
  }

  get isDone(): boolean {
    return this.content === 'table' || this.#rows >= SURVEY_ROWS_MAX;
  }
}

export interface SheetChoice {
  /** Position among the sheets. */
  readonly index: number;
  readonly notes: readonly FileNote[];
}

/**
 * The sheet with this name, also a hidden one.
 *
 * @throws SyncError `usage` with the names that there are
 */
export function findSheet(file: string, names: readonly string[], wanted: string): number {
  const exact = names.indexOf(wanted);
  if (exact !== -1) return exact;
  const folded = names.map(fold);
  const same = folded.indexOf(fold(wanted));
  if (same !== -1 && folded.lastIndexOf(fold(wanted)) === same) return same;
  const near = nearestWord(wanted, names);
  throw new SyncError(
    'usage',
    `${file}: has no sheet "${wanted}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    { hint: `Its sheets are: ${quoteNames(names)}.` },
  );
}

/** @throws SyncError `file-empty` when no sheet that is not hidden holds a value */
export function chooseSheet(file: string, sheets: readonly SheetSurvey[]): SheetChoice {
  const index = ['table', 'rows']
    .map((content) => sheets.findIndex((sheet) => !sheet.hidden && sheet.holds === content))
    .find((found) => found !== -1);
  const hidden = sheets.filter((sheet) => sheet.hidden).map((sheet) => sheet.name);
  if (index === undefined) throw refuseBlank(file, hidden);
  const left = sheets.filter((sheet, at) => at !== index && !sheet.hidden && sheet.holds !== 'nothing');
  return {
    index,
    notes: [
      ...(hidden.length === 0
        ? []
        : [
            {
              code: 'sheet-hidden',
              message: `${hidden.length === 1 ? 'The hidden sheet' : 'The hidden sheets'} ${quoteNames(hidden)} ${hidden.length === 1 ? 'is' : 'are'} left out.`,
            },
          ]),
      ...(left.length === 0
        ? []
        : [
            {
              code: 'sheets-left-out',
              message: `Sheet "${sheets[index]!.name}" is read, and not ${quoteNames(left.map((sheet) => sheet.name))}: name another with --sheet "${left[0]!.name}", or as source.sheet in the job.`,
            },
          ]),
    ],
  };
}

function refuseBlank(file: string, hidden: readonly string[]): SyncError {
  return new SyncError('file-empty', `${file}: holds no value in any sheet that is not hidden`, {
    hint:
      hidden.length === 0
        ? 'Check the export: it needs a header row with the names of the columns.'
        : `If the table is in a hidden sheet, name it: --sheet "${hidden[0]}".`,
  });
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

function quoteNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
