/** A run whose worker has no room on its disk any more. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAsRoot } from '../support/root.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
let disk: string;
let canMount: boolean;

beforeEach(async () => {
  stage = await openStage();
  disk = path.join(stage.folder, 'disk');
  mkdirSync(disk);
  canMount = runAsRoot('mount', '-t', 'tmpfs', '-o', 'size=64k,mode=777', 'tmpfs', disk);
});
afterEach(async () => {
  // Lazily: the worker ends with the stage.
  runAsRoot('umount', '-l', disk);
  await stage.close();
});

describe('a full disk', () => {
  it('does not end a run: it goes on with its plan when there is room', async (context) => {
    if (!canMount) context.skip('a small disk needs the right to mount one');
    const rest = path.join(disk, 'rest');
    expect(() => writeFileSync(rest, Buffer.alloc(1024 ** 2))).toThrow('ENOSPC');
    stage.job('acme');
    await stage.worker({ dataDir: disk });
    const run = await stage.enqueue('acme', [stage.exportOf(3)]);
    const waiting = await stage.eventually(async () => {
      const now = await stage.find(run);
      return now.message === null ? null : now;
    });
    expect(waiting.message).toMatch(/ENOSPC: no space left on device, .* It is tried again by itself\.$/);
    expect(waiting.status).toBe('planned');
    rmSync(rest);
    await stage.eventually(async () => {
      await stage.promoteAll();
      return (await stage.find(run)).status === 'done';
    });
    expect(stage.names()).toHaveLength(3);
  });
});
