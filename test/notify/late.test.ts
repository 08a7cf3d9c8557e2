import { describe, expect, it } from 'vitest';
import { nextAttempt } from '../../src/notify/backoff.js';
import { findMissed } from '../../src/notify/late.js';

const HOUR = 3_600_000;
const time = (text: string): number => Date.parse(`${text}Z`);
const DAILY = { every: 24 * HOUR, timezone: 'UTC' };
const BY_SIX = { by: '06:00', timezone: 'Europe/Berlin' };
const WORKDAYS = { ...BY_SIX, days: ['mon', 'tue', 'wed', 'thu', 'fri'] as ('mon' | 'tue' | 'wed' | 'thu' | 'fri')[] };

describe('an export that is expected', () => {
  it.each([
    ['each day, after 23 hours', DAILY, '2026-03-02T06:00', '2026-03-03T05:00', null],
    ['each day, after a day', DAILY, '2026-03-02T06:00', '2026-03-03T06:00', '2026-03-03T06:00'],
    ['each day, after two and a half', DAILY, '2026-03-02T06:00', '2026-03-04T18:00', '2026-03-04T06:00'],
    // Berlin is an hour before UTC in winter and two in summer.
    ['by six, a minute before', BY_SIX, '2026-03-01T04:00', '2026-03-02T04:59', null],
    ['by six, at six', BY_SIX, '2026-03-01T04:00', '2026-03-02T05:00', '2026-03-02T05:00'],
    ['by six, in summer', BY_SIX, '2026-06-01T03:30', '2026-06-02T04:00', '2026-06-02T04:00'],
    ['by six, and came in time', BY_SIX, '2026-03-02T04:30', '2026-03-02T05:00', null],
    ['by six, and came too late, but before anybody looked', BY_SIX, '2026-03-02T05:20', '2026-03-02T05:30', null],
    ['on Friday, on Saturday', WORKDAYS, '2026-03-06T04:30', '2026-03-07T12:00', null],
    [
      'on Monday, which did not come since Friday',
      WORKDAYS,
      '2026-03-06T04:30',
      '2026-03-09T05:01',
      '2026-03-09T05:00',
    ],
    ['of a job that is newer than the time', BY_SIX, '2026-03-02T11:00', '2026-03-02T12:00', null],
  ])('%s', (_name, expected, last, now, missed) => {
    const found = findMissed(expected, time(last), time(now));
    expect(found?.at ?? null).toBe(missed === null ? null : new Date(time(missed)).toISOString());
  });

  it('says when it was expected', () => {
    expect(findMissed(DAILY, 0, 24 * HOUR)?.expected).toBe('at least every 24 h');
    const [last, now] = [time('2026-03-05T04:00'), time('2026-03-09T06:00')];
    expect(findMissed(WORKDAYS, last, now)?.expected).toBe('by 06:00 Europe/Berlin (mon, tue, wed, thu, fri)');
  });
});

describe('a message that could not be delivered', () => {
  const now = time('2026-03-02T06:00');
  const due = new Date(now).toISOString();
  const pauses = (attempts: number, wantedMs = 0): number | null => {
    const next = nextAttempt(attempts, due, now, wantedMs);
    return next === null ? null : (Date.parse(next) - now) / 1000;
  };

  it('is tried again soon, and less and less often', () => {
    expect([1, 2, 3, 8, 9, 50].map((attempts) => pauses(attempts))).toEqual([10, 30, 60, 1800, 3600, 3600]);
  });

  it('waits as long as the receiver wants, up to an hour', () => {
    expect(pauses(1, 120_000)).toBe(120);
    expect(pauses(1, 24 * HOUR)).toBe(3600);
  });

  it('is given up after three days', () => {
    expect(nextAttempt(70, due, now + 70 * HOUR, 0)).not.toBeNull();
    expect(nextAttempt(73, due, now + 72 * HOUR, 0)).toBeNull();
  });
});
