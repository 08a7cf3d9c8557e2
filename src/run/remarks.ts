/** Rejects, warnings and skips of a run, in a spill file: a bad export has as many of them as rows. */

import { openSpill } from './spill.js';

export interface Remarks<Remark> extends Iterable<Remark> {
  readonly count: number;
  add(remark: Remark): void;
  close(): void;
}

export function openRemarks<Remark>(folder: string): Remarks<Remark> {
  const spill = openSpill(folder);
  return {
    get count() {
      return spill.count;
    },
    add(remark) {
      spill.append(JSON.stringify(remark));
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < spill.count; index += 1) yield JSON.parse(spill.read(index)) as Remark;
    },
    close: () => spill.close(),
  };
}
