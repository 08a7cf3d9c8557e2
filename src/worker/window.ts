/** Hours of the day in which changes may be sent. Pure. */

import type { PushWindow } from '../run/request.js';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

export type WindowState =
  /** It is open until `until`, milliseconds since 1970; infinite when it never closes. */
  { readonly open: true; readonly until: number } | { readonly open: false; readonly opensAt: number };

/**
 * Minute by minute on the wall clock of the time zone, so that days of 23 and 25 hours are right.
 *
 * @param window `null`: always open
 * @param now milliseconds since 1970
 */
export function readWindow(window: PushWindow | null, now: number): WindowState {
  if (window === null) return { open: true, until: Number.POSITIVE_INFINITY };
  const [from = 0, to = 0] = window.hours.split('-').map(minuteOf);
  if (from === to) return { open: true, until: Number.POSITIVE_INFINITY };
  const clock = openClock(window.timezone);
  const isOpen = (time: number): boolean => {
    const minute = clock(time);
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
  };
  const open = isOpen(now);
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  // A day of 25 hours is the longest wait.
  for (let step = 1; step <= DAY_MINUTES + 60; step += 1) {
    const time = start + step * MINUTE_MS;
    if (isOpen(time) !== open) return open ? { open, until: time } : { open, opensAt: time };
  }
  return { open: true, until: Number.POSITIVE_INFINITY };
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

/** From milliseconds since 1970 to the minute of the day in the time zone. */
function openClock(timezone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (time) => minuteOf(format.format(time));
}
