/**
 * The changes of one batch sent, each as its client is when the request leaves.
 *
 * Invariants: right before each write the lease is checked, and what a write is made from is no older than freshness.ts
 * allows; what is too old is put onto the client as it is now.
 */

import pLimit from 'p-limit';
import { assert } from '../errors.js';
import type { Change } from '../plan/change.js';
import { BATCH_MAX } from '../plan/requests.js';
import { asBack, sendBulk } from './bulk.js';
import type { BulkAction, BulkTell } from './bulk.js';
import { StaleLook } from './freshness.js';
import type { Freshness } from './freshness.js';
import type { Journal } from './journal.js';
import { prepareChange } from './prepare.js';
import type { PushInput } from './push.js';
import { sendChange } from './send.js';
import type { Item, SendInput, Sent } from './send.js';

interface BatchSenderOptions {
  readonly input: Pick<PushInput, 'ninja' | 'signal' | 'concurrency' | 'checkLease'>;
  readonly sending: SendInput;
  readonly journal: Journal;
  readonly freshness: Freshness;
  /** @throws SyncError when the run is stopped */
  readonly lookAgain: () => Promise<void>;
  readonly note: (change: Change, sent: Sent) => void;
  /** Nothing more is sent; the first reason counts. */
  readonly stopFor: (error: unknown) => void;
  readonly isStopped: () => boolean;
  /** @throws SyncError when the run is stopped */
  readonly checkStop: () => void;
}

export class BatchSender {
  readonly #options: BatchSenderOptions;
  readonly #limit;
  #looking: Promise<void> | null = null;

  constructor(options: BatchSenderOptions) {
    this.#options = options;
    this.#limit = pLimit(options.input.concurrency);
  }

  /** All of one kind. */
  async send(items: readonly Item[]): Promise<void> {
    const kind = items[0]?.planned.kind;
    if (kind === undefined) return;
    if (kind === 'restore') await this.#restore(items);
    else if (kind === 'archive' || kind === 'delete') await this.#bulk(kind, items, this.#note);
    else await this.#each(items, this.#options.journal.groups(items.map(({ planned }) => planned)));
  }

  async #each(items: readonly Item[], begin: (change: Change) => Promise<void>): Promise<void> {
    const sendOne = async (item: Item): Promise<void> => {
      try {
        for (let next: Item | undefined = item; next !== undefined;) {
          if (this.#options.isStopped() || this.#options.input.signal.aborted) return;
          next = await this.#tryItem(next, begin);
        }
      } catch (error) {
        this.#options.stopFor(error);
      }
    };
    await Promise.all(items.map((item) => this.#limit(() => sendOne(item))));
  }

  /** Gives the item as it has to be sent instead, when what was known of its client is too old. */
  async #tryItem(item: Item, begin: (change: Change) => Promise<void>): Promise<Item | undefined> {
    try {
      await begin(item.planned);
      this.#note(item, await sendChange(item, this.#sendingOf([item])));
      return undefined;
    } catch (error) {
      if (!(error instanceof StaleLook)) throw error;
      const [again] = await this.#prepareAgain([item], error);
      return again;
    }
  }

  /** Puts what was not sent onto the clients as they are now. */
  async #prepareAgain(items: readonly Item[], { acted }: StaleLook): Promise<readonly Item[]> {
    // Others may have looked meanwhile.
    if (items.some(({ look }) => look === this.#options.sending.look.count)) {
      this.#looking ??= this.#options.lookAgain().finally(() => {
        this.#looking = null;
      });
      await this.#looking;
    }
    return items.flatMap((item) => {
      const status = acted || item.inDoubt ? 'sending' : 'planned';
      const prepared = prepareChange({ change: item.planned, status, outcome: null }, this.#options.sending.look);
      if (prepared.kind === 'send') return [{ ...prepared.item, notes: [...item.notes, ...prepared.item.notes] }];
      this.#options.note(item.planned, prepared.sent);
      return [];
    });
  }

  #sendingOf(items: readonly Item[]): SendInput {
    const { ninja, signal } = this.#options.input;
    return {
      ...this.#options.sending,
      ninja: ninja.under({ signal, beforeWrite: (uploads) => this.#checkWrite(items, uploads) }),
    };
  }

  /** The last thing before a write leaves. */
  async #checkWrite(items: readonly Item[], uploads: boolean): Promise<void> {
    this.#options.checkStop();
    await this.#options.input.checkLease();
    // A file that is added to a client writes over nothing.
    if (uploads) return;
    if (items.some(({ look }) => look !== this.#options.sending.look.count)) throw new StaleLook();
    this.#options.freshness.check();
  }

  /** The clients come back together; what differs is written then, one by one. Their `updated_at` moved by our own hand. */
  async #restore(items: readonly Item[]): Promise<void> {
    const back = items.filter(({ change }) => change.before?.state === 'active');
    const away = items.filter(({ change }) => change.before?.state !== 'active');
    if (away.length > 0) {
      await this.#bulk('restore', away, (item, sent) => {
        if (sent.kind === 'written') back.push({ ...item, notes: sent.notes });
        else this.#note(item, sent);
      });
    }
    await this.#each(back, this.#options.journal.groups(back.map(({ planned }) => planned)));
  }

  async #bulk(action: BulkAction, items: readonly Item[], tell: BulkTell): Promise<void> {
    try {
      for (let left = items; left.length > 0;) left = await this.#tryBulk(action, left, tell);
    } catch (error) {
      this.#options.stopFor(error);
    }
  }

  /** Gives the items that have to be sent as their clients are now. */
  async #tryBulk(action: BulkAction, items: readonly Item[], tell: BulkTell): Promise<readonly Item[]> {
    const [first] = items;
    assert(first !== undefined, 'a bulk call has a client');
    const told = new Set<Change>();
    const noteTold: BulkTell = (item, sent) => {
      told.add(item.planned);
      tell(item, sent);
    };
    try {
      const changes = items.map(({ planned }) => planned);
      await this.#options.journal.groups(changes, BATCH_MAX)(first.planned);
      await sendBulk(action, items, this.#sendingOf(items), noteTold);
      return [];
    } catch (error) {
      if (!(error instanceof StaleLook)) throw error;
      const left = await this.#prepareAgain(
        items.filter(({ planned }) => !told.has(planned)),
        error,
      );
      if (action !== 'restore') return left;
      const isBack = ({ change }: Item): boolean => change.before?.state === 'active';
      for (const item of left.filter(isBack)) tell(item, asBack(item));
      return left.filter((item) => !isBack(item));
    }
  }

  readonly #note = ({ planned }: Item, sent: Sent): void => this.#options.note(planned, sent);
}
