/** What came of one attempt to send a request. */

import { SyncError } from '../errors.js';
import { pick } from './answer.js';
import type { Headers } from './answer.js';
import { explainAnswer } from './errors.js';
import type { Answered, Asked, Failure } from './errors.js';
import type { HttpAnswer } from './http.js';

/** `late`: nothing was sent. */
export type Attempt = { readonly answer: HttpAnswer } | { readonly failure: Failure } | 'late';

export const UNSENT = {
  status: 0,
  limit: null,
  remaining: null,
  retryAfterSeconds: null,
  ms: 0,
  unsent: true,
} as const;

export function neverLeft({ method, path }: Asked): SyncError {
  return new SyncError(
    'target-unreachable',
    `${method} ${path}: no connection was free for it in time; it was not sent.`,
    {
      hint: 'The target answers very slowly: try again with fewer requests at a time (target.concurrency).',
      retry: 'later',
    },
  );
}

export function judge(asked: Asked, answered: Answered, headers: Headers): Attempt {
  if (answered.status < 200 || answered.status >= 300) return { failure: explainAnswer(asked, answered) };
  let json: unknown;
  try {
    json = JSON.parse(answered.text);
  } catch {
    return { failure: explainAnswer(asked, answered) };
  }
  return { answer: { json, asked, header: (name) => pick(headers, name) } };
}
