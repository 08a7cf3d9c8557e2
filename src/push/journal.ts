/**
 * Intents and outcomes of a push, written in groups: a commit that reaches the disk costs more than the rest of a change.
 *
 * Invariants: an intent is durable before its request; nobody hears of an outcome before it is durable; the outcomes that
 * are known are written before the next intents. So after `kill -9` at most one group, and what was still under way of the
 * one before, is in doubt.
 */

import type { Change, Outcome } from '../plan/change.js';

/** Intents, and outcomes, of one commit. */
export const GROUP_MAX = 25;
/** An outcome waits no longer for others. */
const FLUSH_AFTER_MS = 100;

export interface JournalOptions {
  readonly begin: (seqs: readonly number[]) => Promise<void>;
  readonly finish: (outcomes: readonly Outcome[]) => Promise<void>;
}

export class Journal {
  readonly #options: JournalOptions;
  #pending: { readonly outcome: Outcome; readonly onDurable: () => void }[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  /** Nothing is written any more once that failed: what is unwritten is in doubt. */
  #failure: unknown = null;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /**
   * Takes the changes that are sent next, in order. The function that it returns notes the intent of one of them, with
   * those of its group, and is called right before the request.
   */
  groups(changes: readonly Change[], size: number = GROUP_MAX): (change: Change) => Promise<void> {
    const groupOf = new Map(changes.map((change, at) => [change.seq, Math.floor(at / size)]));
    const begun = new Map<number, Promise<void>>();
    return (change) => {
      const group = groupOf.get(change.seq) ?? 0;
      const known = begun.get(group);
      if (known !== undefined) return known;
      const seqs = changes.slice(group * size, (group + 1) * size).map(({ seq }) => seq);
      const begin = this.flush().then(() => this.#options.begin(seqs));
      begun.set(group, begin);
      return begin;
    };
  }

  note(outcome: Outcome, onDurable: () => void = () => undefined): void {
    this.#pending.push({ outcome, onDurable });
    if (this.#pending.length >= GROUP_MAX) void this.#write();
    else this.#timer ??= setTimeout(() => void this.#write(), FLUSH_AFTER_MS);
  }

  /**
   * Resolves when all outcomes that were noted are durable.
   *
   * @throws SyncError what the store threw, now or earlier
   */
  async flush(): Promise<void> {
    await this.#write();
    if (this.#failure !== null) throw this.#failure;
  }

  #write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writeAfter(this.#writing);
    return this.#writing;
  }

  /** Never rejects. */
  async #writeAfter(earlier: Promise<void>): Promise<void> {
    await earlier;
    const noted = this.#pending;
    if (noted.length === 0 || this.#failure !== null) return;
    this.#pending = [];
    try {
      await this.#options.finish(noted.map(({ outcome }) => outcome));
      for (const { onDurable } of noted) onDurable();
    } catch (error) {
      this.#failure = error;
    }
  }
}
