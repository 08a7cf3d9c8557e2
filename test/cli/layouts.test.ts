/**
 * Each folder of samples/layouts through the `records` command to its golden records. All in this process: a start of
 * the program for each of them would take longer than everything else.
 */

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inspectFile } from '../../src/run/inspect-file.js';
import { addRecords } from '../../src/cli/commands/records.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { openSources } from '../../src/run/sources.js';

const SAMPLES = path.resolve(import.meta.dirname, '../../samples');
const FOLDERS = readdirSync(path.join(SAMPLES, 'layouts')).sort();

const said = vi.hoisted(() => ({ stdout: [] as Buffer[] }));

/** What the command writes to its descriptors is kept here. */
vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>();
  const writeSync = (descriptor: number, bytes: Buffer, offset = 0): number => {
    if (descriptor === 1) said.stdout.push(bytes.subarray(offset));
    return bytes.length - offset;
  };
  return { ...real, writeSync };
});

let dataDir: string;

beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'ninja-sync-layouts-'));
  vi.stubEnv('DATA_DIR', dataDir);
  return () => {
    rmSync(dataDir, { recursive: true, force: true });
    vi.unstubAllEnvs();
  };
});

afterAll(() => {
  process.exitCode = 0;
});

async function records(files: readonly string[], ...options: readonly string[]): Promise<string> {
  said.stdout = [];
  const program = new Command().exitOverride();
  addRecords(program);
  await program.parseAsync(['records', ...files, '--json', ...options], { from: 'user' });
  return Buffer.concat(said.stdout).toString();
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(path.join(SAMPLES, 'layouts', folder))
    .filter((name) => !name.endsWith('.golden.jsonl'))
    .sort()
    .map((name) => path.join(SAMPLES, 'layouts', folder, name));

const goldenOf = (folder: string): string => path.join(SAMPLES, 'layouts', folder, 'records.golden.jsonl');

describe('samples/layouts', () => {
  it.each(FOLDERS)('%s gives its golden records', async (folder) => {
    // What is said of a whole file (its encoding, lines left out) belongs to the tests of its reading.
    const text = (await records(filesOf(folder))).replaceAll(/^\{"type":"note".*\n/gm, '');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(goldenOf(folder), text);
    expect(text).toBe(existsSync(goldenOf(folder)) ? readFileSync(goldenOf(folder), 'utf8') : '');
  });

  it('is recognised in every file, and nothing of it by column names alone', () => {
    const layouts = FOLDERS.map((folder) => layoutsOf(readFileSync(goldenOf(folder), 'utf8')));
    expect(layouts.flat().filter((name) => name === 'dictionary')).toEqual([]);
  });

  it('has every layout that is taken without asking', () => {
    // These have a sample with a plan.
    const planned = ['hubspot-companies', 'hubspot-contacts', 'salesforce-accounts', 'salesforce-contacts'];
    const reports = ['invoiceninja-clients', 'invoiceninja-contacts'];
    const shown = new Set(FOLDERS.flatMap((folder) => layoutsOf(readFileSync(goldenOf(folder), 'utf8'))));
    const taken = LAYOUTS.filter((layout) => layout.evidence !== 'M').map((layout) => layout.name);
    expect(taken.filter((name) => !shown.has(name) && ![...planned, ...reports].includes(name))).toEqual([]);
  });
});

/** Names of the layouts, from the summary in the last line. */
function layoutsOf(golden: string): readonly string[] {
  const last = golden.trimEnd().split('\n').at(-1) ?? '{}';
  return (JSON.parse(last) as { readonly layout: string }).layout.split(' + ');
}

describe('the samples with a plan', () => {
  const LAYOUT_OF: Readonly<Record<string, readonly string[]>> = {
    'hubspot/companies.csv': ['hubspot-companies'],
    'hubspot/contacts.csv': ['hubspot-contacts'],
    'salesforce/Account.csv': ['salesforce-accounts'],
    'salesforce/Contact.csv': ['salesforce-contacts'],
    'invoiceninja/clients.csv': ['invoiceninja-clients'],
    'invoiceninja-contacts/contacts.csv': ['invoiceninja-contacts'],
  };
  const files = readdirSync(SAMPLES)
    .filter((folder) => !['layouts', 'README.md'].includes(folder))
    .flatMap((folder) =>
      readdirSync(path.join(SAMPLES, folder))
        .filter((name) => /\.(?:csv|tsv)$/.test(name))
        .map((name) => `${folder}/${name}`),
    );

  it.each(files)('%s is what it is, and no other product', async (file) => {
    const sources = await openSources([path.join(SAMPLES, file)], null);
    expect(sources.map((source) => source.layout?.name).filter((name) => name !== undefined)).toEqual(
      LAYOUT_OF[file] ?? [],
    );
  });
});

interface Line {
  readonly type: string;
  readonly client?: Readonly<Record<string, string>>;
  readonly layout?: string;
  readonly code?: string;
}

/** A file and a job in a folder of their own. */
async function withJob(csv: string, job: string | null): Promise<readonly Line[]> {
  const folder = mkdtempSync(path.join(dataDir, 'job-'));
  const [file, jobFile] = [path.join(folder, 'export.csv'), path.join(folder, 'job.yaml')];
  writeFileSync(file, csv);
  if (job !== null) writeFileSync(jobFile, job);
  const text = await records([file], ...(job === null ? [] : ['--job', jobFile]));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('a job beside a layout', () => {
  const XERO =
    '*ContactName,AccountNumber,EmailAddress,POAddressLine1\nHarbour Lane Books,C-0012,nora@example.org,7 Harbour Lane\n';

  it('gets the id of the source in id_number', async () => {
    const [record] = await withJob(XERO, null);
    expect(record?.client).toMatchObject({ id_number: 'C-0012', name: 'Harbour Lane Books' });
  });

  it.each(['number', 'custom_value4'])('sends it to %s instead', async (field) => {
    const [record] = await withJob(
      XERO,
      `name: xero\nsource: { files: export.csv }\ncolumns: { ${field}: AccountNumber }\nignore: [id_number]\nmatch: [${field}, email]\n`,
    );
    expect(record?.client).toEqual({ name: 'Harbour Lane Books', [field]: 'C-0012', address1: '7 Harbour Lane' });
  });

  const CHARGEBEE =
    'Customer Id,First Name,Last Name,Email,Company,Auto Collection,Net Term Days\ncb-1,Nora,Whitfield,nora@example.org,Harbour Lane Books,on,30\n';

  it('takes what is only remembered of a product when it says so, and nothing of it in silence', async () => {
    const alone = await withJob(CHARGEBEE, null);
    expect(alone.at(-1)?.layout).toBe('dictionary');
    expect(alone[0]?.client).not.toHaveProperty('settings.payment_terms');
    const named = await withJob(
      CHARGEBEE,
      'name: chargebee\nsource: { files: export.csv, layout: chargebee-customers }\n',
    );
    expect(named.at(-1)?.layout).toBe('chargebee-customers');
    expect(named[0]?.client).toEqual({
      'id_number': 'cb-1',
      'name': 'Harbour Lane Books',
      'settings.payment_terms': '30',
    });
  });

  it('is told by inspect what a file may be', async () => {
    const file = path.join(dataDir, 'customers.csv');
    writeFileSync(file, CHARGEBEE);
    const { layout, hint } = await inspectFile(file, {});
    expect(layout).toBeNull();
    expect(hint?.name).toBe('chargebee-customers');
  });

  it('names a layout for a file in another language', async () => {
    const file = path.join(SAMPLES, 'layouts/invoiceninja-de/clients.csv');
    const lines = await withJob(
      readFileSync(file, 'utf8'),
      'name: ninja\nsource: { files: export.csv, layout: invoiceninja-clients }\n',
    );
    expect(lines[0]?.client).toMatchObject({ name: 'Lindenhof Möbel GmbH', number: '0001', country_code: 'DE' });
  });
});
