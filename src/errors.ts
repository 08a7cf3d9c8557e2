/**
 * The one error type for everything that stops a run or a command.
 *
 * Row problems are values (`Reject`), bugs are assertions; what is left is a `SyncError` with a code from this closed
 * list. Code never branches on the message; the message says what, where, by how much, and what to do.
 */

/** Every code, with the exit code of the command line that it leads to (0 done, 1 failed, 2 usage, 4 breached, 130). */
export const ERROR_CODES = {
  // usage and configuration: the person at the keyboard can mend it
  'usage': 2,
  'config-invalid': 2,
  'job-invalid': 2,
  'job-unknown': 2,
  'notify-invalid': 2,
  'run-unknown': 2,
  'targets-invalid': 2,
  'target-unknown': 2,
  // the input
  'file-missing': 2,
  'file-unreadable': 2,
  'file-empty': 1,
  'file-header-only': 1,
  'file-binary': 1,
  'file-not-csv': 1,
  'file-encoding': 1,
  'file-changed': 1,
  'keys-rounded': 1,
  'columns-unmapped': 1,
  'layout-unknown': 2,
  // where the input is fetched
  'source-unreachable': 1,
  'source-tls': 1,
  'source-refused': 1,
  'source-missing': 1,
  'source-private': 1,
  'source-too-large': 1,
  'source-incomplete': 1,
  'source-unusable': 1,
  'source-host-key': 1,
  // the target
  'target-unset': 2,
  'target-unreachable': 1,
  'target-timeout': 1,
  'target-tls': 1,
  'target-redirect': 1,
  'target-not-json': 1,
  'target-bad-json': 1,
  'target-unauthorised': 1,
  'target-forbidden': 1,
  'target-permission': 1,
  'target-company': 1,
  'target-not-found': 1,
  'target-invalid': 1,
  'target-deleted': 1,
  'target-password': 1,
  'target-throttled': 1,
  'target-server-error': 1,
  'target-answer-unexpected': 1,
  'target-in-doubt': 1,
  'snapshot-inconsistent': 1,
  // a run
  'guard-breached': 4,
  'run-not-appliable': 1,
  'run-pruned': 1,
  'plan-digest-mismatch': 1,
  'target-busy': 1,
  'lease-lost': 1,
  'canary-failed': 1,
  'too-many-failures': 1,
  'state-unusable': 1,
  'queue-unreachable': 1,
  'notify-failed': 1,
  's3-failed': 1,
  'interrupted': 130,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface SyncErrorOptions {
  /** May the same thing work later without anybody changing anything? */
  readonly retry?: 'never' | 'later';
  /** What to do about it, one sentence. Part of the message that people see. */
  readonly hint?: string;
  /** Values beside the message, for `--json` and logs. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly code: ErrorCode;
  readonly retry: 'never' | 'later';
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry ?? 'never';
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return ERROR_CODES[this.code];
  }
}

/** Bugs, not user mistakes: states which cannot be. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
