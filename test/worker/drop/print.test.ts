/** How a file ends, by what it is: a workbook says by itself whether it is whole. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { printFile } from '../../../src/worker/drop/print.js';
import { buildOds, buildXlsx } from '../../support/workbook.js';

const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-print-'));
const ROWS = [
  ['Name', 'City'],
  ['Acme', 'Köln'],
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['clients.xlsx', buildXlsx({ sheets: [{ name: 'S', rows: ROWS }] })],
  ['clients.ods', buildOds([{ name: 'S', rows: ROWS }])],
])('%s is whole with the list of contents at its end, and open without it', async (name, bytes) => {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  expect(await printFile(file, {})).toMatchObject({ ending: 'line' });
  writeFileSync(file, bytes.subarray(0, bytes.length - 30));
  expect(await printFile(file, {})).toMatchObject({ ending: 'open' });
});
