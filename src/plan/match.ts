/**
 * Which record is which client. Pure bookkeeping over numbers: records and clients are told by their position.
 *
 * Terms: a *level* is a match key in the job's order (level 0 is the strongest); a record or client has any number of
 * key texts on a level (several e-mail addresses), already folded as the server's collation folds them.
 * Premise: never guess between two. A wrong pair overwrites somebody's data; a rejected row only waits for a person.
 * Algorithm: a record takes the client that the strongest of its levels finds, when that is exactly one. It is rejected
 * when a level finds several (a deleted client stands back for one that is not deleted), when a weaker level finds a
 * client that has another value on a stronger one (an e-mail address that belongs to another `id_number`), when a
 * stronger claim or a second equal one meets it at the client, when another record has the same identity, and when a
 * value that the target keeps unique is another client's or another record's: the target would refuse it. A client that
 * any record names, rejected or not, is not missing from the file.
 */

import { KeyIndex, widen } from './key-index.js';

/** Key texts by level. */
export type Keys = readonly (readonly string[])[];

export type Match =
  | { readonly kind: 'none' }
  | { readonly kind: 'client'; readonly client: number; readonly level: number }
  /** No key at all: a second run could not find the client again. */
  | { readonly kind: 'no-key' }
  | { readonly kind: 'ambiguous'; readonly clients: readonly number[]; readonly level: number }
  | { readonly kind: 'conflict'; readonly client: number; readonly level: number; readonly strongerLevel: number }
  /** The record's value of a key that the target keeps unique is another client's. */
  | { readonly kind: 'taken'; readonly client: number; readonly level: number }
  | { readonly kind: 'outbid'; readonly client: number; readonly level: number; readonly record: number }
  | { readonly kind: 'duplicate'; readonly record: number; readonly level: number };

const DELETED = 1;
const NAMED = 2;
/** More clients than this make a match no more ambiguous: an address that thousands share would fill the memory. */
export const CANDIDATES_MAX = 50;

interface Claim {
  readonly record: number;
  readonly level: number;
}

export class Matcher {
  /** Levels that find clients; `#levels` has those that are only checked as well. */
  readonly #matching: number;
  readonly #unique: readonly number[];
  readonly #levels: number;
  readonly #indexes: readonly KeyIndex[];
  /** One candidate a level and record, -1 for none; further ones in `#others`. */
  #candidates: Int32Array<ArrayBuffer>[];
  readonly #others = new Map<string, Set<number>>();
  /** Another record with the same key, by level. */
  readonly #twins: readonly Map<number, number>[];
  /** A bit for each level on which there is a key: there are at most eight. */
  #recordLevels = new Uint8Array(1024);
  #clientLevels = new Uint8Array(1024);
  /** `DELETED` at the target, `NAMED` by a record. */
  #clientMarks = new Uint8Array(1024);
  readonly #shadows = new Set<number>();
  #records = 0;
  #clients = 0;
  /** Which record a client was given to: -1 none. */
  #claims: Int32Array<ArrayBuffer> | null = null;
  readonly #rivals = new Map<number, Claim[]>();
  readonly #lost = new Map<number, Match>();

  /**
   * @param levels how many levels find clients
   * @param unique the levels whose values the target accepts once; those behind the last level find nobody
   * @param recordsExpected room for their keys from the start
   */
  constructor(levels: number, unique: readonly number[] = [], recordsExpected = 0) {
    this.#matching = levels;
    this.#unique = unique;
    const all = Math.max(levels, ...unique.map((level) => level + 1));
    this.#levels = all;
    this.#indexes = Array.from({ length: all }, () => new KeyIndex(recordsExpected));
    this.#candidates = Array.from({ length: all }, () => new Int32Array(1024).fill(-1));
    this.#twins = Array.from({ length: all }, () => new Map<number, number>());
  }

  /**
   * Adds the next record; a `shadow` (a rejected row) keeps its clients from being missing and claims nothing. Shadows
   * with keys come after all records: they are nobody's twin.
   */
  addRecord(keys: Keys, shadow = false): void {
    const record = this.#records;
    this.#records += 1;
    if (shadow) this.#shadows.add(record);
    if (record >= this.#recordLevels.length) {
      this.#recordLevels = widen(this.#recordLevels);
      this.#candidates = this.#candidates.map(widenEmpty);
    }
    let mask = 0;
    for (let level = 0; level < this.#levels; level += 1) {
      const index = this.#indexes[level];
      const twins = this.#twins[level];
      for (const key of keys[level] ?? []) {
        if (key === '' || index === undefined || twins === undefined) continue;
        mask |= 1 << level;
        const other = index.first(key);
        if (other >= 0 && other !== record && !shadow) {
          twins.set(record, other);
          if (!twins.has(other)) twins.set(other, record);
        }
        if (other !== record) index.add(key, record);
      }
    }
    this.#recordLevels[record] = mask;
  }

  /** Adds the next client, after all records. */
  addClient(keys: Keys, deleted: boolean): void {
    const client = this.#clients;
    this.#clients += 1;
    if (client >= this.#clientLevels.length) {
      this.#clientLevels = widen(this.#clientLevels);
      this.#clientMarks = widen(this.#clientMarks);
    }
    let mask = 0;
    let marks = deleted ? DELETED : 0;
    for (let level = 0; level < this.#levels; level += 1) {
      for (const key of keys[level] ?? []) {
        if (key === '') continue;
        mask |= 1 << level;
        this.#indexes[level]?.forEach(key, (record) => {
          // Whatever becomes of the record, the client is in the file.
          marks |= NAMED;
          this.#note(level, record, client);
        });
      }
    }
    this.#clientLevels[client] = mask;
    this.#clientMarks[client] = marks;
  }

  #note(level: number, record: number, client: number): void {
    const candidates = this.#candidates[level];
    if (candidates === undefined) return;
    const known = candidates[record] ?? -1;
    if (known === -1) {
      candidates[record] = client;
    } else if (known !== client) {
      const key = `${level}:${record}`;
      const others = this.#others.get(key) ?? new Set();
      if (others.size < CANDIDATES_MAX) this.#others.set(key, others.add(client));
    }
  }

  /** Settles who gets whom. After this, `matchOf` and `isNamed` answer. */
  resolve(): void {
    this.#claims = new Int32Array(Math.max(this.#clients, 1)).fill(-1);
    for (let record = 0; record < this.#records; record += 1) {
      const match = this.#proposeFor(record);
      if (match.kind !== 'client' || this.#shadows.has(record)) continue;
      const holder = this.#claims[match.client] ?? -1;
      if (holder === -1) {
        this.#claims[match.client] = record;
        continue;
      }
      const rivals = this.#rivals.get(match.client) ?? [{ record: holder, level: this.#levelOf(holder) }];
      rivals.push({ record, level: match.level });
      this.#rivals.set(match.client, rivals);
    }
    for (const [client, claims] of this.#rivals) this.#settleRivals(client, claims);
  }

  #settleRivals(client: number, claims: readonly Claim[]): void {
    const best = Math.min(...claims.map((claim) => claim.level));
    const strongest = claims.filter((claim) => claim.level === best);
    const [first] = strongest;
    if (first === undefined || this.#claims === null) return;
    const winner = strongest.length === 1 ? first : null;
    this.#claims[client] = winner?.record ?? -1;
    for (const claim of claims) {
      if (claim === winner) continue;
      const against = winner ?? claims.find((other) => other !== claim) ?? first;
      this.#lost.set(claim.record, { kind: 'outbid', client, level: claim.level, record: against.record });
    }
  }

  #levelOf(record: number): number {
    const match = this.#proposeFor(record);
    return match.kind === 'client' ? match.level : 0;
  }

  #proposeFor(record: number): Match {
    const mask = this.#maskOf(record);
    if (mask === 0) return { kind: 'no-key' };
    for (let level = 0; level < this.#matching; level += 1) {
      const found = this.#candidatesAt(level, record);
      const alive = found.filter((client) => ((this.#clientMarks[client] ?? 0) & DELETED) === 0);
      const candidates = found.length > 1 && alive.length > 0 ? alive : found;
      const [client] = candidates;
      if (client === undefined) continue;
      if (candidates.length > 1) return { kind: 'ambiguous', clients: candidates, level };
      const stronger = mask & (this.#clientLevels[client] ?? 0) & ((1 << level) - 1);
      if (stronger !== 0)
        return { kind: 'conflict', client, level, strongerLevel: 31 - Math.clz32(stronger & -stronger) };
      return { kind: 'client', client, level };
    }
    return { kind: 'none' };
  }

  #candidatesAt(level: number, record: number): readonly number[] {
    const first = this.#candidates[level]?.[record] ?? -1;
    if (first === -1) return [];
    const others = this.#others.get(`${level}:${record}`);
    return others === undefined ? [first] : [first, ...others];
  }

  matchOf(record: number): Match {
    const lost = this.#lost.get(record);
    if (lost !== undefined) return lost;
    const match = this.#proposeFor(record);
    if (match.kind !== 'none' && match.kind !== 'client') return match;
    const mask = this.#maskOf(record);
    const identity = 31 - Math.clz32(mask & -mask);
    for (const level of [identity, ...this.#unique]) {
      const twin = this.#twins[level]?.get(record);
      if (twin !== undefined) return { kind: 'duplicate', record: twin, level };
    }
    const own = match.kind === 'client' ? match.client : -1;
    for (const level of this.#unique) {
      const holder = this.#candidatesAt(level, record).find((client) => client !== own);
      if (holder !== undefined) return { kind: 'taken', client: holder, level };
    }
    return match;
  }

  /** The levels that can find the record's client. */
  #maskOf(record: number): number {
    return (this.#recordLevels[record] ?? 0) & ((1 << this.#matching) - 1);
  }

  /** A record, rejected or not, has one of the client's keys. */
  isNamed(client: number): boolean {
    return ((this.#clientMarks[client] ?? 0) & NAMED) !== 0;
  }
}

function widenEmpty(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2).fill(-1);
  wider.set(array);
  return wider;
}
