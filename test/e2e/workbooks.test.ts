/** Workbooks through the command line: the same clients as from the same export as CSV, and rejects that come back. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { buildOds, buildXlsx } from '../support/workbook.js';
import type { CellSpec } from '../support/workbook.js';
import { ROOT, readLines, runCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

const CSV = path.join(ROOT, 'samples/hubspot/companies.csv');
const JOB = 'guards:\n  update: { ratio: 1 }\n  create: { ratio: 1 }\n  rejects: { ratio: 1 }\n';
const DAY_MS = 24 * 60 * 60 * 1000;

let sandbox: Sandbox;
let folder: string;
let env: Environment;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(() => {
  sandbox.reset();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-workbooks-'));
  env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: path.join(folder, 'data') };
  mkdirSync(path.join(folder, 'jobs'));
  writeFileSync(path.join(folder, 'jobs/clients.yaml'), JOB);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, env, folder);

function put(name: string, bytes: Buffer): string {
  writeFileSync(path.join(folder, name), bytes);
  return name;
}

/** As Excel holds it after it opened the CSV file and somebody formatted the columns: numbers and dates. */
function excelCell(text: string, column: string | undefined): CellSpec {
  if (text === '') return null;
  if (column === 'Record ID') return { raw: text, format: '0' };
  if (column === 'Postal Code' && /^\d{5}$/.test(text)) return { raw: String(Number(text)), format: '00000' };
  const date = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)$/.exec(text);
  if (date === null) return text;
  const serial = (Date.parse(`${date[1]}T${date[2]}Z`) - Date.UTC(1899, 11, 30)) / DAY_MS;
  return { raw: String(serial), format: 'yyyy\\-mm\\-dd\\ hh:mm' };
}

describe('the companies of HubSpot', () => {
  const [header = [], ...rows] = parse(readFileSync(CSV));
  const excel = buildXlsx({
    sheets: [
      { name: 'hiddenSheet', state: 'veryHidden', rows: [['x', 'y']] },
      {
        name: 'companies',
        rows: [header, ...rows.map((cells) => cells.map((cell, at) => excelCell(cell, header[at])))],
      },
    ],
  });
  const ods = buildOds([{ name: 'companies', rows: [header, ...rows] }]);

  it.each([
    ['.xlsx', excel],
    ['.ods', ods],
  ])('make the same clients from %s as from CSV', async (ending, bytes) => {
    const name = put(`companies${ending}`, bytes);
    const clientsOf = (ended: Ended): readonly unknown[] =>
      readLines(ended)
        .lines.filter((line) => line.type === 'record')
        .map(({ client, contacts, lifecycle }) => ({ client, contacts, lifecycle }));
    const expected = clientsOf(await cli('records', CSV, '--json'));
    const read = await cli('records', name, '--json');
    expect(clientsOf(read)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(5);
    expect(readLines(read).summary).toMatchObject({ layout: 'hubspot-companies' });
  });

  it('are inspected, planned, applied, and then nothing is left to do', async () => {
    const name = put('companies.xlsx', excel);
    const inspected = readLines(await cli('inspect', name, '--json')).lines;
    expect(inspected[0]).toMatchObject({
      format: 'xlsx',
      unit: 'row',
      sheet: 'companies',
      layout: 'hubspot-companies',
    });
    expect(inspected).toContainEqual(expect.objectContaining({ type: 'note', code: 'sheet-hidden' }));
    const first = readLines(await cli('run', name, '--job', 'clients', '--json')).summary;
    expect(Number(first['create'])).toBeGreaterThan(5);
    const second = readLines(await cli('plan', name, '--job', 'clients', '--json')).summary;
    expect(second).toMatchObject({ create: 0, update: 0 });
  });
});

it('names rows of sheets in messages, and its rejects are CSV that comes back', async () => {
  const rows = [
    ['ID', 'Company', 'City', 'Email'],
    ['C-0', 'Client 0', 'Ulm', 'client0@example.com'],
    [],
    ['C-1', 'Client 1,\n"the second"', 'Köln', 'not an address'],
  ];
  const name = put('clients.xlsx', buildXlsx({ sheets: [{ name: 'S', rows }] }));
  const planned = await cli('plan', name, '--job', 'clients');
  expect(planned).toMatchObject({ code: 3, text: expect.stringMatching(/^ {2}row 4, column Email/m) as string });
  const rejects = await cli('rejects', '1');
  writeFileSync(path.join(folder, 'rejects.csv'), rejects.text.replaceAll('not an address', 'client1@example.com'));
  const ran = await cli('run', 'rejects.csv', '--job', 'clients', '--json');
  expect(ran.code).toBe(0);
  expect(sandbox.clients().map((client) => [client.id_number, client.city])).toEqual([['C-1', 'Köln']]);
});

it('takes the sheet that the command line or the job names', async () => {
  const sheet = (name: string): { name: string; rows: string[][] } => ({
    name,
    rows: [
      ['ID', 'Company'],
      [name, `Client of ${name}`],
    ],
  });
  const name = put('clients.xlsx', buildXlsx({ sheets: [sheet('one'), sheet('two'), sheet('three')] }));
  const said = await cli('rows', name, '--sheet', 'two', '--json');
  expect(readLines(said).lines[1]).toMatchObject({ cells: ['two', 'Client of two'] });
  writeFileSync(path.join(folder, 'jobs/clients.yaml'), `source:\n  sheet: three\n${JOB}`);
  const planned = await cli('plan', name, '--job', 'clients', '--json');
  expect(readLines(planned).lines[0]).toMatchObject({ type: 'change', label: 'Client of three' });
  const missing = await cli('rows', name, '--sheet', 'fuor');
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('"one", "two", "three"') as string });
});
