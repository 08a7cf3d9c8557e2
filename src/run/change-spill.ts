/** The changes of a plan in the making: any number of them, kept as texts in a spill file, given back in the plan's order. */

import { createHash } from 'node:crypto';
import { CHANGE_ORDER } from '../plan/change.js';
import type { ChangeKind } from '../plan/change.js';
import type { DraftChange } from '../plan/diff.js';
import { openSpill } from './spill.js';
import type { PlannedChange } from './store.js';

export interface ChangeSpill extends Iterable<PlannedChange> {
  add(change: DraftChange): void;
  count(kind: ChangeKind): number;
  /** SHA-256 over the changes in order, hex: what was looked at is what is applied. */
  digest(): string;
  close(): void;
}

export function openChangeSpill(folder: string): ChangeSpill {
  const spill = openSpill(folder);
  /** Kind by kind, as the file has them. */
  const byKind: Record<ChangeKind, number[]> = { create: [], update: [], restore: [], archive: [], delete: [] };
  /** A change's text is its draft's with the number in front: as `JSON.stringify({ seq, ...draft })` writes it. */
  function* inOrder(): Generator<PlannedChange> {
    let seq = 0;
    for (const kind of CHANGE_ORDER) {
      for (const index of byKind[kind]) {
        seq += 1;
        yield { seq, body: `{"seq":${seq},${spill.read(index).slice(1)}` };
      }
    }
  }
  return {
    add: (change) => void byKind[change.kind].push(spill.append(JSON.stringify(change))),
    count: (kind) => byKind[kind].length,
    digest() {
      const hash = createHash('sha256');
      for (const { body } of inOrder()) hash.update(`${body}\n`);
      return hash.digest('hex');
    },
    [Symbol.iterator]: inOrder,
    close: () => spill.close(),
  };
}
