/**
 * The changes of a plan in the making, each with what the job will know about its client afterwards: any number of
 * them, kept as texts in a spill file, given back in the plan's order.
 */

import { createHash } from 'node:crypto';
import { CHANGE_ORDER } from '../plan/change.js';
import type { ChangeKind } from '../plan/change.js';
import type { DraftChange } from '../plan/diff.js';
import { decodeClaim, encodeClaim } from './claim-code.js';
import type { Pushed } from './claims.js';
import { openSpill } from './spill.js';
import type { Claim, PlannedChange } from './store.js';

export interface ChangeSpill extends Iterable<PlannedChange> {
  /** @param pushed what the client will have been given; `null`: the change is no claim to it */
  add(change: DraftChange, pushed: Pushed | null): void;
  count(kind: ChangeKind): number;
  /** In the order of the changes, for those that are one. */
  claims(): Iterable<Claim>;
  /** SHA-256 over the changes in order, hex: what was looked at is what is applied. */
  digest(): string;
  close(): void;
}

export function openChangeSpill(folder: string): ChangeSpill {
  /** Change and claim in turns; `''` where there is no claim. */
  const spill = openSpill(folder);
  /** Kind by kind, as the file has them. */
  const byKind: Record<ChangeKind, number[]> = {
    create: [],
    update: [],
    restore: [],
    upload: [],
    archive: [],
    delete: [],
  };
  function* inOrder(): Generator<{ readonly seq: number; readonly index: number }> {
    let seq = 0;
    for (const kind of CHANGE_ORDER) {
      for (const index of byKind[kind]) {
        seq += 1;
        yield { seq, index };
      }
    }
  }
  /** A change's text is its draft's with the number in front: as `JSON.stringify({ seq, ...draft })` writes it. */
  function* changes(): Generator<PlannedChange> {
    for (const { seq, index } of inOrder()) yield { seq, body: `{"seq":${seq},${spill.read(index).slice(1)}` };
  }
  function* claims(): Generator<Claim> {
    for (const { seq, index } of inOrder()) {
      const text = spill.read(index + 1);
      if (text !== '') yield { change: seq, ...decodeClaim(text) };
    }
  }
  return {
    add(change, pushed) {
      byKind[change.kind].push(spill.append(JSON.stringify(change)));
      spill.append(pushed === null ? '' : encodeClaim({ clientId: change.clientId, ...pushed, absences: 0 }));
    },
    count: (kind) => byKind[kind].length,
    claims,
    digest() {
      const hash = createHash('sha256');
      for (const { body } of changes()) hash.update(`${body}\n`);
      return hash.digest('hex');
    },
    [Symbol.iterator]: changes,
    close: () => spill.close(),
  };
}
