import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { openSpill } from '../../src/run/spill.js';
import type { Spill } from '../../src/run/spill.js';

let folder: string;
let spill: Spill;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-spill-'));
  spill = openSpill(folder);
});

afterEach(() => {
  spill.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Texts of many lengths, with characters of one to four bytes, so that some lie across two blocks. */
function textOf(index: number): string {
  return `${index}:${'aé€😀'.repeat((index * 7919) % 90)}`;
}

describe('a spill file', () => {
  it('numbers the texts from 0 and counts their bytes', () => {
    expect([spill.append('a'), spill.append(''), spill.append('é')]).toEqual([0, 1, 2]);
    expect(spill.count).toBe(3);
    expect(spill.bytes).toBe(3);
  });

  it('gives back what is still in the write buffer', () => {
    spill.append('first');
    spill.append('');
    spill.append('third');
    expect([spill.read(2), spill.read(1), spill.read(0)]).toEqual(['third', '', 'first']);
  });

  it('gives back what is on disk, in ascending, descending and scattered order, while more is appended', () => {
    const total = 20_000;
    for (let index = 0; index < total; index++) spill.append(textOf(index));
    expect(spill.bytes).toBeGreaterThan(8 * 1024 * 1024);
    for (let index = 0; index < total; index++) expect(spill.read(index)).toBe(textOf(index));
    for (let index = total - 1; index >= 0; index -= 3) expect(spill.read(index)).toBe(textOf(index));
    for (let step = 0; step < total; step++) {
      const index = (step * 7907) % total;
      if (step % 2 === 0) spill.append(textOf(total + step / 2));
      if (spill.read(index) !== textOf(index)) expect.fail(`text ${index} came back changed`);
    }
    for (let index = total; index < spill.count; index++) expect(spill.read(index)).toBe(textOf(index));
  });

  it('takes a text that is larger than its buffers, and one that fills the buffer exactly', () => {
    const large = 'x€'.repeat(2 * 1024 * 1024);
    const exact = 'y'.repeat(1024 * 1024);
    const indices = [exact, large, 'z', exact].map((text) => spill.append(text));
    expect(indices).toEqual([0, 1, 2, 3]);
    expect(spill.read(1) === large).toBe(true);
    expect(spill.read(0) === exact && spill.read(3) === exact).toBe(true);
    expect(spill.read(2)).toBe('z');
  });

  it('reads more blocks than its cache holds', () => {
    const text = 'b'.repeat(300_000);
    for (let index = 0; index < 80; index++) spill.append(`${index}${text}`);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 80; index++) expect(spill.read(index) === `${index}${text}`).toBe(true);
    }
  });

  it('leaves no name in the folder, open or closed', () => {
    spill.append('something');
    expect(readdirSync(folder)).toEqual([]);
    spill.close();
    spill.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(() => spill.read(0)).toThrow('assertion failed');
  });

  it('refuses an index that it does not hold', () => {
    spill.append('only');
    for (const index of [-1, 1, 0.5]) expect(() => spill.read(index)).toThrow('assertion failed');
    expect(spill.read(0)).toBe('only');
  });

  it('makes a missing folder, and says what to do when it cannot', () => {
    const missing = path.join(folder, 'a', 'b');
    openSpill(missing).close();
    expect(readdirSync(path.join(folder, 'a'))).toEqual(['b']);

    writeFileSync(path.join(folder, 'file'), '');
    expect.assertions(4);
    try {
      openSpill(path.join(folder, 'file', 'below'));
    } catch (error) {
      expect(error).toBeInstanceOf(SyncError);
      expect(error).toMatchObject({ code: 'state-unusable', hint: expect.stringContaining('DATA_DIR') });
      expect((error as Error).message).toContain(path.join(folder, 'file', 'below'));
    }
  });
});
