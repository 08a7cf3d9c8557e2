/** Long lists in portions that a statement, and the memory, can take. */

import { setImmediate as nextTurn } from 'node:timers/promises';

export const ROWS_PER_PAGE = 500;
/** Below the smallest limit of values in a statement (SQLite 32,766, PostgreSQL 65,535), at up to 8 values an id. */
export const IDS_PER_STATEMENT = 1_000;

/** Row after row; a page is read when the one before it is used up, and rows may be updated in between. */
export async function* readPages<Row extends { readonly seq: number }>(
  readPage: (after: number) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let after = 0;
  for (;;) {
    const rows = await readPage(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PAGE) return;
    after = last.seq;
    // An engine in the process answers at once: without this, timers stand still until the last page.
    await nextTurn();
  }
}

export function* chunk<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let current: Item[] = [];
  for (const item of items) {
    current.push(item);
    if (current.length < size) continue;
    yield current;
    current = [];
  }
  if (current.length > 0) yield current;
}
