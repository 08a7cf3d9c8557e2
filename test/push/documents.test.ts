/** Documents of a change sent to a sandbox: looked for anew, sent once, and told about when they are not there. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNinja } from '../../src/ninja/client.js';
import type { Ninja } from '../../src/ninja/client.js';
import type { DocumentChange } from '../../src/plan/change.js';
import { sendDocuments } from '../../src/push/documents.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { CERTIFICATE, startHttps } from '../source/https-server.js';

let top: string;
let folder: string;
let sandbox: Sandbox;
let ninja: Ninja;
let id: string;

beforeEach(async () => {
  top = await mkdtemp(path.join(tmpdir(), 'ninja-sync-send-'));
  folder = path.join(top, 'exports');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a.pdf'), 'acme');
  await writeFile(path.join(folder, 'b.pdf'), 'bravo');
  await writeFile(path.join(top, 'secret.txt'), 'secret');
  sandbox = await startSandbox();
  ninja = connectNinja({
    url: sandbox.url,
    token: sandbox.tokens.admin,
    requestTimeoutMs: 1000,
    sleep: () => Promise.resolve(),
  });
  [id = ''] = sandbox.seed([{ name: 'Acme' }]);
});

afterEach(async () => {
  await ninja.close();
  await sandbox.close();
  await rm(top, { recursive: true });
});

const planned = (reference: string, bytes: number, name = path.basename(reference)): DocumentChange => ({
  name,
  bytes,
  reference,
  folder,
});
const held = async (): Promise<readonly string[]> =>
  (await ninja.show(id)).documents.map((document) => `${document.name} ${document.size}`);
const uploads = (): number => sandbox.requests.filter((request) => request.path.endsWith('/upload')).length;
const both = (): readonly DocumentChange[] => [planned('a.pdf', 4), planned('b.pdf', 5)];

describe('sending documents', () => {
  it('puts them at the client, and the same call again sends nothing', async () => {
    expect(await sendDocuments(ninja, id, both())).toEqual([]);
    expect(await held()).toEqual(['a.pdf 4', 'b.pdf 5']);
    expect(await sendDocuments(ninja, id, both())).toEqual([]);
    expect(uploads()).toBe(2);
  });

  it('fetches what lies at an address, under the planned name', async () => {
    const server = await startHttps((_request, response) => response.end('from afar'));
    try {
      const document = planned(`https://127.0.0.1:${server.port}/x.pdf`, 9, 'contract.pdf');
      expect(await sendDocuments(ninja, id, [document])).toMatchObject([{ stored: expect.stringMatching(/public/) }]);
      const options = { ca: CERTIFICATE, allows: (address: string) => address === '127.0.0.1' };
      expect(await sendDocuments(ninja, id, [document], options)).toEqual([]);
      expect(await held()).toEqual(['contract.pdf 9']);
    } finally {
      await server.close();
    }
  });

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ['is gone', () => rm(path.join(folder, 'a.pdf')), /no such file/],
    ['has grown', () => writeFile(path.join(folder, 'a.pdf'), 'acme!'), /changed since the plan: 5 bytes instead of 4/],
    ['is empty by now', () => writeFile(path.join(folder, 'a.pdf'), ''), /empty/],
    [
      'has become a link out of the folder',
      async () => {
        await rm(path.join(folder, 'a.pdf'));
        await symlink(path.join(top, 'secret.txt'), path.join(folder, 'a.pdf'));
      },
      /leads out of/,
    ],
    [
      'lay in a folder that was moved away',
      async () => {
        await mkdir(path.join(top, 'other'));
        await rm(folder, { recursive: true });
        await symlink(path.join(top, 'other'), folder);
      },
      /no such file/,
    ],
  ])('that %s since the plan is told about', async (_, happen, why) => {
    await happen();
    const [difference, ...others] = await sendDocuments(ninja, id, both());
    expect(difference).toEqual({
      field: 'document',
      contact: null,
      wanted: 'a.pdf',
      stored: expect.stringMatching(why),
    });
    expect([...(await held()), ...others.map((other) => other.wanted)]).toHaveLength(1);
  });

  it('never reads what the plan names outside of the folder', async () => {
    const outside = planned('../secret.txt', 6);
    expect(await sendDocuments(ninja, id, [outside])).toMatchObject([
      { stored: expect.stringMatching(/leads out of/) },
    ]);
    expect(await held()).toEqual([]);
  });

  it('that the server refuses is told about, and the others are sent', async () => {
    sandbox.fault({ kind: 'status', status: 422, path: '/upload$', times: 1 });
    const differences = await sendDocuments(ninja, id, both());
    expect(differences).toMatchObject([{ wanted: 'a.pdf', stored: expect.stringMatching(/refused/) }]);
    expect(await held()).toEqual(['b.pdf 5']);
  });

  it('to a client that is gone is told about', async () => {
    expect(await sendDocuments(ninja, 'gone', both())).toMatchObject([{ wanted: 'a.pdf' }, { wanted: 'b.pdf' }]);
  });
});

describe('what stops a run', () => {
  it.each(['before', 'after'] as const)('a broken upload (%s the server acted) is never sent twice', async (when) => {
    sandbox.fault({ kind: 'reset', path: '/upload$', when, times: 1 });
    const first = sendDocuments(ninja, id, both());
    if (when === 'before') await expect(first).rejects.toMatchObject({ code: 'target-in-doubt' });
    else expect(await first).toEqual([]);
    expect(await sendDocuments(ninja, id, both())).toEqual([]);
    expect(await held()).toEqual(['a.pdf 4', 'b.pdf 5']);
  });

  it('is thrown: a token that may not', async () => {
    const stranger = connectNinja({ url: sandbox.url, token: sandbox.tokens.view_only });
    await expect(sendDocuments(stranger, id, both())).rejects.toMatchObject({ code: 'target-forbidden' });
    await stranger.close();
  });
});
