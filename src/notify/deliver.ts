/**
 * Messages out of the state to their receivers, some at a time.
 *
 * Invariant: each attempt is claimed before it is made and noted after it; what a process claimed that died, another one
 * makes again when the claim is over, under the same id.
 */

import { SyncError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Delivery, StoredNotice } from '../run/notices.js';
import type { Store } from '../run/store.js';
import { nextAttempt } from './backoff.js';
import type { Channels } from './channels.js';
import type { Message } from './message.js';
import { send } from './send.js';
import type { SendOptions } from './send.js';

export type NoticeLog = Pick<Logger, 'info' | 'warn' | 'error'>;

export interface DeliverDeps {
  readonly store: Pick<Store, 'claimNotice' | 'finishNotice'>;
  readonly channels: Channels;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: NoticeLog;
  /** How long a claim lasts; longer than any attempt. */
  readonly claimMs?: number;
  readonly sending?: SendOptions | undefined;
  /** Nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
}

/** An e-mail may take twenty seconds for each of its steps. */
const CLAIM_MS = 120_000;
const AT_ONCE = 5;
/** In one go; what is left has its turn at the next. */
const NOTICES_MAX = 200;

/** Makes one attempt for each message that is due. @returns how many were delivered */
export async function deliverDue(deps: DeliverDeps): Promise<number> {
  let claimed = 0;
  let delivered = 0;
  const work = async (): Promise<void> => {
    while (claimed < NOTICES_MAX && deps.signal?.aborted !== true) {
      claimed += 1;
      const notice = await deps.store.claimNotice(deps.now(), deps.claimMs ?? CLAIM_MS);
      if (notice === null) return;
      if (await deliver(deps, notice)) delivered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return delivered;
}

async function deliver(deps: DeliverDeps, notice: StoredNotice): Promise<boolean> {
  const { store, log } = deps;
  const { id, channel: to, job, event, attempts } = notice;
  const delivery = await attempt(deps, notice);
  await store.finishNotice(notice, delivery);
  const context = { notice: id, channel: to, job, event, attempts };
  if (delivery === 'delivered') log.info(context, 'a message was delivered');
  else if (delivery.nextAt === null) log.error({ ...context, error: delivery.error }, 'a message is given up');
  else log.warn({ ...context, ...delivery }, 'a message could not be delivered; it is tried again');
  return delivery === 'delivered';
}

async function attempt({ channels, now, sending }: DeliverDeps, notice: StoredNotice): Promise<Delivery> {
  const channel = channels.all.find(({ name }) => name === notice.channel);
  // Another worker may know it.
  if (channel === undefined) {
    const nextAt = nextAttempt(notice.attempts, notice.dueAt, now(), 0);
    return { error: 'notify.yaml has no such channel', nextAt };
  }
  const message = JSON.parse(notice.body) as Message;
  try {
    await send(channel, { id: notice.id, message, count: notice.count, now: now() }, sending);
    return 'delivered';
  } catch (error) {
    const known = error instanceof SyncError ? error : null;
    const { waitMs = 0, isOver = false } = known?.details ?? {};
    const next = isOver === true ? null : nextAttempt(notice.attempts, notice.dueAt, now(), Number(waitMs));
    return { error: known?.message ?? 'something went wrong inside the program', nextAt: next };
  }
}
