/** What workers tell people of runs: once, in time, and also when receivers or workers are down for a while. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerOptions, WorkerTimes } from '../../src/worker/worker.js';
import { openReceiver } from '../notify/receivers.js';
import type { Receiver } from '../notify/receivers.js';
import { loadVerify } from '../notify/verify.js';
import { csv } from '../support/rehearsal.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

const SECRET = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`;
const NOTIFY: Partial<WorkerTimes> = { notify: 50, late: 50 };

let stage: Stage;
let receiver: Receiver;
let file: string;
/** Added to the clock of workers, in milliseconds. */
let later: number;

beforeEach(async () => {
  [stage, receiver] = await Promise.all([openStage(), openReceiver()]);
  vi.stubEnv('OPS_URL', receiver.url);
  vi.stubEnv('OPS_SECRET', SECRET);
  later = 0;
  file = path.join(stage.folder, 'notify.yaml');
  const webhook = { 'url': { env: 'OPS_URL' }, 'sign-with': { env: 'OPS_SECRET' }, 'internal': true };
  writeFileSync(file, JSON.stringify({ channels: { ops: { webhook } }, repeat: '0s' }));
  stage.job('acme');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stage.close();
  await receiver.close();
});

const start = (over: Partial<WorkerOptions> = {}): ReturnType<Stage['worker']> =>
  stage.worker({ notifyFile: file, now: () => Date.now() + later, ...over, times: { ...NOTIFY, ...over.times } });

const told = (): readonly string[] =>
  receiver.taken.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type);

const untilTold = (...types: readonly string[]): Promise<unknown> =>
  stage.eventually(() => told().toSorted().join() === types.toSorted().join());

/** The state holds no message that waits, and no event that is to become one. */
const untilQuiet = (): Promise<unknown> =>
  stage.eventually(async () => {
    const [events, notices] = [
      await stage.store.listRunEvents({ limit: 1 }),
      await stage.store.listNotices(['waiting'], 1),
    ];
    return events.length + notices.length === 0;
  });

const failOne = async (): Promise<number> => {
  const run = await stage.enqueue('acme', [path.join(stage.folder, 'jane@people.example.csv')]);
  await stage.until(run, 'failed');
  return run.id;
};

describe('a run that fails', () => {
  it('is told once by two workers, signed, with the command and without the name of anybody', async () => {
    await Promise.all([start(), start()]);
    const id = await failOne();
    await untilTold('run.failed');
    await untilQuiet();
    const [posted] = receiver.received;
    if (posted === undefined) throw new Error('nothing came');
    expect(receiver.received).toHaveLength(1);
    const verify = await loadVerify();
    expect(verify(posted.headers, posted.body, SECRET, Date.now() / 1000)).toBe(true);
    expect(posted.body).toContain(`ninja-sync resume ${id}`);
    expect(posted.body).toContain('j***@people.example.csv');
    expect(posted.body).not.toContain('jane@');
    expect(stage.logs.join('')).not.toContain('secret-path');
  });

  it('is told when the receiver is up again, under the same id', async () => {
    receiver.answer(503);
    await start();
    await failOne();
    await stage.eventually(() => receiver.received.length === 1);
    await stage.eventually(async () => (await stage.store.listNotices(['waiting'], 1))[0]?.error ?? null);
    receiver.answer(200);
    later = 60 * 60_000;
    await untilTold('run.failed');
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });

  it('is given up after three days, and the log says so', async () => {
    receiver.answer(503);
    await start();
    await failOne();
    await stage.eventually(async () => (await stage.store.listNotices(['waiting'], 1))[0]?.error ?? null);
    later = 73 * 60 * 60_000;
    await stage.eventually(async () => (await stage.store.listNotices(['given-up'], 1)).length === 1);
    await stage.eventually(() => stage.logs.some((line) => line.includes('a message is given up')));
    expect(told()).toEqual([]);
  });

  it('is told by the next worker when the first one dies between storing and sending', async () => {
    const first = await start({ times: { notify: 60_000 } });
    await failOne();
    await first.close({ force: true });
    expect(await stage.store.listRunEvents({ limit: 2 })).toHaveLength(1);
    await start();
    await untilTold('run.failed');
    await untilQuiet();
    expect(receiver.received).toHaveLength(1);
  });

  it('is left by a worker that knows nobody to those that do', async () => {
    const first = await start({ notifyFile: path.join(stage.folder, 'nowhere.yaml') });
    await failOne();
    // With a last round.
    await first.close();
    await start();
    await untilTold('run.failed');
  });

  it('is told by the next worker when the first one dies while it sends', async () => {
    const first = await start();
    receiver.answer(503);
    await failOne();
    await stage.eventually(() => receiver.received.length === 1);
    await first.close({ force: true });
    receiver.answer(200);
    later = 10 * 60_000;
    await start();
    await untilTold('run.failed');
  });

  it('waits for a notify.yaml that can be read', async () => {
    writeFileSync(file, 'channels: {');
    await start();
    await failOne();
    await stage.eventually(() => stage.logs.some((line) => line.includes('notify.yaml')));
    writeFileSync(file, JSON.stringify({ channels: { ops: { slack: { url: { env: 'OPS_URL' }, internal: true } } } }));
    await stage.eventually(() => receiver.taken.length === 1);
    expect(receiver.taken[0]?.body).toContain('*acme: run 1 failed*');
  });
});

describe('what else is told', () => {
  it('is a recovery after trouble, and no run that is simply done', async () => {
    await start();
    await stage.until(await stage.enqueue('acme', [stage.exportOf(1)]), 'done');
    await failOne();
    await untilTold('run.failed');
    await stage.until(await stage.enqueue('acme', [stage.exportOf(2)]), 'done');
    await untilTold('run.failed', 'run.recovered');
    await stage.until(await stage.enqueue('acme', [stage.exportOf(3)]), 'done');
    await untilQuiet();
    expect(told()).toHaveLength(2);
  });

  it('are the events that the job wants, to whom it wants', async () => {
    stage.job('acme', { notify: { on: ['done', 'done-with-rejects'] } });
    stage.job('quiet', { notify: { to: [] } });
    await start();
    await stage.until(await stage.enqueue('acme', [stage.exportOf(1)]), 'done');
    await untilTold('run.done');
    const bad = path.join(stage.folder, 'bad.csv');
    const rows = [
      ['C-1', 'Client 1', 'Ulm', 'mail1@people.example'],
      ['C-2', 'This', 'Ulm', ''],
      ['C-2', 'That', 'Ulm', ''],
    ];
    writeFileSync(bad, csv([['ID', 'Company', 'City', 'Email'], ...rows]));
    await stage.until(await stage.enqueue('acme', [bad]), 'done');
    await stage.until(await stage.enqueue('quiet', ['/nowhere.csv']), 'failed');
    await untilTold('run.done', 'run.done-with-rejects');
    await untilQuiet();
  });

  it('are plans that wait for a person, and those that a limit stopped', async () => {
    stage.job('approved', { approval: 'required' });
    stage.job('limited', { guards: { create: { count: 0 }, rows: 1 } });
    stage.job('quiet', { notify: { to: [] } });
    await start();
    // Into an empty target anything may be created.
    await stage.until(await stage.enqueue('quiet', [stage.exportOf(1, { from: 50 })]), 'done');
    await stage.until(await stage.enqueue('approved', [stage.exportOf(2)]), 'awaiting-approval');
    await stage.until(await stage.enqueue('limited', [stage.exportOf(2)]), 'breached');
    await untilTold('run.awaiting-approval', 'run.breached');
    const bodies = receiver.taken.map(({ body }) => body).join('\n');
    expect(bodies).toContain('ninja-sync approve 2`');
    expect(bodies).toContain('ninja-sync approve 3 --allow create`');
  });

  it('is a run far from its history', async () => {
    await start();
    for (let run = 0; run < 5; run += 1) await stage.until(await stage.enqueue('acme', [stage.exportOf(30)]), 'done');
    await stage.until(await stage.enqueue('acme', [stage.exportOf(90)]), 'done');
    await untilTold('run.unusual');
    expect(receiver.taken[0]?.body).toContain('It has 90 rows; usual are 30 (median of 5 runs).');
  });

  it('is an export that did not come, once for each time that was missed', async () => {
    const export1 = stage.exportOf(1);
    stage.job('acme', { source: { files: export1 }, expect: { every: '24h' } });
    await start();
    await stage.until(await stage.enqueue('acme', [export1]), 'done');
    await untilQuiet();
    later = 25 * 60 * 60_000;
    await untilTold('run.late');
    later = 26 * 60 * 60_000;
    // Somebody runs the old file again: nothing came.
    await stage.until(await stage.enqueue('acme', [export1]), 'done');
    await untilQuiet();
    expect(told()).toEqual(['run.late']);
    later = 49 * 60 * 60_000;
    await untilTold('run.late', 'run.late');
    await untilQuiet();
  });
});
