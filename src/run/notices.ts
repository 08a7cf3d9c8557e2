/**
 * Messages on their way to people: what the state store keeps of them.
 *
 * Terms: a *run event* is a status that somebody may want to hear of; it is stored in the transaction that gives the run
 * that status. A *notice* is a message to one channel, made from an event; it stays until it is delivered or given up.
 */

import type { EventName } from '../job/notify-keys.js';
import type { RunStatus } from './status.js';

/** The statuses that leave an event. */
export const EVENT_STATUSES = ['done', 'breached', 'failed', 'awaiting-approval'] as const satisfies RunStatus[];

export type EventStatus = (typeof EVENT_STATUSES)[number];

export interface RunEvent {
  readonly runId: number;
  readonly status: EventStatus;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface RunEventOptions {
  readonly limit: number;
  /** Of this run only. */
  readonly run?: number;
}

/** A message to one channel. */
export interface Notice {
  /** What it is about, such as a run and its status: a channel hears of it once. */
  readonly key: string;
  readonly channel: string;
  readonly job: string;
  readonly event: EventName;
  /** `Message` as JSON. */
  readonly body: string;
}

export type NoticeState = 'waiting' | 'delivered' | 'given-up';

export interface StoredNotice extends Notice {
  /** `msg_…`; the same at each attempt. */
  readonly id: string;
  /** How often it happened: a repeat is held back and counted. */
  readonly count: number;
  /** Begun so far. */
  readonly attempts: number;
  readonly state: NoticeState;
  /** ISO 8601 UTC, as the two below: when it first came about. */
  readonly createdAt: string;
  /** Not before. */
  readonly dueAt: string;
  /** The next attempt, or the end of the one under way. */
  readonly nextAt: string;
  /** What the last attempt came to; `null`: there was none, or it was delivered. */
  readonly error: string | null;
}

/** What an attempt came to. `nextAt`: ISO 8601 UTC; `null`: it is given up. */
export type Delivery = 'delivered' | { readonly error: string; readonly nextAt: string | null };

/** When notices are added, and how far apart two of the same event of a job are. */
export interface NoticeTiming {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly repeatMs: number;
}

export interface NoticeStore {
  /** Oldest first. */
  listRunEvents(options: RunEventOptions): Promise<readonly RunEvent[]>;
  /**
   * The event becomes these notices, all or none.
   *
   * @returns false when somebody else was faster: nothing is stored
   */
  settleRunEvent(event: RunEvent, notices: readonly Notice[], timing: NoticeTiming): Promise<boolean>;
  /**
   * Stores what a channel was not told before. A repeat of an event within `repeatMs` is held back until then and takes
   * the place of the one that is held already. `recovered` is stored only where trouble was told since the last one.
   */
  addNotices(notices: readonly Notice[], timing: NoticeTiming): Promise<void>;
  /** Takes one that is due; until `leaseMs` are over nobody else gets it. `null`: none is due. */
  claimNotice(now: number, leaseMs: number): Promise<StoredNotice | null>;
  /** Does nothing when somebody else took the notice since. */
  finishNotice(notice: StoredNotice, delivery: Delivery): Promise<void>;
  /** Newest first. */
  listNotices(states: readonly NoticeState[], limit: number): Promise<readonly StoredNotice[]>;
  /** An export came for the job that needed no run. `at`: ISO 8601 UTC. */
  noteArrival(job: string, at: string): Promise<void>;
  /** When an export of the job was last read or seen; ISO 8601 UTC. `null`: never. */
  findLastArrival(job: string): Promise<string | null>;
}
