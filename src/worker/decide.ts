/** What the queue does with a run that stopped: the one place that maps errors to it. Pure. */

import { isFull } from '../disk-trouble.js';
import { SyncError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

export type Decision =
  /** Nothing changes by trying again; a person has to look. */
  | { readonly kind: 'fail' }
  /** It may work later; it counts as an attempt. */
  | { readonly kind: 'later'; readonly delayMs: number }
  /** Another run holds the target: it waits without a slot and without counting. */
  | { readonly kind: 'busy'; readonly delayMs: number }
  /** The worker stops, or lost the run to another one: whoever takes it goes on from the journal. */
  | { readonly kind: 'give-back' };

/** Attempts in a row that got nowhere: with the delays below some four hours. */
export const ATTEMPTS_MAX = 12;

export const BUSY_MS = 3000;
const FIRST_DELAY_MS = 15_000;
const DELAY_MAX_MS = 3_600_000;

/** Codes that pass by themselves. What is in neither list fails. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'target-unreachable',
  'target-timeout',
  'target-throttled',
  'target-server-error',
  'target-not-json',
  'target-bad-json',
  'target-in-doubt',
  'snapshot-inconsistent',
  'file-changed',
  'source-unreachable',
  'source-incomplete',
  'state-unusable',
]);

/** @param attempt how often in a row the run was tried and got nowhere, this time included */
export function decide(error: unknown, attempt: number): Decision {
  if (isFull(error) && attempt < ATTEMPTS_MAX) return later(attempt);
  if (!(error instanceof SyncError)) return { kind: 'fail' };
  if (error.code === 'target-busy') return { kind: 'busy', delayMs: BUSY_MS };
  if (error.code === 'interrupted' || error.code === 'lease-lost') return { kind: 'give-back' };
  const passes = PASSING.has(error.code) || (error.code === 's3-failed' && error.retry === 'later');
  if (!passes || attempt >= ATTEMPTS_MAX) return { kind: 'fail' };
  return later(attempt);
}

function later(attempt: number): Decision {
  return { kind: 'later', delayMs: Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)) };
}
