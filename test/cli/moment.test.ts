/** Times, hours and shares as people type them. */

import { describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { parseMoment, parseShare, parseWhole, parseWindow, showLocal } from '../../src/cli/moment.js';

/** Noon here, whatever the zone of the machine is. */
const NOON = new Date(2026, 10, 23, 12, 0, 0).getTime();
const MINUTE = 60_000;

describe('parseMoment', () => {
  it.each<readonly [string, number]>([
    ['+2h', NOON + 120 * MINUTE],
    ['+1h30m', NOON + 90 * MINUTE],
    ['+0s', NOON],
    ['22:00', new Date(2026, 10, 23, 22).getTime()],
    ['12:01', NOON + MINUTE],
    // The next such time: it is noon already.
    ['12:00', new Date(2026, 10, 24, 12).getTime()],
    ['6:30', new Date(2026, 10, 24, 6, 30).getTime()],
    ['2026-11-30T22:00', new Date(2026, 10, 30, 22).getTime()],
    ['2026-11-30 22:00:05', new Date(2026, 10, 30, 22, 0, 5).getTime()],
    ['2026-11-30', new Date(2026, 10, 30).getTime()],
    ['2026-11-30T22:00Z', Date.UTC(2026, 10, 30, 22)],
    ['2026-11-30T22:00+02:00', Date.UTC(2026, 10, 30, 20)],
  ])('%s', (text, expected) => {
    expect(new Date(parseMoment('--at', text, NOON)).toISOString()).toBe(new Date(expected).toISOString());
  });

  it.each(['soon', '', '25:00', '22:60', '+', '+2', '+2 hours', '2026-02-30', '2026-13-01', '2026-11-30T25:00', '22'])(
    'refuses %j',
    (text) => {
      expect(() => parseMoment('--at', text, NOON)).toThrow(SyncError);
      expect(() => parseMoment('--at', text, NOON)).toThrow(`--at "${text}" is no time.`);
    },
  );

  it('refuses a time that is over', () => {
    expect(() => parseMoment('--at', '2026-11-20', NOON)).toThrow('--at "2026-11-20" is over');
  });
});

describe('parseWindow', () => {
  it('takes two times of the day', () => {
    expect(parseWindow('--window', '22:00-06:00', 'Europe/Berlin')).toEqual({
      hours: '22:00-06:00',
      timezone: 'Europe/Berlin',
    });
  });

  it.each(['22-6', '22:00', '22:00-24:00', '9:00-17:00', 'night'])('refuses %s', (text) => {
    expect(() => parseWindow('--window', text, 'UTC')).toThrow(`--window "${text}" is no window.`);
  });
});

describe('parseShare', () => {
  it.each([
    ['1', 1],
    ['0.5', 0.5],
    ['0.01', 0.01],
  ])('%s', (text, share) => expect(parseShare('--share', text)).toBe(share));

  it.each(['0', '2', '0.001', '50%', '.5', '-0.5', ''])('refuses %j', (text) => {
    expect(() => parseShare('--share', text)).toThrow('is no share of the rate limit');
  });
});

describe('parseWhole', () => {
  it('takes both ends', () => {
    expect([parseWhole('--concurrency', '1', 1, 64), parseWhole('--concurrency', '64', 1, 64)]).toEqual([1, 64]);
  });

  it.each(['0', '65', '1.5', 'two', '', '-1'])('refuses %j', (text) => {
    expect(() => parseWhole('--concurrency', text, 1, 64)).toThrow('a whole number from 1 to 64 is needed');
  });
});

it('showLocal shows the clock of the zone', () => {
  const time = Date.UTC(2026, 2, 29, 1, 30);
  expect([showLocal(time, 'Europe/Berlin'), showLocal(time, 'UTC')]).toEqual(['2026-03-29 03:30', '2026-03-29 01:30']);
});
