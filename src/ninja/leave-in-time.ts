/**
 * A write that leaves late does not leave. What is checked before it (who may write to the target, how old the last look
 * is) holds for some seconds only, and a process can stand still at any moment: a machine that sleeps, a connection that
 * is busy. So the last thing before the first byte is a look at the clock.
 */

import { DecoratorHandler } from 'undici';
import type { Dispatcher } from 'undici';

/** Nothing was sent. */
export class LeftLate extends Error {
  override readonly name = 'LeftLate';
}

/** Two clocks, since one stands still with a machine that sleeps, and the other may be set back. */
export interface Moment {
  readonly running: number;
  readonly wall: number;
}

export function readMoment(): Moment {
  return { running: performance.now(), wall: Date.now() };
}

/** Milliseconds, by the clock on which more of them passed. */
function msSince(moment: Moment): number {
  return Math.max(performance.now() - moment.running, Date.now() - moment.wall);
}

interface Timed {
  /** When what stands before the request was checked, and for how many milliseconds that holds. */
  readonly checkedAt?: Moment;
  readonly leaveWithinMs?: number;
}

/** A request as it is handed to the pool, with the time that it has to leave. */
export type TimedRequest = Dispatcher.RequestOptions & Timed;

/** Requests with a `checkedAt` fail with `LeftLate` when they are about to leave too long after it. */
export const leavingInTime: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { checkedAt, leaveWithinMs } = options as Timed;
  if (checkedAt === undefined || leaveWithinMs === undefined) return dispatch(options, handler);
  return dispatch(options, new InTime(handler, checkedAt, leaveWithinMs));
};

class InTime extends DecoratorHandler {
  readonly #checkedAt: Moment;
  readonly #leaveWithinMs: number;

  constructor(handler: Dispatcher.DispatchHandler, checkedAt: Moment, leaveWithinMs: number) {
    super(handler);
    this.#checkedAt = checkedAt;
    this.#leaveWithinMs = leaveWithinMs;
  }

  /** The connection is free, and the next thing is the first byte. */
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    if (msSince(this.#checkedAt) > this.#leaveWithinMs) throw new LeftLate('It did not leave in time.');
    const { onRequestStart } = DecoratorHandler.prototype as Required<
      Pick<Dispatcher.DispatchHandler, 'onRequestStart'>
    >;
    onRequestStart.call(this, controller, context);
  }
}
