import { describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import type { ErrorCode } from '../../src/errors.js';
import { hasEnded, isKeyTaken, judgeFailure, wordsOf } from '../../src/push/verdict.js';

const failure = (code: ErrorCode, details: Record<string, unknown> = {}): SyncError =>
  new SyncError(code, 'It failed.', { details });

describe('a failure', () => {
  it.each([
    ['target-in-doubt', 'in-doubt'],
    ['target-invalid', 'refused'],
    ['target-not-found', 'gone'],
    ['target-deleted', 'gone'],
    ['target-unreachable', 'away'],
    ['target-timeout', 'away'],
    ['target-throttled', 'away'],
    ['target-server-error', 'away'],
    ['target-unauthorised', 'stop'],
    ['target-forbidden', 'stop'],
    ['target-permission', 'stop'],
    ['target-tls', 'stop'],
    ['target-redirect', 'stop'],
    ['target-not-json', 'stop'],
    ['lease-lost', 'stop'],
    ['state-unusable', 'stop'],
    ['target-answer-unexpected', 'fail'],
  ] as const)('%s means %s', (code, verdict) => {
    expect(judgeFailure(failure(code), true)).toBe(verdict);
  });

  it('404 is about the address where no client is named', () => {
    expect(judgeFailure(failure('target-not-found'), false)).toBe('stop');
  });
});

describe('a request in doubt', () => {
  it.each([
    ['a 500 of the server', { status: 500 }, true],
    ['an answer that cannot be read', { status: 200 }, true],
    ['a 502 of a proxy', { status: 502 }, false],
    ['a 504 of a proxy', { status: 504 }, false],
    ['a broken connection', { network: 'ECONNRESET' }, false],
  ])('%s: has it ended? %s', (_, details, ended) => {
    expect(hasEnded(failure('target-in-doubt', details))).toBe(ended);
  });
});

describe('a refused key', () => {
  it.each([
    ['id_number', { id_number: ['The id number has already been taken.'] }, true],
    ['number', { number: ['The number has already been taken.'] }, true],
    ['another field', { name: ['The name is too long.'] }, false],
    ['an address that is there twice', { 'contacts.0.email': ['The email has already been taken.'] }, false],
  ])('of %s', (_, errors, taken) => {
    expect(isKeyTaken(failure('target-invalid', { errors }))).toBe(taken);
  });

  it('is none when it is another error', () => {
    expect(isKeyTaken(failure('target-in-doubt', { errors: { number: 'taken' } }))).toBe(false);
  });
});

it('the words of an error end with what to do', () => {
  expect(wordsOf(new SyncError('target-invalid', 'Refused.', { hint: 'Correct it.' }))).toBe('Refused. Correct it.');
  expect(wordsOf(new SyncError('target-invalid', 'Refused.'))).toBe('Refused.');
});
