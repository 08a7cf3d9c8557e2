/**
 * A stored plan carried out: batch by batch, kind by kind, in the plan's order.
 *
 * Invariants: an intent is noted before its request and an outcome after it; a create is never sent twice; a client that
 * somebody changed since the plan was made is left alone; no archive or delete goes out before every create and update
 * has its outcome.
 *
 * After each batch one request lists what changed at the target since the last look. It shows both what other people
 * did (those clients are not touched) and what our own writes really left behind: the answer to a create only echoes
 * what was sent (FACTS.md [346-349]).
 */

import pLimit from 'p-limit';
import { assert, SyncError } from '../errors.js';
import { toClient } from '../ninja/canonical.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import { BATCH_MAX } from '../plan/requests.js';
import type { Change, Outcome, OutcomeKind } from '../plan/change.js';
import { LookBack } from './look-back.js';
import type { Look } from './look-back.js';
import { createBody, updateOf } from './payload.js';
import { settleCreate, settleUpdate } from './settle.js';
import { findDifference } from './verify.js';

/** Failures in a row after which going on would only make more of them. */
const FAILURES_IN_A_ROW_MAX = 10;

const CHANGED_MEANWHILE = 'Somebody changed the client in Invoice Ninja after the plan was made: plan again.';
const CREATED_MEANWHILE =
  'A client with this e-mail address appeared in Invoice Ninja after the plan was made: plan again.';

/** Errors about the target and not about one client: the rest stays unsent. */
const STOPS_THE_RUN = new Set<SyncError['code']>([
  'target-unauthorised',
  'target-forbidden',
  'target-permission',
  'target-unreachable',
  'target-tls',
  'target-redirect',
  'target-not-json',
  'target-throttled',
  'interrupted',
]);

interface Journal {
  begin(seqs: readonly number[]): Promise<void>;
  finish(outcomes: readonly Outcome[]): Promise<void>;
}

export interface PushInput {
  readonly ninja: Ninja;
  readonly codes: CodeTable;
  /** Planned changes, in the order of `seq`. */
  readonly changes: AsyncIterable<Change>;
  readonly journal: Journal;
  readonly concurrency: number;
  /** The newest `updated_at` at the target before the plan read it, Unix seconds. */
  readonly newestUpdate: number;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly onOutcome: (change: Change, outcome: Outcome) => void;
  /** Everything is sent; what the last batch left behind is read now. */
  readonly onSent: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends all changes.
 *
 * @throws SyncError when the target refuses to go on, after ten failures in a row, or `interrupted`; everything that has
 *   no outcome then was not sent
 */
export async function pushChanges(input: PushInput): Promise<void> {
  const pusher = new Pusher(input);
  for await (const batch of batchesOf(input.changes)) await pusher.push(batch);
  await input.onSent();
  await pusher.lookBack([]);
}

/** At most `BATCH_MAX` changes of one kind. */
async function* batchesOf(changes: AsyncIterable<Change>): AsyncGenerator<readonly Change[]> {
  let batch: Change[] = [];
  for await (const change of changes) {
    if (batch.length >= BATCH_MAX || (batch[0] !== undefined && batch[0].kind !== change.kind)) {
      yield batch;
      batch = [];
    }
    batch.push(change);
  }
  if (batch.length > 0) yield batch;
}

class Pusher {
  readonly #input: PushInput;
  readonly #limit;
  readonly #look: LookBack;
  #failuresInARow = 0;
  #stop: SyncError | null = null;

  constructor(input: PushInput) {
    this.#input = input;
    this.#limit = pLimit(input.concurrency);
    this.#look = new LookBack(input.ninja, input.codes, input.newestUpdate);
  }

  async push(batch: readonly Change[]): Promise<void> {
    const fresh = await this.lookBack(batch);
    if (fresh.length === 0) return;
    const [first] = fresh;
    assert(first !== undefined, 'a batch has a change');
    if (first.kind === 'create' || first.kind === 'update') await this.#each(fresh);
    else await this.#bulk(first.kind, fresh);
    if (this.#stop !== null) {
      // The last writes are looked at where the target still answers; why the run stops is what people must hear.
      await this.#settleWrites([]).catch(() => undefined);
      throw this.#stop;
    }
  }

  /** Sees what changed; settles the last batch's writes; gives the changes whose clients nobody touched. */
  async lookBack(batch: readonly Change[]): Promise<readonly Change[]> {
    this.#throwIfStopped();
    const { moved, there } = await this.#settleWrites(batch);
    const fresh: Change[] = [];
    for (const change of batch) {
      if (there.has(change)) await this.#finish(change, 'skipped', null, CREATED_MEANWHILE);
      else if (change.clientId === null || !moved.has(change.clientId)) fresh.push(change);
      else await this.#finish(change, 'skipped', change.clientId, CHANGED_MEANWHILE);
    }
    return fresh;
  }

  async #settleWrites(batch: readonly Change[]): Promise<Look> {
    const look = await this.#look.look(batch);
    for (const { change, clientId, reason } of look.wrong) await this.#finish(change, 'failed', clientId, reason);
    return look;
  }

  #throwIfStopped(): void {
    if (this.#stop !== null) throw this.#stop;
    if (this.#input.signal?.aborted === true) {
      throw new SyncError('interrupted', 'Stopped between two changes; the rest of the plan was not sent.');
    }
  }

  async #each(changes: readonly Change[]): Promise<void> {
    await Promise.all(changes.map((change) => this.#limit(() => this.#one(change))));
  }

  async #one(change: Change): Promise<void> {
    if (this.#stop !== null || this.#input.signal?.aborted === true) return;
    await this.#input.journal.begin([change.seq]);
    try {
      if (change.kind === 'create') await this.#create(change);
      else await this.#update(change, 'updated');
      this.#failuresInARow = 0;
    } catch (error) {
      await this.#fail([change], error);
    }
  }

  async #create(change: Change): Promise<void> {
    const { ninja, codes } = this.#input;
    const created = await settleCreate(ninja, codes, change, () => ninja.create(createBody(change, codes)));
    this.#look.expect(created.id, change);
    await this.#finish(change, 'created', created.id, change.reason);
  }

  async #update(change: Change, kind: 'updated' | 'restored'): Promise<void> {
    const { ninja, codes } = this.#input;
    const id = change.clientId;
    assert(id !== null, `change ${change.seq} has a client`);
    const answer = await settleUpdate(ninja, id, () => ninja.update(id, updateOf(change, codes)));
    const difference = findDifference(change, toClient(answer, codes));
    if (difference !== null) throw new SyncError('target-answer-unexpected', difference);
    this.#look.expect(id, change);
    await this.#finish(change, kind, id, change.reason);
  }

  async #bulk(action: 'restore' | 'archive' | 'delete', changes: readonly Change[]): Promise<void> {
    await this.#input.journal.begin(changes.map((change) => change.seq));
    const done: Change[] = [];
    await this.#bulkOrHalves(action, changes, done);
    if (action !== 'restore') {
      const kind = action === 'archive' ? 'archived' : 'deleted';
      for (const change of done) await this.#finish(change, kind, change.clientId, change.reason);
      return;
    }
    // The client is back; what differs is written now. Its `updated_at` moved by our own hand.
    await Promise.all(done.map((change) => this.#limit(() => this.#afterRestore(change))));
  }

  async #afterRestore(change: Change): Promise<void> {
    try {
      if (change.fields.length > 0 || change.contacts.length > 0) await this.#update(change, 'restored');
      else await this.#finish(change, 'restored', change.clientId, change.reason);
      this.#failuresInARow = 0;
    } catch (error) {
      await this.#fail([change], error);
    }
  }

  /** One bad id makes the whole call 422 and the server does not say which (FACTS.md [290-294]): halves find it. */
  async #bulkOrHalves(
    action: 'restore' | 'archive' | 'delete',
    changes: readonly Change[],
    done: Change[],
  ): Promise<void> {
    const ids = changes.map((change) => change.clientId).filter((id) => id !== null);
    try {
      await this.#input.ninja.bulk(action, ids);
      done.push(...changes);
      this.#failuresInARow = 0;
    } catch (error) {
      if (error instanceof SyncError && error.code === 'target-invalid' && changes.length > 1) {
        const middle = Math.ceil(changes.length / 2);
        await this.#bulkOrHalves(action, changes.slice(0, middle), done);
        await this.#bulkOrHalves(action, changes.slice(middle), done);
        return;
      }
      const left =
        error instanceof SyncError && error.code === 'target-in-doubt'
          ? await this.#settleBulk(action, changes, done)
          : changes;
      if (left.length > 0) await this.#fail(left, error);
    }
  }

  /** A bulk call that nobody knows the end of: each client is read. Returns those that are not as meant. */
  async #settleBulk(
    action: 'restore' | 'archive' | 'delete',
    changes: readonly Change[],
    done: Change[],
  ): Promise<readonly Change[]> {
    const left: Change[] = [];
    for (const change of changes) {
      try {
        const client = toClient(await this.#input.ninja.show(change.clientId ?? ''), this.#input.codes);
        const reached = action === 'restore' ? client.state === 'active' : findDifference(change, client) === null;
        (reached ? done : left).push(change);
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        left.push(change);
      }
    }
    return left;
  }

  async #fail(changes: readonly Change[], error: unknown): Promise<void> {
    if (!(error instanceof SyncError)) throw error;
    const refused = error.code === 'target-invalid';
    for (const change of changes)
      await this.#finish(change, refused ? 'rejected' : 'failed', change.clientId, reasonOf(error));
    if (refused) return;
    this.#failuresInARow += 1;
    if (STOPS_THE_RUN.has(error.code)) this.#stop ??= error;
    else if (this.#failuresInARow >= FAILURES_IN_A_ROW_MAX) {
      this.#stop ??= new SyncError(
        'target-server-error',
        `${this.#failuresInARow} changes in a row failed, the last one with: ${error.message}`,
        {
          hint: 'The rest was not sent. Look at the server, then apply the run again.',
        },
      );
    }
  }

  async #finish(change: Change, kind: OutcomeKind, clientId: string | null, reason: string): Promise<void> {
    const outcome: Outcome = { seq: change.seq, kind, clientId, reason, at: this.#input.now() };
    await this.#input.journal.finish([outcome]);
    this.#input.onOutcome(change, outcome);
  }
}

function reasonOf(error: SyncError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
