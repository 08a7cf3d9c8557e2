/** Numbers of employees to the target's six size classes. */

import { SIZES } from '../data/sizes.js';

/** Least number of employees of each class, largest class first. */
const CLASSES: readonly (readonly [employeesMin: number, id: string])[] = [
  [501, '6'],
  [101, '5'],
  [51, '4'],
  [11, '3'],
  [4, '2'],
  [1, '1'],
];

const LABELS: ReadonlyMap<string, string> = new Map(SIZES.map(([id, name]) => [name.replaceAll(' ', ''), id]));
const IDS: ReadonlySet<string> = new Set(SIZES.map(([id]) => id));

const NUMBER = String.raw`(?:\d{1,3}(?:[.,' ]\d{3})+|\d{1,9})`;
const RANGE = new RegExp(
  `^(${NUMBER})(?:\\.0+)? ?(?:(?:-|–|—|to|bis|à|a) ?(${NUMBER})|(\\+|and more|or more|und mehr))?$`,
  'u',
);
const AROUND =
  /^(?:>|over|more than|über|mehr als) ?|\s*(?:employees|mitarbeiter|mitarbeitende|employés|empleados|staff|people)$/giu;

export interface SizeOptions {
  /** A bare `1` to `6` is an id, as in the target's own export, and not a number of employees. */
  readonly idsAllowed?: boolean;
}

/**
 * The target's size id for a number of employees (`51`, `1,200`), a range that lies within one class (`11-50`, not
 * `51-200`), or the class's own label (`4 - 10`). `undefined` for anything else, `0` included.
 */
export function sizeId(text: string, options: SizeOptions = {}): string | undefined {
  const trimmed = text.trim();
  if (options.idsAllowed === true && IDS.has(trimmed)) return trimmed;
  const label = LABELS.get(trimmed.replace(/\s+/gu, ''));
  if (label !== undefined) return label;
  const words = trimmed.toLowerCase().replace(/\s+/gu, ' ');
  const [, from = '', to, more] = RANGE.exec(words.replace(AROUND, '').trim()) ?? [];
  if (from === '') return undefined;
  const least = countOf(from);
  const lowest = classOf(least);
  if (more !== undefined || /^(?:>|over|more|über|mehr)/u.test(words)) return least >= 500 ? '6' : undefined;
  return to === undefined || classOf(countOf(to)) === lowest ? lowest : undefined;
}

function countOf(digits: string): number {
  return Number(digits.replace(/\D/gu, ''));
}

function classOf(employees: number): string | undefined {
  return CLASSES.find(([employeesMin]) => employees >= employeesMin)?.[1];
}
