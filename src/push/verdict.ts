/** What the failure of one request means for its change and for the run. Pure. */

import type { SyncError } from '../errors.js';

export type Verdict =
  /** The server may have acted: it is looked up. */
  | 'in-doubt'
  /** The server read it and said no (422): sending it again changes nothing. */
  | 'refused'
  /** The client is not there any more, or is deleted. */
  | 'gone'
  /** Nothing answers, or nothing but 5xx and 429: the run waits. */
  | 'away'
  /** It is about the target and not about one client: the rest stays unsent. */
  | 'stop'
  /** It is about this change alone. */
  | 'fail';

const VERDICTS: Readonly<Partial<Record<SyncError['code'], Verdict>>> = {
  'target-in-doubt': 'in-doubt',
  'target-invalid': 'refused',
  'target-not-found': 'gone',
  'target-deleted': 'gone',
  'target-unreachable': 'away',
  'target-timeout': 'away',
  'target-throttled': 'away',
  'target-server-error': 'away',
  'target-bad-json': 'away',
  'target-unauthorised': 'stop',
  'target-forbidden': 'stop',
  'target-permission': 'stop',
  'target-password': 'stop',
  'target-tls': 'stop',
  'target-redirect': 'stop',
  'target-not-json': 'stop',
  'state-unusable': 'stop',
  'lease-lost': 'stop',
  'interrupted': 'stop',
};

/** @param aboutClient false for a create and for bulk calls: a 404 is about the address then */
export function judgeFailure(error: SyncError, aboutClient: boolean): Verdict {
  const verdict = VERDICTS[error.code] ?? 'fail';
  return verdict === 'gone' && !aboutClient ? 'stop' : verdict;
}

/**
 * Has the server certainly ended the request whose end is in doubt? It has when it answered by itself. A proxy's 502 to
 * 504, a broken connection and a time-out may leave it at work.
 */
export function hasEnded(error: SyncError): boolean {
  const { status } = error.details;
  return typeof status === 'number' && status < 502;
}

/** A create refused because the key is taken: after an earlier attempt in doubt, perhaps by that one (FACTS.md [423-425]). */
export function isKeyTaken(error: SyncError): boolean {
  const { errors } = error.details;
  if (error.code !== 'target-invalid' || typeof errors !== 'object' || errors === null) return false;
  return ['id_number', 'number'].some((key) => String((errors as Record<string, unknown>)[key]).includes('taken'));
}

/** The server's words and what to do, in one line. */
export function wordsOf(error: SyncError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
