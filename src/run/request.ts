/** What somebody asked a worker for: kept with the run, so that the queue carries its number only. */

import type { FileOverrides } from '../source/profile.js';

/** Hours of the day in which changes may be sent: `22:00-06:00` passes midnight. */
export interface PushWindow {
  readonly hours: string;
  readonly timezone: string;
}

/** A file as the file store has it. */
export interface StoredInput {
  /** Where it lay, absolute; on the machine that stored it. */
  readonly path: string;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly bytes: number;
}

export interface RunRequest {
  /** Absolute. */
  readonly paths: readonly string[];
  /** The files of `paths`, else those of the job that it was last planned with; absent without a file store. */
  readonly inputs?: readonly StoredInput[];
  readonly overrides: FileOverrides;
  readonly origin: 'enqueue' | 'schedule' | 'drop' | 'remote';
  /** Lower numbers go first, as in BullMQ; 0 is none. */
  readonly priority: number;
  /** ISO 8601 UTC; `null`: now. */
  readonly notBefore: string | null;
  /** `null`: at any time. */
  readonly window: PushWindow | null;
  /** Share of the rate limit, above 0 up to 1. */
  readonly share: number;
  /** Somebody approved the plan, or said beforehand that nobody has to. */
  readonly approved: boolean;
  /** Guards whose breach somebody allows this once. */
  readonly allow: readonly string[];
}

/** Stored beside the status, and read between changes. */
export type StopRequest = 'pause' | 'cancel';
