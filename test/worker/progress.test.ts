import { describe, expect, it } from 'vitest';
import type { Run, RunPatch } from '../../src/run/store.js';
import { openProgressNote } from '../../src/worker/progress.js';
import type { ProgressNote } from '../../src/worker/progress.js';

function openNote(everyMs: number): { readonly note: ProgressNote; readonly written: RunPatch[] } {
  const written: RunPatch[] = [];
  const store = {
    updateRun: (_id: number, patch: RunPatch) => {
      written.push(patch);
      return Promise.resolve({} as Run);
    },
  };
  return { note: openProgressNote({ store, runId: 7, now: () => 0, everyMs }), written };
}
const pushing = (done: number) => ({ phase: 'pushing', done, total: 900, unit: 'changes' }) as const;

describe('the progress of a run', () => {
  it('is written when a phase begins, and then now and then', async () => {
    const { note, written } = openNote(60_000);
    for (let done = 0; done < 900; done += 1) note.tell(pushing(done));
    await note.close();
    expect(written).toEqual([{ progress: { ...pushing(0), ratePerMinute: 0, at: '1970-01-01T00:00:00.000Z' } }]);
  });

  it('tells how fast it goes, of what was done in this phase', async () => {
    const { note, written } = openNote(0);
    note.tell(pushing(100));
    const begin = performance.now();
    while (performance.now() - begin < 20) await new Promise((resolve) => setImmediate(resolve));
    note.tell(pushing(110));
    await note.close();
    const rate = written[1]?.progress?.ratePerMinute ?? 0;
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThanOrEqual((10 * 60_000) / 20);
  });

  it('is not written any more after the end', async () => {
    const { note, written } = openNote(0);
    await note.close();
    note.tell(pushing(1));
    expect(written).toEqual([]);
  });
});
