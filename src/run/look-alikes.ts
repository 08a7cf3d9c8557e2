/**
 * What may be one client although the keys differ: a company's name spelt otherwise, a company that stands as a person as
 * well, one e-mail address at two companies, a client of the target with the name of one that is to be created.
 *
 * Premise: they are never merged; a person is told, who knows, so names are found by their hashes and not compared again. Two people of one name in a file are nothing to tell of.
 */

import { displayNameOf, foldCompanyName } from '../mapping/normalise/company-name.js';
import type { Fragment } from '../mapping/fragment.js';
import type { SyncRecord } from '../mapping/record.js';
import type { Client } from '../plan/client.js';
import { foldKey } from '../plan/fold.js';
import { KeyIndex } from '../plan/key-index.js';

export interface LookAlike {
  readonly code: 'same-name' | 'same-contact';
  /** What they have in common, as the later row has it. */
  readonly value: string;
  /** Number of the group that came first. */
  readonly other: number;
}

export class LookAlikes {
  readonly #companies = new KeyIndex();
  readonly #people = new KeyIndex();
  readonly #emails = new KeyIndex();

  /** What an earlier group has in common with this row. @param opens the row is the first of its group */
  note(fragment: Fragment, group: number, opens: boolean): readonly LookAlike[] {
    if (fragment.rejected) return NONE;
    const found: LookAlike[] = [];
    const named = opens ? this.#noteName(fragment, group) : null;
    if (named !== null) found.push(named);
    for (const { email = '' } of fragment.contacts) {
      if (email === '') continue;
      const other = firstOrAdd(this.#emails, foldKey(email), group);
      // One name for both is told already.
      if (other !== group && other !== named?.other) found.push({ code: 'same-contact', value: email, other });
    }
    return found;
  }

  #noteName(fragment: Fragment, group: number): LookAlike | null {
    const { name, isPerson } = displayNameOf(fragment);
    const key = foldCompanyName(name);
    if (key === '') return null;
    const [own, others] = isPerson ? [this.#people, this.#companies] : [this.#companies, this.#people];
    const twin = firstOrAdd(own, key, group);
    const other = isPerson || twin === group ? others.first(key) : twin;
    return other === -1 ? null : { code: 'same-name', value: name, other };
  }
}

const NONE: readonly LookAlike[] = [];

/** Whoever has the key already; adds the group where nobody has. */
function firstOrAdd(index: KeyIndex, key: string, group: number): number {
  const first = index.first(key);
  if (first === -1) index.add(key, group);
  return first === -1 ? group : first;
}

/** Clients of the target that no row of the files names, by what they are called. */
export class UnnamedClients {
  readonly #names = new KeyIndex();

  add({ fields, contacts }: Client, index: number): void {
    const key = foldCompanyName(displayNameOf({ client: fields, contacts }).name);
    if (key !== '') this.#names.add(key, index);
  }

  /** The position of a client that is called as the record is, or -1. */
  find(record: Pick<SyncRecord, 'client' | 'contacts'>): number {
    const key = foldCompanyName(displayNameOf(record).name);
    return key === '' ? -1 : this.#names.first(key);
  }
}
