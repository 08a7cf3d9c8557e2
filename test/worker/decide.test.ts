import { describe, expect, it } from 'vitest';
import { ERROR_CODES, SyncError } from '../../src/errors.js';
import type { ErrorCode } from '../../src/errors.js';
import { ATTEMPTS_MAX, decide } from '../../src/worker/decide.js';
import { causeOf, stopError } from '../../src/worker/stop.js';

const kindOf = (code: ErrorCode): string => decide(new SyncError(code, 'x'), 1).kind;

describe('decide', () => {
  it.each([
    ['target-unreachable', 'later'],
    ['target-timeout', 'later'],
    ['target-throttled', 'later'],
    ['target-server-error', 'later'],
    ['state-unusable', 'later'],
    ['file-changed', 'later'],
    ['target-busy', 'busy'],
    ['lease-lost', 'give-back'],
    ['interrupted', 'give-back'],
    ['guard-breached', 'fail'],
    ['too-many-failures', 'fail'],
    ['target-unauthorised', 'fail'],
    ['job-unknown', 'fail'],
    ['file-missing', 'fail'],
  ] as const)('%s: %s', (code, kind) => {
    expect(kindOf(code)).toBe(kind);
  });

  it('has an answer for every code, and lets a person see what it does not know', () => {
    const kinds = (Object.keys(ERROR_CODES) as ErrorCode[]).map(kindOf);
    expect(new Set(kinds)).toEqual(new Set(['fail', 'later', 'busy', 'give-back']));
    expect(decide(new TypeError('x is not a function'), 1)).toEqual({ kind: 'fail' });
    expect(decide('thrown', 1)).toEqual({ kind: 'fail' });
  });

  it('waits longer each time, an hour at most, some four hours in all', () => {
    const delays = Array.from({ length: ATTEMPTS_MAX }, (_, at) =>
      decide(new SyncError('target-timeout', 'x'), at + 1),
    );
    const waits = delays.flatMap((decision) => (decision.kind === 'later' ? [decision.delayMs] : []));
    expect(waits.slice(0, 3)).toEqual([15_000, 30_000, 60_000]);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(Math.max(...waits)).toBe(3_600_000);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000).toBeCloseTo(4, 0);
    expect(delays.at(-1)).toEqual({ kind: 'fail' });
  });

  it('waits for a disk that is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(decide(full, 1)).toEqual({ kind: 'later', delayMs: 15_000 });
    expect(decide(full, ATTEMPTS_MAX)).toEqual({ kind: 'fail' });
    expect(decide(Object.assign(full, { code: 'EACCES' }), 1)).toEqual({ kind: 'fail' });
  });

  it('never gives up on a target that another run holds', () => {
    expect(decide(new SyncError('target-busy', 'x'), 1000)).toMatchObject({ kind: 'busy' });
  });
});

describe('a stopped leg', () => {
  it('knows why, and is given back', () => {
    expect(causeOf(AbortSignal.abort(stopError('window')))).toBe('window');
    expect(causeOf(AbortSignal.abort())).toBeNull();
    expect(causeOf(new AbortController().signal)).toBeNull();
    expect(decide(stopError('shutdown'), 1)).toEqual({ kind: 'give-back' });
  });
});
