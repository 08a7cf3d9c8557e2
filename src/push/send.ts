/**
 * One change sent until it is certain what became of it.
 *
 * Invariants: what may have acted is looked up before it is sent again, and then what is missing is sent, not what was
 * planned; nothing is sent more than `ATTEMPTS_MAX` times; a change whose fate cannot be learnt because the target is away
 * gets no outcome.
 */

import { assert, SyncError } from '../errors.js';
import { toClient } from '../ninja/canonical.js';
import type { Change, Difference } from '../plan/change.js';
import { sendDocuments } from './documents.js';
import { StaleLook } from './freshness.js';
import type { Patience } from './patience.js';
import { createBody, updateOf } from './payload.js';
import { ATTEMPTS_MAX, LOOK_AGAIN_MS, PAUSES_MAX, STRAGGLER_MS, delayAfter } from './retry.js';
import type { RetryBudget } from './retry.js';
import { settleNow } from './settle.js';
import type { Settled, Sight } from './settle.js';
import { hasEnded, isKeyTaken, judgeFailure, wordsOf } from './verdict.js';
import { findDifferences } from './verify.js';

export const GONE = 'The client is not in Invoice Ninja any more, or is deleted there: plan again.';

/** A change on its way. */
export interface Item {
  /** As it stands in the plan. */
  readonly planned: Change;
  /** As it is sent: put onto the client as it is now. */
  readonly change: Change;
  /** What was left alone, one sentence each. */
  readonly notes: readonly string[];
  /** An earlier attempt may have acted. */
  readonly inDoubt: boolean;
  /** Number of the look at the target that it was put together after. */
  readonly look: number;
}

export type Sent =
  | {
      readonly kind: 'written';
      readonly clientId: string;
      readonly notes: readonly string[];
      /** As the server was told; `null`: nothing was left to tell, the client was read and is as it was meant. */
      readonly change: Change | null;
    }
  | {
      readonly kind: 'failed' | 'rejected' | 'skipped';
      readonly clientId: string | null;
      readonly reason: string;
      readonly differences?: readonly Difference[];
    };

export interface SendInput extends Sight {
  readonly patience: Patience;
  readonly budget: RetryBudget;
  /** Ends early when the run is stopped. */
  readonly sleep: (ms: number) => Promise<void>;
  /** @throws SyncError when the run is stopped */
  readonly checkStop: () => void;
}

/**
 * Sends what a change asks for of one client: its create or update, then its documents.
 *
 * @throws SyncError what stops the run; then it is not known, or not noted, what became of the change
 * @throws StaleLook it was not sent: it has to be put onto the client as it is now
 */
export async function sendChange(item: Item, input: SendInput): Promise<Sent> {
  const sent = await sendClient(item, input);
  if (sent.kind !== 'written') return sent;
  return await sendItsDocuments(item, sent, input);
}

async function sendClient(item: Item, input: SendInput): Promise<Sent> {
  const { patience } = input;
  let { notes, inDoubt } = item;
  let change = withoutDocuments(item.change);
  let pauses = 0;
  for (let attempt = 1; ;) {
    input.checkStop();
    const tried = await tryOnce(change, inDoubt, input);
    if (!(tried instanceof SyncError)) {
      if (tried.asked) patience.answered();
      return asSent(change, tried, notes);
    }
    let verdict = judgeFailure(tried, change.before !== null);
    if (inDoubt && change.before === null && isKeyTaken(tried)) verdict = 'in-doubt';
    if (verdict === 'stop') throw tried;
    if (verdict === 'refused') return { kind: 'rejected', clientId: change.clientId, reason: wordsOf(tried) };
    if (verdict === 'gone') return { kind: 'skipped', clientId: change.clientId, reason: GONE };
    if (verdict === 'fail') return { kind: 'failed', clientId: change.clientId, reason: wordsOf(tried) };
    if (verdict === 'away') {
      pauses += 1;
      if (pauses > PAUSES_MAX) throw tried;
      await patience.wait(tried);
      continue;
    }
    inDoubt = true;
    const settled = await settlePatiently(change, tried, input);
    if (settled.kind !== 'send') return asEnd(settled, change, notes);
    if (isKeyTaken(tried)) return { kind: 'rejected', clientId: null, reason: wordsOf(tried) };
    if (attempt >= ATTEMPTS_MAX || !input.budget.take()) return notDone(change, tried, attempt);
    ({ change } = settled);
    notes = [...notes, ...settled.notes];
    await input.sleep(delayAfter(attempt, Math.random()));
    attempt += 1;
  }
}

interface Answer {
  readonly clientId: string;
  /** False: there was nothing to send. */
  readonly asked: boolean;
  /** What the answer shows otherwise than it was sent; an update's answer is read from the database (FACTS.md [146]). */
  readonly differences: readonly Difference[];
}

/**
 * A `SyncError` is a result here: what it means depends on what happened before.
 *
 * @throws StaleLook nothing was sent this time
 */
async function tryOnce(change: Change, inDoubt: boolean, { ninja, codes }: SendInput): Promise<Answer | SyncError> {
  try {
    if (change.before === null) {
      return { clientId: (await ninja.create(createBody(change, codes))).id, asked: true, differences: [] };
    }
    const { clientId } = change;
    assert(clientId !== null, `change ${change.seq} has a client`);
    if (change.fields.length === 0 && change.contacts.length === 0) return { clientId, asked: false, differences: [] };
    const answer = await ninja.update(clientId, updateOf(change, codes));
    return { clientId, asked: true, differences: findDifferences(change, toClient(answer, codes)) };
  } catch (error) {
    if (error instanceof SyncError) return error;
    if (error instanceof StaleLook) throw new StaleLook(inDoubt);
    throw error;
  }
}

function asSent(change: Change, { clientId, asked, differences }: Answer, notes: readonly string[]): Sent {
  if (differences.length === 0) return { kind: 'written', clientId, notes, change: asked ? change : null };
  return { kind: 'failed', clientId, reason: '', differences };
}

export function asEnd(settled: Exclude<Settled, { kind: 'send' }>, change: Change, notes: readonly string[]): Sent {
  if (settled.kind === 'leave') return { kind: 'skipped', clientId: settled.clientId, reason: settled.reason };
  if (settled.kind === 'unsure') return { kind: 'failed', clientId: change.clientId, reason: settled.reason };
  return { kind: 'written', clientId: settled.clientId, notes: [...notes, ...settled.notes], change: null };
}

function notDone({ clientId }: Change, error: SyncError, attempts: number): Sent {
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const cause = error.cause instanceof SyncError ? error.cause : error;
  return {
    kind: 'failed',
    clientId,
    reason: `${wordsOf(cause)} It was sent ${times} and looked up: the server did not carry it out.`,
  };
}

/** Looks until it is certain: a server that broke off may still be at work. */
async function settlePatiently(change: Change, error: SyncError, input: SendInput): Promise<Settled> {
  let settled = await lookPatiently(change, error, input);
  const harmless = hasEnded(error) || !isHarmfulTwice(change);
  if (settled.kind !== 'send' || harmless) return settled;
  for (const delayMs of LOOK_AGAIN_MS) {
    await input.sleep(delayMs);
    input.checkStop();
    settled = await lookPatiently(change, error, input);
    if (settled.kind !== 'send') break;
  }
  return settled;
}

/** Two at once make two clients, or two contacts (FACTS.md "POST create", "PUT / PATCH update"). */
function isHarmfulTwice(change: Change): boolean {
  return change.before === null || change.contacts.some(({ kind }) => kind === 'add');
}

async function lookPatiently(change: Change, cause: SyncError, input: SendInput): Promise<Settled> {
  for (let pauses = 0; ;) {
    try {
      return await settleNow(change, input);
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      const verdict = judgeFailure(error, false);
      if (verdict === 'stop') throw error;
      pauses += 1;
      if (verdict !== 'away' || pauses > PAUSES_MAX) {
        return { kind: 'unsure', reason: `${cause.message} It could not be looked up: ${wordsOf(error)}` };
      }
      await input.patience.wait(error);
    }
  }
}

async function sendItsDocuments(
  { planned }: Item,
  sent: Extract<Sent, { kind: 'written' }>,
  input: SendInput,
): Promise<Sent> {
  const { documents = [] } = planned;
  if (documents.length === 0) return sent;
  const { clientId } = sent;
  const isWritten = planned.kind === 'upload' ? '' : 'The client itself is written. ';
  for (let attempt = 1, pauses = 0; ;) {
    input.checkStop();
    try {
      const differences = await sendDocuments(input.ninja, clientId, documents);
      input.patience.answered();
      if (differences.length === 0) return sent;
      return { kind: 'failed', clientId, reason: isWritten, differences };
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      const verdict = judgeFailure(error, true);
      if (verdict === 'stop') throw error;
      const isAway = verdict === 'away' && pauses < PAUSES_MAX;
      const isAgain = verdict === 'in-doubt' && attempt < ATTEMPTS_MAX && input.budget.take();
      if (!isAway && !isAgain) return { kind: 'failed', clientId, reason: `${isWritten}${wordsOf(error)}` };
      if (isAway) {
        pauses += 1;
        await input.patience.wait(error);
        continue;
      }
      // A server that broke off may still be storing it, and the same file twice is there twice (FACTS.md [167]).
      await input.sleep(hasEnded(error) ? delayAfter(attempt, Math.random()) : STRAGGLER_MS);
      attempt += 1;
    }
  }
}

/** They are sent when the client is as it was meant. */
function withoutDocuments(change: Change): Change {
  return { ...change, documents: [] };
}
