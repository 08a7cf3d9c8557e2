/**
 * Which company a contact of another file belongs to. Companies are known by the names of their layout's keys; a contact
 * has a link for each of them, the strongest first.
 *
 * Invariant: a link that two companies answer to finds neither, and a name finds no company whose id is another one than
 * the contact's.
 */

import type { Skip } from '../mapping/record.js';
import { foldKey } from '../plan/fold.js';
import { KeyIndex } from '../plan/key-index.js';

export type CompanyLink =
  | { readonly kind: 'group'; readonly group: number }
  /** Its company was deleted or is no customer: the contact is none of ours either. */
  | { readonly kind: 'left-out'; readonly company: LeftOut }
  /** `groups` are those that answer to it, several or none. */
  | { readonly kind: 'orphan'; readonly value: string; readonly hint: string; readonly groups: readonly number[] };

type LeftOut = Pick<Skip, 'row' | 'code'>;

export class Companies {
  /** One index for each of a layout's keys. */
  readonly #groups = new Map<number, KeyIndex>();
  readonly #leftOut = new Map<string, LeftOut>();
  /** 1 for each company that has the strongest of its names. */
  #identified = new Uint8Array(1024);

  add(names: readonly string[], group: number): void {
    for (const [nth, name] of names.entries()) {
      if (name === '') continue;
      const index = this.#groups.get(nth) ?? new KeyIndex();
      index.add(name, group);
      this.#groups.set(nth, index);
      if (nth === 0) this.#identify(group);
    }
  }

  /** Notes a company whose row was skipped. */
  leaveOut(names: readonly string[], { row, code }: Skip): void {
    if (code !== 'deleted-in-source' && code !== 'not-a-customer') return;
    for (const [nth, name] of names.entries()) if (name !== '') this.#leftOut.set(`${nth}:${name}`, { row, code });
  }

  /** @param written the links that are not blank, as the file has them, for people */
  find(links: readonly string[], written: () => readonly string[]): CompanyLink {
    for (const [nth, link] of links.entries()) {
      if (link === '') continue;
      const groups = new Set<number>();
      this.#groups.get(nth)?.forEach(link, (group) => groups.add(group));
      const [group] = groups;
      if (groups.size === 1 && group !== undefined) {
        // The strongest link was tried before: that company has another id.
        const isOther = nth > 0 && links[0] !== '' && this.#identified[group] === 1;
        return isOther ? anotherAnswers(written(), [group]) : { kind: 'group', group };
      }
      if (groups.size > 1) return severalAnswer(written().find((text) => foldKey(text) === link) ?? link, [...groups]);
    }
    const nth = links.findIndex((link) => link !== '');
    const company = this.#leftOut.get(`${nth}:${links[nth] ?? ''}`);
    return company === undefined ? noneAnswers(written()) : { kind: 'left-out', company };
  }

  #identify(group: number): void {
    if (group >= this.#identified.length) {
      const wider = new Uint8Array(Math.max(this.#identified.length * 2, group + 1));
      wider.set(this.#identified);
      this.#identified = wider;
    }
    this.#identified[group] = 1;
  }

  clear(): void {
    this.#identified = new Uint8Array(0);
    this.#groups.clear();
    this.#leftOut.clear();
  }
}

function severalAnswer(name: string, groups: readonly number[]): CompanyLink {
  const hint = `${groups.length} companies answer to "${name}": give the contact the id of the right one, or export the association ids.`;
  return { kind: 'orphan', value: name, hint, groups };
}

/** @param names the id first, then what the company is called */
function anotherAnswers(names: readonly string[], groups: readonly number[]): CompanyLink {
  const [id = '', ...others] = names;
  const hint = `No company in the file has the id "${id}", and ${others.map((name) => `"${name}"`).join(' or ')} is one with another id: export the company as well, or correct the contact's company.`;
  return { kind: 'orphan', value: id, hint, groups };
}

function noneAnswers(names: readonly string[]): CompanyLink {
  const hint = `No company in the file answers to ${names.map((name) => `"${name}"`).join(' or ')}: export the company as well, or correct the contact's company.`;
  return { kind: 'orphan', value: names[0] ?? '', hint, groups: [] };
}
