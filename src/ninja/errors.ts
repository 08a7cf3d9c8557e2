/**
 * One closed table: what a target answered to a `SyncError` with an operator's hint (network.ts: no answer at all).
 *
 * Sources: FACTS.md "Response shapes" and the recordings named beside the lines. Messages name the method, the path and
 * the address, never the token. `acted` of a write that failed is decided here as well: it is `no` only where the server
 * certainly did nothing.
 */

import { SyncError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

export interface Asked {
  readonly method: string;
  /** With query, from `/api/v1` on. */
  readonly path: string;
  /** The target's address. */
  readonly url: string;
}

export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
  readonly text: string;
}

export interface Failure {
  readonly error: SyncError;
  /** May the server have acted on the request? */
  readonly acted: 'no' | 'maybe';
  /** Is a read worth sending again as it is? */
  readonly again: boolean;
}

export type Verdict = readonly [
  code: ErrorCode,
  what: string,
  hint: string,
  details?: Readonly<Record<string, unknown>>,
];

const EXCERPT_CHARS = 160;
/** Statuses that say that nothing was done: the server or a proxy turned the request away. */
const REFUSED = new Set([400, 401, 403, 404, 405, 412, 413, 415, 422, 429]);
const OUT_OF_MEMORY_HINT =
  'The server probably ran out of memory while it answered: a smaller page helps, or a higher memory_limit of PHP.';

/** An answer that is no success, or a success without one JSON document in it. */
export function explainAnswer(asked: Asked, answered: Answered): Failure {
  const [code, what, hint, details] = judge(asked, answered);
  const server = answered.status >= 500;
  const later = server || code === 'target-throttled' || code === 'target-bad-json';
  const error = new SyncError(code, `${nameOf(asked)}: ${what}.`, {
    retry: later ? 'later' : 'never',
    hint,
    details: { ...placeOf(asked), status: answered.status, ...details },
  });
  const again = server || (code === 'target-bad-json' && !isTwoDocuments(answered.text));
  const refused = REFUSED.has(answered.status) || (answered.status >= 300 && answered.status < 400);
  return { error, acted: refused ? 'no' : 'maybe', again };
}

function judge(asked: Asked, answered: Answered): Verdict {
  const { status, text } = answered;
  if (status >= 300 && status < 400) {
    return [
      'target-redirect',
      `the address redirects to ${answered.location ?? 'nowhere'} (status ${status})`,
      'Redirects are not followed: use https, or the final address, as NINJA_URL.',
    ];
  }
  if (status >= 200 && status < 300) return judgeUnreadable(asked, answered);
  const parsed = parseMessage(text);
  if (status >= 500) {
    return [
      'target-server-error',
      `the server failed with status ${status}${parsed === null ? '' : `, "${parsed.message}"`}`,
      status >= 502
        ? 'A proxy in front of it answered, or it is in maintenance: try again later.'
        : 'Its log (storage/logs) says why; some values that its checks let pass end like this, e.g. an unknown industry_id.',
    ];
  }
  return judgeRefusal(asked, answered, parsed);
}

function judgeUnreadable(asked: Asked, { status, contentType, text }: Answered): Verdict {
  const start = text.trimStart();
  if (contentType.includes('html') || start.startsWith('<')) {
    return [
      'target-not-json',
      'this address answers with a web page, not with JSON',
      `Is ${asked.url} the address of the API server, or only of its web application?`, // [013, 342]
    ];
  }
  if (start === '') {
    return ['target-answer-unexpected', `status ${status} with an empty body`, 'Is this an Invoice Ninja v5 server?'];
  }
  const size = `${text.length} characters, ending in ${quote(text.trimEnd().slice(-EXCERPT_CHARS / 2))}`;
  if (isTwoDocuments(text)) {
    return ['target-bad-json', `two JSON documents in one answer (${size})`, OUT_OF_MEMORY_HINT]; // [418]
  }
  return ['target-bad-json', `the answer is not one complete JSON document (${size})`, OUT_OF_MEMORY_HINT];
}

function judgeRefusal(asked: Asked, answered: Answered, parsed: Message | null): Verdict {
  const { status, text } = answered;
  const message = parsed?.message ?? '';
  const said = message === '' ? quote(text) : `"${message}"`;
  if (status === 429) {
    return ['target-throttled', 'too many requests', 'Try again in a minute, or lower the requests a minute.'];
  }
  if (status === 422) return judgeInvalid(parsed, said);
  if (status === 400) return judgeBadRequest(message, said);
  if (status === 401) {
    return [
      'target-forbidden',
      'not allowed for this token', // [079, 080, 092, 157]
      "The token's user lacks the permission (create, edit and view client), or the client belongs to another company.",
    ];
  }
  if (status === 403) return judgeForbidden(asked, message, said);
  if (status === 404) {
    return [
      'target-not-found',
      `no such address (${said})`,
      `Is ${asked.url} an Invoice Ninja v5 server, and its root?`,
    ];
  }
  if (status === 412) {
    return ['target-password', 'this needs a password', 'Do it in Invoice Ninja itself.']; // [179, 337]
  }
  return [
    'target-answer-unexpected',
    `status ${status}, ${said}`,
    'A proxy or firewall in front of the server may refuse it.',
  ];
}

function judgeBadRequest(message: string, said: string): Verdict {
  if (message.startsWith('Record is deleted')) {
    return ['target-deleted', 'the client is deleted', 'Restore it first, or leave it out of the file.']; // [328]
  }
  if (message.startsWith('No query results') || /^Record with value .* not found/.test(message)) {
    return ['target-not-found', `there is no such client (${said})`, 'It was purged, or the id is wrong.']; // [086-090]
  }
  return ['target-invalid', `refused: ${said}`, 'The request does not suit this version of the server.'];
}

function judgeForbidden(asked: Asked, message: string, said: string): Verdict {
  if (message === 'Invalid token') {
    return [
      'target-unauthorised',
      'the token is not valid', // [003-006]
      `Check NINJA_TOKEN, or the target's token in targets.yaml: it must be an API token (Settings, Account Management, API Tokens) of ${asked.url}.`,
    ];
  }
  if (message === 'User access locked') {
    return ['target-unauthorised', "the token's user is locked", 'Unlock the user in Invoice Ninja.']; // [008]
  }
  if (/secret/i.test(message)) {
    return ['target-unauthorised', `refused: ${said}`, 'Set NINJA_SECRET to the API secret of the server.'];
  }
  return ['target-forbidden', `refused: ${said}`, 'A proxy or firewall in front of the server may refuse it.'];
}

/** 422: the message is constant, the fields say it all; several at once [052]. */
function judgeInvalid(parsed: Message | null, said: string): Verdict {
  const errors = parsed?.errors ?? {};
  const lines = Object.entries(errors).map(([field, texts]) => `${field}: ${texts.join(' ')}`);
  const what = lines.length === 0 ? `refused: ${said}` : `refused, ${lines.join('; ')}`;
  return ['target-invalid', what.replace(/\.$/, ''), 'Correct the value in the file or in the mapping.', { errors }];
}

interface Message {
  readonly message: string;
  readonly errors: Readonly<Record<string, readonly string[]>>;
}

function parseMessage(text: string): Message | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { message, errors } = value as { message?: unknown; errors?: unknown };
  const byField: Record<string, readonly string[]> = {};
  if (typeof errors === 'object' && errors !== null) {
    for (const [field, texts] of Object.entries(errors)) {
      byField[plain(field)] = (Array.isArray(texts) ? texts : [texts]).map((item) => plain(String(item)));
    }
  }
  return { message: typeof message === 'string' ? plain(message) : '', errors: byField };
}

/** A complete answer followed by the error page of the same request [418]. */
function isTwoDocuments(text: string): boolean {
  return /\}\s*\{\s*"message"/.test(text.slice(-500));
}

/**
 * A success whose JSON is not what the API answers.
 *
 * @param missing what was expected, e.g. `data[3].contacts is no list`
 */
export function unexpected(missing: string): SyncError {
  return new SyncError(
    'target-answer-unexpected',
    `The answer is not what an Invoice Ninja v5 server sends: ${missing}.`,
    {
      hint: 'Check the version of the server, and whether a proxy changes its answers.',
    },
  );
}

/** The failure of a write after which nobody knows whether the server acted. */
export function inDoubt(asked: Asked, cause: SyncError): SyncError {
  return new SyncError('target-in-doubt', `${cause.message} Whether the server acted on it is not known.`, {
    retry: 'later',
    hint: 'The client is looked up before anything is sent again.',
    details: {
      ...placeOf(asked),
      reason: cause.code,
      ...('status' in cause.details ? { status: cause.details['status'] } : {}),
    },
    cause,
  });
}

export function placeOf(asked: Asked): { method: string; path: string; url: string } {
  return { method: asked.method, path: asked.path, url: asked.url };
}

/** For people, so without the query: that is in the details. */
export function nameOf(asked: Asked): string {
  return `${asked.method} ${asked.url}${asked.path.replace(/\?.*$/, '')}`;
}

/** The server's words end in terminals and logs: no control character that a terminal would obey. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}

function quote(text: string): string {
  const line = plain(text);
  return `"${line.length > EXCERPT_CHARS ? `${line.slice(0, EXCERPT_CHARS)}…` : line}"`;
}
