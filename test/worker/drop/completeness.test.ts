import { describe, expect, it } from 'vitest';
import { comparePrint, nextStep, parseMarker, seeFile } from '../../../src/worker/drop/completeness.js';
import type { Ending, Stillness } from '../../../src/worker/drop/completeness.js';

const SETTLE_MS = 1000;
const LOOK = { size: 100, mtimeMs: 5 };
const DIGEST = 'ab'.repeat(32);

const still = (print: Stillness['print'] = null): Stillness => ({ look: LOOK, since: 0, print });
const printed = (ending: Ending, digest = DIGEST) => ({ digest, ending });

describe('a file that should stand still', () => {
  it.each([
    ['grew', { size: 101, mtimeMs: 5 }],
    ['shrank', { size: 99, mtimeMs: 5 }],
    ['was written again in place', { size: 100, mtimeMs: 6 }],
    ['has an older time, as a copy that keeps times', { size: 100, mtimeMs: 4 }],
  ])('begins anew when it %s', (_what, look) => {
    const before = still({ ...printed('line'), at: 300 });
    expect(seeFile(before, look, 900)).toEqual({ look, since: 900, print: null });
  });

  it('keeps what is known of it while it does not change', () => {
    const before = still({ ...printed('line'), at: 300 });
    expect(seeFile(before, { ...LOOK }, 900)).toBe(before);
  });

  it('is printed first when it stood still for a quarter of the time', () => {
    expect(nextStep(still(), 100, SETTLE_MS)).toEqual({ kind: 'wait', ms: 150 });
    expect(nextStep(still(), 250, SETTLE_MS)).toEqual({ kind: 'print' });
  });

  it.each<readonly [Ending, number]>([
    ['line', 1000],
    ['no-line-end', 2000],
    ['open', 10_000],
  ])('that ends with "%s" is printed again %i ms later', (ending, ms) => {
    const once = comparePrint(still(), printed(ending), 300, SETTLE_MS);
    expect(once.whole).toBe(false);
    expect(nextStep(once.still, 300 + ms - 1, SETTLE_MS)).toEqual({ kind: 'wait', ms: 1 });
    expect(nextStep(once.still, 300 + ms, SETTLE_MS)).toEqual({ kind: 'print' });
    expect(comparePrint(once.still, printed(ending), 300 + ms, SETTLE_MS).whole).toBe(true);
  });

  it('is not whole when its bytes changed and nothing else did', () => {
    const { still: once } = comparePrint(still(), printed('line'), 300, SETTLE_MS);
    const twice = comparePrint(once, printed('line', 'cd'.repeat(32)), 1300, SETTLE_MS);
    expect(twice.whole).toBe(false);
    expect(nextStep(twice.still, 2299, SETTLE_MS)).toEqual({ kind: 'wait', ms: 1 });
    expect(comparePrint(twice.still, printed('line', 'cd'.repeat(32)), 2300, SETTLE_MS).whole).toBe(true);
  });

  it('is not whole when it was printed again too early', () => {
    const { still: once } = comparePrint(still(), printed('line'), 300, SETTLE_MS);
    expect(comparePrint(once, printed('line'), 1200, SETTLE_MS)).toEqual({ still: once, whole: false });
  });
});

describe('a marker', () => {
  it.each([
    ['nothing', '', null, null],
    ['any text', 'upload finished at 10:15\n', null, null],
    ['rows', 'rows=12\n', 12, null],
    ['both, on two lines', `rows=12\r\nsha256=${DIGEST.toUpperCase()}\r\n`, 12, DIGEST],
    ['both, beside each other', `sha256: ${DIGEST} rows: 12`, 12, DIGEST],
    ['what sha256sum prints', `${DIGEST}  clients.csv\n`, null, DIGEST],
    ['JSON', `\ufeff{"rows": 12, "sha256": "${DIGEST}", "by": "crm"}`, 12, DIGEST],
    ['JSON with nothing for us', '{}', null, null],
  ])('may hold %s', (_what, text, rows, sha256) => {
    expect(parseMarker(text)).toEqual({ rows, sha256 });
  });

  it.each([
    ['JSON that is cut off', '{"rows": 12'],
    ['a digest that is cut off', 'sha256=abcd'],
    ['rows that are no number', 'rows=many'],
    ['rows without a number', 'rows='],
    ['rows below none', '{"rows": -1}'],
  ])('cannot be read when it holds %s', (_what, text) => {
    expect(parseMarker(text)).toBeNull();
  });
});
