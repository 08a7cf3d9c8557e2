/**
 * Clients by a text that is meant to be unique. What was copied from a real server may hold a text twice: its id numbers are
 * unique only as long as nobody creates two clients at the same time (FACTS.md "POST create").
 */

import { foldKey } from '../plan/fold.js';
import type { StoredClient } from './store.js';

const NOBODY: readonly StoredClient[] = [];

export class KeyIndex {
  /** A list only where there are several: most texts have one client, and there may be a million of them. */
  readonly #holders = new Map<string, StoredClient | readonly StoredClient[]>();

  /** Letter case, accents and blanks at the end do not count; blank finds nobody. */
  find(text: string): readonly StoredClient[] {
    const holders = text === '' ? undefined : this.#holders.get(foldKey(text));
    if (holders === undefined) return NOBODY;
    return Array.isArray(holders) ? (holders as readonly StoredClient[]) : [holders as StoredClient];
  }

  /** Somebody else than `self` who has it. */
  findOther(text: string, self?: StoredClient): StoredClient | undefined {
    return this.find(text).find((client) => client !== self);
  }

  add(text: string, client: StoredClient): void {
    const holders = this.find(text);
    this.#holders.set(foldKey(text), holders.length === 0 ? client : [...holders, client]);
  }

  remove(text: string, client: StoredClient): void {
    const rest = this.find(text).filter((other) => other !== client);
    if (rest.length === 0) this.#holders.delete(foldKey(text));
    else this.#holders.set(foldKey(text), rest);
  }
}
