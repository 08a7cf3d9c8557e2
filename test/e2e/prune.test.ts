/** `ninja-sync prune` as somebody types it: what it shows, what it deletes, and what is said of a pruned run. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyRun } from '../../src/run/apply-run.js';
import { claimFiles } from '../../src/run/files/claimed-files.js';
import { openFileStore } from '../../src/run/files/open-files.js';
import { openStore } from '../../src/run/open-store.js';
import { planRun } from '../../src/run/plan-run.js';
import { openTarget } from '../../src/run/target.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { aJob } from '../support/rehearsal.js';
import { readLines, runCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

let sandbox: Sandbox;
let folder: string;
let env: Environment & { readonly DATA_DIR: string; readonly FILES_URL: string };

beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-prune-'));
  mkdirSync(path.join(folder, 'jobs'));
  env = {
    NINJA_URL: sandbox.url,
    NINJA_TOKEN: sandbox.tokens.admin,
    DATA_DIR: path.join(folder, 'data'),
    FILES_URL: `file:${path.join(folder, 'files')}`,
  };
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, env, folder);

function job(name: string, keep: string): void {
  writeFileSync(path.join(folder, `jobs/${name}.yaml`), `source: { files: clients.csv }\n${keep}\n`);
}

/** A run for each city, 40 days ago. */
async function runOnce(...cities: readonly string[]): Promise<void> {
  const store = await openStore({ dataDir: env.DATA_DIR });
  const files = await openFileStore({ filesUrl: env.FILES_URL, s3: { region: '', pathStyle: false } });
  const target = await openTarget({ url: sandbox.url, token: sandbox.tokens.admin });
  const silent = { onProgress: () => undefined, onNotice: () => undefined, now: () => new Date().toISOString() };
  const context = { store, dataDir: env.DATA_DIR, files: files && claimFiles(files, store), ...silent };
  const file = path.join(folder, 'clients.csv');
  for (const city of cities) {
    const rows = ['C-1,Acme', 'C-2,Brix'].map((row) => `${row},${city}`);
    writeFileSync(file, ['ID,Company,City', ...rows, `C-3,Cole,${city},one cell too many`, ''].join('\n'));
    await applyRun(context, target, await planRun(context, target, aJob({ name: 'clients' }), [file]), { allow: [] });
  }
  await target.ninja.close();
  await store.close();
  const state = new SqliteFile(path.join(env.DATA_DIR, 'state.db'));
  const earlier = (column: string): string => `${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-40 days')`;
  state.exec(`update runs set ${earlier('updated_at')}; update stored_files set ${earlier('used_at')}`);
  state.close();
}

const hasFolder = (run: number): boolean => existsSync(path.join(env.DATA_DIR, 'runs', String(run)));

describe('prune', () => {
  it('shows what it would delete, deletes it with --yes, and a pruned run is said to be one', async () => {
    job('clients', 'keep: { runs: 2, days: 30 }');
    job('others', '');
    job('torn', 'keep: { weeks: 1 }');
    await runOnce('Ulm', 'Bonn', 'Kiel');

    const planned = await cli('prune');
    // An input, the rejects and the report, and reports of plans that were written again when they were applied.
    expect(planned.text).toMatch(
      /^- clients: 1 run \(1\), 2 changes, 2 claims, 1 remark\n- file store: 10 files, [\d.]+ kB\n- \/.*data: 1 folder, [\d.]+ kB of runs\n$/,
    );
    expect(planned.stderr).toContain('1 job cannot be read, and their runs stay: torn.');
    expect(planned.stderr).toContain('1 job of 2 says no "keep": all of their runs stay.');
    expect(planned.stderr).toContain('Nothing was deleted.');
    expect(planned.stderr).toContain('Next: ninja-sync prune --yes');
    expect(planned.code).toBe(1);
    expect(hasFolder(1)).toBe(true);

    const pruned = await cli('prune', '--job', 'clients', '--yes', '--json');
    expect(pruned.code, pruned.stderr).toBe(0);
    const counts = { changes: 2, claims: 2, remarks: 1, notices: 0 };
    expect(readLines(pruned).lines[0]).toEqual({ type: 'job', job: 'clients', runs: [1], ...counts });
    expect(readLines(pruned).summary).toMatchObject({ deleted: true, runs: 1, ...counts, files: 10, folders: 1 });
    expect([1, 2, 3].map(hasFolder)).toEqual([false, true, true]);

    const shown = await cli('show', '1');
    expect(shown.text).toMatch(/^Run 1 was pruned on 20\d\d-\d\d-\d\d: its changes, rejects, report and files are/);
    expect(shown.text).toContain('Run 1 is done');
    expect(shown.stderr).not.toMatch(/Report|Next/);
    expect((await cli('runs')).text).toMatch(/^ +1 .* done .*\+2 .*\(pruned\)$/m);
    for (const command of ['undo', 'rejects']) {
      const refused = await cli(command, '1');
      expect(refused.code, refused.stderr).toBe(1);
      expect(refused.stderr).toContain('ninja-sync: Run 1 was pruned on');
    }
    expect((await cli('rejects', '2')).text).toContain('one cell too many');
  });
});
