/** Which expected time passed without an export. Pure but for the time zones that this Node.js knows. */

import { CronExpressionParser } from 'cron-parser';
import { showDuration } from '../job/duration.js';
import type { Expectation } from '../job/notify-keys.js';

export interface Missed {
  /** ISO 8601 UTC: when it should have been there. */
  readonly at: string;
  /** Goes after "It was expected". */
  readonly expected: string;
}

/**
 * @param last milliseconds since 1970: when the last export came; where none ever came, since when the job exists
 * @param now milliseconds since 1970
 * @returns the newest time that was missed; `null`: none
 */
export function findMissed(expected: Expectation, last: number, now: number): Missed | null {
  if (expected.every !== undefined) {
    const periods = Math.floor((now - last) / expected.every);
    if (periods < 1) return null;
    const at = new Date(last + periods * expected.every).toISOString();
    return { at, expected: `at least every ${showDuration(expected.every)}` };
  }
  if (expected.by === undefined) return null;
  const [due, before] = lastTimes(expected, expected.by, now);
  // What came after the time before is the export of this time, even if it came late.
  if (last > before) return null;
  const days = expected.days === undefined ? '' : ` (${expected.days.join(', ')})`;
  return { at: new Date(due).toISOString(), expected: `by ${expected.by} ${expected.timezone}${days}` };
}

/** The newest expected time that is over, and the one before it; milliseconds since 1970. */
function lastTimes({ days, timezone }: Expectation, by: string, now: number): readonly [number, number] {
  const [hour, minute] = by.split(':').map(Number);
  const cron = `${minute} ${hour} * * ${days === undefined ? '*' : days.join(',')}`;
  // A time that is now is over.
  const times = CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(now + 1) });
  return [times.prev().getTime(), times.prev().getTime()];
}
