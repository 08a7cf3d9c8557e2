import { describe, expect, it } from 'vitest';
import type { MatchKey } from '../../src/mapping/fields.js';
import type { ClientValues, ContactValues } from '../../src/mapping/record.js';
import { keysOf } from '../../src/plan/keys.js';
import { isSameExport, LastRecords } from '../../src/run/file-facts.js';
import type { RunFile } from '../../src/run/store.js';
import { buildFile } from './build.js';

const aRun = (...files: readonly Partial<RunFile>[]): { readonly files: readonly RunFile[] } => ({
  files: files.map(buildFile),
});

type Said = readonly [client: ClientValues, ...contacts: readonly ContactValues[]];

/** Whether each file of the last run has its last record among these. */
function held(lastKeys: readonly (readonly string[])[], said: readonly Said[], levels: readonly MatchKey[]): unknown {
  const records = new LastRecords(levels, aRun(...lastKeys.map((keys) => ({ lastKeys: keys }))));
  for (const [client, ...contacts] of said) records.note(client, contacts, keysOf(levels, client, contacts));
  return lastKeys.map((_, file) => records.holds(file));
}

describe('the last record of the last run', () => {
  const last = ['id_number:c-9', 'email:info@a.example'];
  const shared = { email: 'info@a.example' };
  const levels: readonly MatchKey[] = ['id_number', 'email', 'number'];
  it.each<readonly [string, readonly (readonly string[])[], readonly Said[], readonly boolean[]]>([
    ['is there with its id, in any spelling', [last], [[{ id_number: 'A' }], [{ id_number: ' C-9 ' }]], [true]],
    ['is not there', [last], [[{ id_number: 'A' }, { email: 'x@y.example' }]], [false]],
    ['is not there when somebody else has its address', [last], [[{ id_number: 'A' }, shared]], [false]],
    ['is not there when there is nothing', [last], [], [false]],
    ['is there with its address when it has no id', [['email:info@a.example']], [[{ id_number: 'A' }, shared]], [true]],
    ['is there with one of its addresses', [['email:x@y', 'email:info@a.example']], [[{}, shared]], [true]],
    ['is looked for in all files', [last, ['email:b@b']], [[{ id_number: 'C-9' }]], [true, false]],
    ['cannot be looked for when its row said nothing', [[]], [], [true]],
  ])('%s', (_, lastKeys, said, expected) => {
    expect(held(lastKeys, said, levels)).toEqual(expected);
  });

  it('is looked for by a key that this job does not match by', () => {
    expect(held([['email:info@a.example']], [[{ id_number: 'A' }, shared]], ['id_number'])).toEqual([true]);
    expect(held([['email:info@a.example']], [[{ id_number: 'A' }]], ['id_number'])).toEqual([false]);
  });

  it('is not missed when there was no run, or one with fewer files', () => {
    expect(new LastRecords(levels, undefined).holds(0)).toBe(true);
    expect(new LastRecords(levels, aRun({ lastKeys: last })).holds(1)).toBe(true);
  });
});

describe('an export is the last one again', () => {
  const one = buildFile({ digest: '1' });
  const two = buildFile({ digest: '2' });
  it.each([
    ['when its bytes are the same', [one], aRun(one), true],
    ['when its files come in another order', [one, two], aRun(two, one), true],
    ['not when one of them differs', [one, two], aRun(one, one), false],
    ['not when there is one more', [one, two], aRun(one), false],
  ])('%s', (_, files, last, expected) => {
    expect(isSameExport(files, last)).toBe(expected);
  });
});
