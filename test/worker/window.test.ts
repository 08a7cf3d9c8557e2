import { describe, expect, it } from 'vitest';
import { readWindow } from '../../src/worker/window.js';

const at = (text: string): number => Date.parse(text);
const NIGHT = { hours: '22:00-06:00', timezone: 'Europe/Berlin' };

describe('readWindow', () => {
  it.each([
    ['2026-11-22T20:59:30Z', false, '2026-11-22T21:00:00Z'],
    ['2026-11-22T21:00:00Z', true, '2026-11-23T05:00:00Z'],
    ['2026-11-23T04:59:59Z', true, '2026-11-23T05:00:00Z'],
    ['2026-11-23T05:00:00Z', false, '2026-11-23T21:00:00Z'],
    // The night in which the clock goes back is an hour longer.
    ['2026-10-24T20:30:00Z', true, '2026-10-25T05:00:00Z'],
  ])('22:00-06:00 in Berlin at %s', (now, open, next) => {
    const state = readWindow(NIGHT, at(now));
    expect(state.open).toBe(open);
    expect(state.open ? state.until : state.opensAt).toBe(at(next));
  });

  it('is open all day without hours, and where they end as they begin', () => {
    expect(readWindow(null, 0)).toEqual({ open: true, until: Number.POSITIVE_INFINITY });
    expect(readWindow({ hours: '08:00-08:00', timezone: 'UTC' }, 0).open).toBe(true);
  });

  it('knows hours within one day', () => {
    const office = { hours: '09:00-17:30', timezone: 'UTC' };
    expect(readWindow(office, at('2026-11-22T17:29:00Z'))).toEqual({ open: true, until: at('2026-11-22T17:30:00Z') });
    expect(readWindow(office, at('2026-11-22T17:30:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-11-23T09:00:00Z'),
    });
  });
});
