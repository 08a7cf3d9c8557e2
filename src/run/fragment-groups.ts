/** What the rows of each group say, in a spill file; in memory stays only which row follows which in its group. */

import { assert } from '../errors.js';
import type { Fragment } from '../mapping/fragment.js';
import { widen } from '../plan/key-index.js';
import { decodeFragment, encodeFragment } from './fragment-code.js';
import { openSpill } from './spill.js';
import type { Spill } from './spill.js';

export class FragmentGroups {
  readonly #spill: Spill;
  // Positions in the spill file plus one: 0 says that there is none.
  /** By group. */
  #first = new Int32Array(1024);
  #last = new Int32Array(1024);
  /** By position. */
  #next = new Int32Array(1024);

  constructor(folder: string) {
    this.#spill = openSpill(folder);
  }

  /** Tells whether it is the group's first. */
  append(group: number, fragment: Fragment): boolean {
    const index = this.#spill.append(encodeFragment(fragment));
    if (index >= this.#next.length) this.#next = widen(this.#next);
    this.#next[index] = 0;
    if (group >= this.#first.length) {
      this.#first = widen(this.#first);
      this.#last = widen(this.#last);
    }
    const last = this.#last[group] ?? 0;
    if (last === 0) this.#first[group] = index + 1;
    else this.#next[last - 1] = index + 1;
    this.#last[group] = index + 1;
    return last === 0;
  }

  /** Nothing is appended any more. */
  endAppending(): void {
    this.#last = new Int32Array(0);
  }

  first(group: number): Fragment {
    return this.#decode(this.#first[group] ?? 0);
  }

  /** In the order in which they were read. */
  read(group: number): readonly Fragment[] {
    const fragments: Fragment[] = [];
    let place = this.#first[group] ?? 0;
    while (place !== 0) {
      fragments.push(this.#decode(place));
      place = this.#next[place - 1] ?? 0;
    }
    assertTogether(fragments);
    return fragments;
  }

  #decode(place: number): Fragment {
    return decodeFragment(this.#spill.read(place - 1));
  }

  close(): void {
    this.#spill.close();
  }
}

/** Groups were found by hashes: what they hold must really belong together. */
function assertTogether(fragments: readonly Fragment[]): void {
  const [first] = fragments;
  if (first === undefined || fragments.length === 1) return;
  for (const fragment of fragments) {
    const linked =
      fragment.links?.some((link, nth) => link !== '' && fragments.some((other) => other.names[nth] === link)) ?? false;
    assert(linked || fragment.key === first.key, `lines ${first.row.line} and ${fragment.row.line} are one client`);
  }
}
