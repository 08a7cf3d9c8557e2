/** The file that keeps the sandbox's state: whole at any moment, and never written over when it is something else. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Target } from '../contract/target.js';
import { talkTo } from '../contract/target.js';

let folder: string;
let dataFile: string;
let sandbox: Sandbox | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-data-file-'));
  dataFile = path.join(folder, 'deep', 'sandbox.json');
});

afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
  rmSync(folder, { recursive: true });
});

async function start(options: SandboxOptions = {}): Promise<Target> {
  await sandbox?.close();
  sandbox = await startSandbox({ dataFile, ...options });
  return talkTo(sandbox.url, sandbox.tokens, 'sandbox-password', () => Promise.resolve());
}

const withoutAddress = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://sandbox'));

/** One of everything: states, a merged contact, documents, copied clients, numbers that were taken and given back. */
async function fill(target: Target): Promise<void> {
  const { id } = await target.create({ name: 'Kept', id_number: 'K', contacts: [{ email: 'a@b' }, { email: 'c@d' }] });
  const form = new FormData();
  form.set('_method', 'PUT');
  form.append('documents[]', new Blob(['a,b']), 'a.csv');
  await target.ask(`/api/v1/clients/${id}/upload`, { raw: form });
  const gone = await target.create({ name: 'Gone' });
  await target.purge(gone.id);
  const archived = await target.create({ name: 'Archived', settings: { currency_id: '3' } });
  await target.bulk('archive', [archived.id]);
  sandbox?.adopt([
    {
      id: 'VolejRejNm',
      name: 'Copied',
      settings: [],
      contacts: [{ id: 'VolejRejNm', contact_key: 'k' }],
      new_field: 1,
    },
  ]);
}

describe('the data file', () => {
  it('brings everything back: clients, ids that were given, numbers, documents', async () => {
    let target = await start();
    await fill(target);
    const before = (await target.list('?per_page=100')).data;
    const gone = sandbox?.requests.find(({ path: asked }) => asked.endsWith('/purge'))?.path.split('/')[4];
    target = await start();
    const { data } = await target.list('?per_page=100');
    expect(withoutAddress(data)).toEqual(withoutAddress(before));
    const url = String(data[0]?.documents[0]?.['url']);
    const file = await target.ask(new URL(url).pathname);
    expect(file.text).toBe('a,b');
    const next = await target.create({ name: 'Next' });
    expect(next.number).toBe('0004');
    expect([...before.map(({ id }) => id), gone]).not.toContain(next.id);
  });

  it('is there from the first moment, and invents clients only once', async () => {
    await start({ clients: 5 });
    expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toMatchObject({ sandbox: 1 });
    await start({ clients: 5 });
    expect(sandbox?.clientCount).toBe(5);
  });

  it('is written while the sandbox runs, by a second name that is gone afterwards', { timeout: 20_000 }, async () => {
    const target = await start();
    await target.create({ name: 'Written soon' });
    expect(readFileSync(dataFile, 'utf8')).not.toContain('Written soon');
    await vi.waitUntil(() => readFileSync(dataFile, 'utf8').includes('Written soon'), {
      timeout: 10_000,
      interval: 50,
    });
    expect(readdirSync(path.dirname(dataFile))).toEqual(['sandbox.json']);
  });

  it('is empty after a reset', async () => {
    const target = await start({ clients: 5 });
    await target.ask('/_sandbox/reset', { method: 'POST' });
    await start();
    expect(sandbox?.clientCount).toBe(0);
  });

  it.each([
    ['something else', 'name,city\nAcme,Ulm\n'],
    ['half of a state', '{"sandbox":1,"next":{"client":1'],
    ['other JSON', '{"data":[]}'],
    ['a state of another version', '{"sandbox":2}'],
    [
      'a state with a broken client',
      '{"sandbox":1,"next":{"client":2,"contact":1,"document":1},"references":[],"companies":[{"countryId":"840","currencyId":"1","nextNumber":1,"clients":[{"id":"x"}]},{"countryId":"840","currencyId":"1","nextNumber":1,"clients":[]}]}',
    ],
  ])('that is %s is refused and left alone', async (_, text) => {
    dataFile = path.join(folder, 'other.json');
    writeFileSync(dataFile, text);
    await expect(startSandbox({ dataFile })).rejects.toMatchObject({
      code: 'state-unusable',
      message: expect.stringContaining('does not hold the state of a sandbox'),
      hint: expect.stringContaining('Move it away'),
    });
    expect(readFileSync(dataFile, 'utf8')).toBe(text);
  });

  it('that cannot be written is said at once', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    dataFile = path.join(folder, 'file', 'sandbox.json');
    await expect(startSandbox({ dataFile })).rejects.toMatchObject({ code: 'state-unusable' });
  });

  it('that can no longer be written is said while it runs and at the end', { timeout: 20_000 }, async () => {
    const problems: unknown[] = [];
    const target = await start({ onProblem: (error) => problems.push(error) });
    rmSync(path.dirname(dataFile), { recursive: true });
    writeFileSync(path.dirname(dataFile), '');
    await target.create({ name: 'Lost' });
    await vi.waitUntil(() => problems.length > 0, { timeout: 10_000, interval: 50 });
    const closing = sandbox?.close();
    sandbox = undefined;
    await expect(closing).rejects.toMatchObject({ code: 'state-unusable' });
  });
});
