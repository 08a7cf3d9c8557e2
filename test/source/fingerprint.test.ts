/** What one pass over the bytes finds: marks, wide units, and the encoding that follows from them. */

import { encode } from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { profileFile } from '../../src/source/probe.js';
import { cellsOf, readAll, writeFile } from './write.js';

const TEXT = 'Name;City\r\nMüller 😎;Köln上\r\n"a\nb";Ċ\r\n';
const ROWS = [
  ['Müller 😎', 'Köln上'],
  ['a\nb', 'Ċ'],
];
const MARK = '\ufeff';

describe('UTF-32', () => {
  it.each([
    ['utf-32le with a mark', 'utf-32le', encode(MARK + TEXT, 'utf-32le'), true],
    ['utf-32be with a mark', 'utf-32be', encode(MARK + TEXT, 'utf-32be'), true],
    ['utf-32le with two marks', 'utf-32le', encode(MARK + MARK + TEXT, 'utf-32le'), true],
    ['utf-32le without a mark', 'utf-32le', encode(TEXT, 'utf-32le'), false],
    ['utf-32be without a mark', 'utf-32be', encode(TEXT, 'utf-32be'), false],
    [
      'utf-32le behind the mark of UTF-16',
      'utf-32le',
      Buffer.concat([Buffer.from([0xff, 0xfe]), encode(TEXT, 'utf-32le')]),
      true,
    ],
    [
      'utf-32be behind the mark of UTF-16',
      'utf-32be',
      Buffer.concat([Buffer.from([0xfe, 0xff]), encode(TEXT, 'utf-32be')]),
      true,
    ],
  ])('reads %s', async (_, encoding, bytes, bom) => {
    for (const blockBytes of [undefined, 64]) {
      const result = await readAll(bytes, {}, blockBytes);
      expect(result.profile).toMatchObject({ encoding, bom, lineEnd: 'mixed', endsWithLineEnd: true });
      expect(result.profile.columns).toEqual(['Name', 'City']);
      expect(cellsOf(result)).toEqual(ROWS);
      expect(result.rows.map(({ line }) => line)).toEqual([2, 3]);
    }
  });

  it.each(['utf-32le', 'utf-32be'])('finds the footer of a long file in %s, behind either mark', async (encoding) => {
    const text = `Name;City;Zip\n${'Müller;Köln;50667\n'.repeat(8000)}\nCopyright (c) 2024 Acme\n`;
    const short = Buffer.from(encoding === 'utf-32le' ? [0xff, 0xfe] : [0xfe, 0xff]);
    for (const bytes of [encode(MARK + text, encoding), Buffer.concat([short, encode(text, encoding)])]) {
      const result = await readAll(bytes);
      expect(result.profile.footerLines).toBe(2);
      expect(result.rows).toHaveLength(8000);
      expect(result.broken).toEqual([]);
    }
  });

  it('is refused when it was cut off inside of a character', async () => {
    const bytes = encode(MARK + TEXT, 'utf-32le').subarray(0, -2);
    await expect(profileFile(writeFile(bytes))).rejects.toMatchObject({ code: 'file-encoding' });
  });
});

describe('marks', () => {
  it('takes the mark of GB18030', async () => {
    const result = await readAll(encode(`${MARK}姓名,城市\n张伟,北京\n`, 'gb18030'));
    expect(result.profile).toMatchObject({ encoding: 'gb18030', bom: true, notes: [] });
    expect(cellsOf(result)).toEqual([['张伟', '北京']]);
  });

  it('takes UTF-16 with a mark for that, also when it is short', async () => {
    for (const encoding of ['utf-16le', 'utf-16be']) {
      const result = await readAll(encode(`${MARK}a,b\n1,2\n`, encoding));
      expect(result.profile).toMatchObject({ encoding, bom: true, columns: ['a', 'b'] });
    }
  });
});
