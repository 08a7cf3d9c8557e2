/** Names of encodings, as people write them. */

import { describe, expect, it } from 'vitest';
import type { SyncError } from '../../src/errors.js';
import { findEncoding, readEncodingName } from '../../src/source/encoding-names.js';

describe('the name of an encoding', () => {
  it.each([
    ['UTF-8', 'utf-8'],
    ['utf8', 'utf-8'],
    ['UTF-16LE', 'utf-16le'],
    ['ucs2', 'utf-16le'],
    ['utf-32be', 'utf-32be'],
    ['CP1252', 'windows-1252'],
    ['win1252', 'windows-1252'],
    ['ISO-8859-1', 'windows-1252'],
    ['latin1', 'windows-1252'],
    ['latin2', 'iso-8859-2'],
    ['Windows 1250', 'windows-1250'],
    ['ibm850', 'cp850'],
    ['Shift-JIS', 'shift_jis'],
    ['windows-31j', 'shift_jis'],
    ['EUC-JP', 'euc-jp'],
    ['GBK', 'gbk'],
    ['gb18030', 'gb18030'],
    ['Big5', 'big5'],
    ['KOI8-R', 'koi8-r'],
    ['mac', 'macintosh'],
  ])('%s means %s', (name, encoding) => {
    expect(findEncoding(name)).toBe(encoding);
    expect(findEncoding(encoding)).toBe(encoding);
  });

  it.each([
    ['windws-1252', 'windows-1252'],
    ['shiftjs', 'shift_jis'],
    ['utf-9', 'utf-8'],
    ['utf-16', 'utf-16le'],
    ['utf-7', 'UTF-8'],
    ['iso-2022-jp', 'UTF-8'],
    ['base64', 'utf-8'],
    ['klingon', 'utf-8'],
    ['', 'utf-8'],
  ])('%j is refused with advice: %s', (name, advice) => {
    let error: SyncError | undefined;
    try {
      readEncodingName(name);
    } catch (cause) {
      error = cause as SyncError;
    }
    expect(error?.code).toBe('usage');
    expect(error?.message).toContain(`"${name}" is no encoding that can be read`);
    expect(error?.hint).toContain(advice);
  });
});
