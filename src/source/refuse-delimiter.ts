/**
 * Texts whose columns stand between characters that are not read as delimiters: refused with what it is, since read as
 * one column they would only say that nothing was found.
 *
 * A colon or a blank stands in many texts, so there all records must agree and a column must hold values.
 */

import { SyncError } from '../errors.js';
import { countFilled, isBlank, isValue } from './cell-kinds.js';
import { detectDialect, scoreRecords } from './dialect.js';
import type { Sample } from './dialect.js';
import { parseRecords } from './records.js';

interface Rule {
  readonly name: string;
  readonly widthMin: number;
  readonly needsValues: boolean;
}

const STRANGE: Readonly<Record<string, Rule>> = {
  '^': { name: 'carets (^)', widthMin: 2, needsValues: false },
  '~': { name: 'tildes (~)', widthMin: 2, needsValues: false },
  '\u001f': { name: 'unit separators (0x1F)', widthMin: 2, needsValues: false },
  '\u0001': { name: 'the control character 0x01', widthMin: 2, needsValues: false },
  '#': { name: 'number signs (#)', widthMin: 3, needsValues: true },
  ':': { name: 'colons', widthMin: 3, needsValues: true },
  ' ': { name: 'blanks', widthMin: 3, needsValues: true },
};
const RECORDS_MIN = 2;
const RECORDS_WITH_VALUES_MIN = 4;

/**
 * Throws `file-not-csv` when a delimiter that is not read explains the sample and none that is read does.
 *
 * @param sep what a `sep=` line says
 */
export function refuseDelimiter(path: string, sample: Sample, sep: string | undefined): void {
  const text = sample.bytes.toString('utf8');
  const crOnly = !text.includes('\n');
  const strange = Object.entries(STRANGE).find(
    ([delimiter, rule]) => text.includes(delimiter) && isTable(sample, delimiter, rule, crOnly),
  );
  if (sep === undefined) {
    if (strange === undefined) return;
    const { marks, score } = detectDialect(sample, crOnly, undefined);
    const own = parseRecords(sample.bytes, { ...marks, delimiter: strange[0] }, 1, sample.whole);
    if (score >= scoreRecords(own.rows, own.broken.length)) return;
  }
  const name = strange?.[1].name ?? `"${sep}", as its first line says`;
  throw new SyncError('file-not-csv', `${path}: its columns are separated by ${name}, which is not read`, {
    hint: 'Export it again with commas, semicolons, tabs or vertical bars between the columns.',
  });
}

function isTable(sample: Sample, delimiter: string, rule: Rule, crOnly: boolean): boolean {
  const block = parseRecords(sample.bytes, { delimiter, quote: '"', crOnly }, 1, sample.whole);
  const records = block.rows.map((row) => row.cells).filter((cells) => countFilled(cells) > 0);
  const [header, ...rows] = records;
  const recordsMin = rule.needsValues ? RECORDS_WITH_VALUES_MIN : RECORDS_MIN;
  if (header === undefined || records.length < recordsMin || block.broken.length > 0) return false;
  if (header.length < rule.widthMin || rows.some((cells) => cells.length !== header.length)) return false;
  if (header.some((name) => isBlank(name) || isValue(name)) || new Set(header).size < header.length) return false;
  return !rule.needsValues || header.some((_, index) => rows.every((cells) => isValue(cells[index]!)));
}
