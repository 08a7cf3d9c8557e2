/** A network share, which tells nothing of what others do on it. */

import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import type { Run } from '../../../src/run/store.js';
import { watchDrops } from '../../../src/worker/drop/watch.js';
import { CSV, provideStage } from './stage.js';

vi.mock('chokidar', () => ({
  watch: () => Object.assign(new EventEmitter(), { close: () => Promise.resolve() }),
}));

const stage = provideStage();

it('is looked at as often as the job says', async () => {
  let tell: (run: Run) => void = () => undefined;
  const told = new Promise<Run>((resolve) => {
    tell = resolve;
  });
  const jobs = [stage.job({ complete: 'rename', poll: '20ms' })];
  const watch = watchDrops({ jobs, store: stage.store, onRun: (run) => tell(run), log: stage.log });
  await watch.sweep();
  stage.put('a.csv', CSV);
  expect((await told).job).toBe('shop');
  await watch.close();
});
