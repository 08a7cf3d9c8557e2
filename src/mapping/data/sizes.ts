/** The company sizes, in employees, of the target (FACTS.md [017]). Sorted by id. */

export type SizeRow = readonly [id: string, name: string];

export const SIZES: readonly SizeRow[] = [
  ['1', '1 - 3'],
  ['2', '4 - 10'],
  ['3', '11 - 50'],
  ['4', '51 - 100'],
  ['5', '101 - 500'],
  ['6', '500+'],
];
