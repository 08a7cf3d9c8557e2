/** Why a leg is stopped in the middle. A leg is what one worker does of a run at a stretch. */

import { SyncError } from '../errors.js';

export type StopCause =
  /** Somebody asked for it. */
  | 'pause'
  | 'cancel'
  /** The hours in which the job may push are over. */
  | 'window'
  /** The rate limit lets nothing through for a while, and others wait for the slot. */
  | 'limit'
  /** The worker ends. */
  | 'shutdown'
  /** The queue gave the run to somebody else, or may do so at any moment. */
  | 'lock';

const WORDS: Readonly<Record<StopCause, string>> = {
  pause: 'Somebody paused the run: the rest is not sent until it is resumed.',
  cancel: 'Somebody cancelled the run: the rest is not sent.',
  window: 'The hours in which the job may push are over: the rest is sent when they begin again.',
  limit: 'The window of the rate limit is used up and others wait: the rest is sent when the next one begins.',
  shutdown: 'The worker was stopped: the rest is sent by the next one.',
  lock: 'The worker lost the run in the queue (Redis was away, or the worker stood still): it goes on from the journal.',
};

/** What the signal of a leg is aborted with: the push throws it as it is. */
export function stopError(cause: StopCause): SyncError {
  return new SyncError('interrupted', WORDS[cause], { retry: 'later', details: { cause } });
}

/** Why the leg was stopped; `null`: it was not. */
export function causeOf(signal: AbortSignal): StopCause | null {
  const reason: unknown = signal.aborted ? signal.reason : null;
  return reason instanceof SyncError ? ((reason.details['cause'] as StopCause | undefined) ?? null) : null;
}
