/** The operators' page of errors lists exactly the codes that there are, with the exit codes that they lead to. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, SyncError } from '../src/errors.js';
import type { ErrorCode } from '../src/errors.js';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z\d-]+)` \| (.+) \| (.+) \| (\d+) \|$/gm)].map(
  ([, code = '', meaning = '', remedy = '', exitCode = '']) => ({ code, meaning, remedy, exitCode }),
);

describe('docs/errors.md', () => {
  it('explains every code once, in the order of the list', () => {
    expect(rows.map((row) => row.code)).toEqual(Object.keys(ERROR_CODES));
  });

  it.each(rows)('explains $code', ({ code, meaning, remedy, exitCode }) => {
    expect(new SyncError(code as ErrorCode, 'x').exitCode).toBe(Number(exitCode));
    expect(meaning).toMatch(/\w+ \w+/);
    expect(remedy).toMatch(/\w/);
  });
});
