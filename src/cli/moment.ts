/** Times, hours and shares as people type them behind an option. Pure apart from the time zone of this machine. */

import { SyncError } from '../errors.js';
import { parseDuration } from '../job/duration.js';
import type { PushWindow } from '../run/request.js';

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * `22:00` (the next such time here), `+2h`, or a date with time; without a zone it is that of this machine.
 *
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970
 * @throws SyncError `usage`, also for a time that is over
 */
export function parseMoment(option: string, text: string, now: number): number {
  const moment = readMoment(text.trim(), now);
  if (moment === null) {
    throw new SyncError('usage', `${option} "${text}" is no time.`, {
      hint: 'Write 22:00 for the next such time, +2h, or a date such as 2026-11-30T22:00.',
    });
  }
  if (moment < now) {
    throw new SyncError('usage', `${option} "${text}" is over: that was ${new Date(moment).toISOString()}.`, {
      hint: `Leave ${option} out to begin at once.`,
    });
  }
  return moment;
}

function readMoment(text: string, now: number): number | null {
  if (text.startsWith('+')) {
    const ms = parseDuration(text.slice(1));
    return ms === null ? null : now + ms;
  }
  const clock = CLOCK.exec(text);
  if (clock !== null) return nextClockTime(Number(clock[1]), Number(clock[2]), now);
  const [, date, time = '00:00', zone = ''] = DATE_TIME.exec(text) ?? [];
  if (date === undefined) return null;
  const day = new Date(`${date}T00:00Z`);
  // A day that its month does not have would count on into the next one.
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return null;
  const moment = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(moment) ? null : moment;
}

function nextClockTime(hours: number, minutes: number, now: number): number {
  const moment = new Date(now);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() <= now) moment.setDate(moment.getDate() + 1);
  return moment.getTime();
}

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/**
 * @param timezone in which the hours are meant
 * @throws SyncError `usage`
 */
export function parseWindow(option: string, hours: string, timezone: string): PushWindow {
  if (HOURS.test(hours)) return { hours, timezone };
  throw new SyncError('usage', `${option} "${hours}" is no window.`, {
    hint: 'Write two times of the day, such as 22:00-06:00; it may pass midnight.',
  });
}

export function localTimezone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const SHARE_MIN = 0.01;

/** @throws SyncError `usage` */
export function parseShare(option: string, text: string): number {
  const share = /^\d(\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
  if (share >= SHARE_MIN && share <= 1) return share;
  throw new SyncError('usage', `${option} "${text}" is no share of the rate limit.`, {
    hint: `Write a number from ${SHARE_MIN} to 1, such as 0.5 for half of it.`,
  });
}

/** @throws SyncError `usage` */
export function parseWhole(option: string, text: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new SyncError('usage', `${option} "${text}": a whole number from ${min} to ${max} is needed.`);
}

/** `2026-11-30 02:30` on the clock of that zone. */
export function showLocal(moment: number, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return format.format(moment);
}
