/** What every engine does with events of runs and with messages: none lost, none told twice, repeats held back. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { EventName } from '../../../src/job/notify-keys.js';
import type { Notice, RunEvent, StoredNotice } from '../../../src/run/notices.js';
import type { Store } from '../../../src/run/store.js';
import { buildFile, buildRequest } from '../build.js';
import { ACME, TARGET } from './engine.js';
import type { State } from './engine.js';

const NOON = Date.parse('2026-03-02T12:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLAIM_MS = MINUTE;

const at = (ms: number): { readonly now: number; readonly repeatMs: number } => ({ now: ms, repeatMs: HOUR });

function buildNotice(key: string, over: Partial<Notice> = {}): Notice {
  return { key, channel: 'ops', job: 'acme', event: 'failed', body: `{"about":"${key}"}`, ...over };
}

export function describeNotices(state: State): void {
  describe('notices', () => {
    /** Another connection: what it does, another process does. */
    let other: Store;
    beforeEach(async () => {
      other = await state.openAnother();
    });

    const claimAll = async (now: number): Promise<readonly StoredNotice[]> => {
      const claimed: StoredNotice[] = [];
      for (;;) {
        const notice = await state.store.claimNotice(now, CLAIM_MS);
        if (notice === null) return claimed;
        claimed.push(notice);
      }
    };
    const deliverAll = async (now: number): Promise<readonly StoredNotice[]> => {
      const claimed = await claimAll(now);
      for (const notice of claimed) await state.store.finishNotice(notice, 'delivered');
      return claimed;
    };
    const eventsOf = async (): Promise<readonly RunEvent[]> => await state.store.listRunEvents({ limit: 10 });
    const failRun = async (): Promise<RunEvent> => {
      const { id } = await state.store.createRun({ ...ACME, request: buildRequest() });
      await state.store.updateRun(id, { status: 'failed' });
      const [event] = await state.store.listRunEvents({ limit: 10, run: id });
      if (event === undefined) throw new Error('the failure left no event');
      return event;
    };

    it('leaves an event of each status that somebody may want to hear of, and of no other', async () => {
      const { id } = await state.store.createRun({ ...ACME, request: buildRequest() });
      for (const status of ['reading', 'planned', 'awaiting-approval', 'pushing', 'verifying', 'done'] as const)
        await state.store.updateRun(id, { status });
      await state.store.updateRun(id, { message: 'still done' });
      await state.reopen();
      const events = await eventsOf();
      expect(events.map(({ runId, status }) => [runId, status])).toEqual([
        [id, 'awaiting-approval'],
        [id, 'done'],
      ]);
    });

    it('makes messages of an event once, whoever is faster', async () => {
      const event = await failRun();
      const settle = (store: Store): Promise<boolean> => store.settleRunEvent(event, [buildNotice('run-1')], at(NOON));
      expect([await settle(other), await settle(state.store)]).toEqual([true, false]);
      expect(await eventsOf()).toEqual([]);
      expect(await claimAll(NOON)).toHaveLength(1);
    });

    it('tells each channel of a key once', async () => {
      const notices = [buildNotice('late-1'), buildNotice('late-1', { channel: 'anna' })];
      await state.store.addNotices(notices, at(NOON));
      await other.addNotices(notices, at(NOON + 2 * HOUR));
      const claimed = await claimAll(NOON + 2 * HOUR);
      expect(claimed.map(({ channel }) => channel).toSorted()).toEqual(['anna', 'ops']);
      expect(new Set(claimed.map(({ id }) => id)).size).toBe(2);
    });

    it('gives a message to one of several, and to the next when the claim of a dead one is over', async () => {
      await state.store.addNotices([buildNotice('run-1')], at(NOON));
      const claims = await Promise.all([state.store, other].map((store) => store.claimNotice(NOON, CLAIM_MS)));
      const [first] = claims.filter((claim) => claim !== null);
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      expect(await other.claimNotice(NOON + CLAIM_MS - 1, CLAIM_MS)).toBeNull();
      const second = await other.claimNotice(NOON + CLAIM_MS, CLAIM_MS);
      expect(second).toMatchObject({ id: first?.id, attempts: 2 });
      // Who was thought dead does not undo what came after.
      if (first === undefined || second === null) throw new Error('nobody got it');
      await state.store.finishNotice(first, { error: 'too late', nextAt: null });
      expect(await state.store.listNotices(['waiting'], 10)).toHaveLength(1);
      await other.finishNotice(second, 'delivered');
      expect(await state.store.listNotices(['waiting', 'given-up'], 10)).toEqual([]);
    });

    it('keeps what could not be delivered until its time, or as given up', async () => {
      await state.store.addNotices([buildNotice('run-1')], at(NOON));
      const [notice] = await claimAll(NOON);
      if (notice === undefined) throw new Error('nothing was due');
      const nextAt = new Date(NOON + 5 * MINUTE).toISOString();
      await state.store.finishNotice(notice, { error: 'it answered 503', nextAt });
      expect(await claimAll(NOON + 5 * MINUTE - 1)).toEqual([]);
      const [again] = await claimAll(NOON + 5 * MINUTE);
      expect(again).toMatchObject({ id: notice.id, attempts: 2, error: 'it answered 503' });
      await state.store.finishNotice(again ?? notice, { error: 'it answered 410', nextAt: null });
      expect(await claimAll(NOON + 48 * HOUR)).toEqual([]);
      expect(await state.store.listNotices(['given-up'], 10)).toMatchObject([{ error: 'it answered 410' }]);
    });

    it('holds repeats back, and tells the last one with their number', async () => {
      for (let minute = 0; minute < 30; minute += 1)
        await state.store.addNotices([buildNotice(`run-${minute}`)], at(NOON + minute * MINUTE));
      expect(await deliverAll(NOON + 59 * MINUTE)).toMatchObject([{ key: 'run-0', count: 1 }]);
      expect(await deliverAll(NOON + HOUR)).toMatchObject([{ key: 'run-29', count: 29, body: '{"about":"run-29"}' }]);
      await state.store.addNotices([buildNotice('run-60')], at(NOON + HOUR + MINUTE));
      expect(await deliverAll(NOON + 2 * HOUR - 1)).toEqual([]);
      expect(await deliverAll(NOON + 2 * HOUR)).toMatchObject([{ key: 'run-60', count: 1 }]);
    });

    it.each<Partial<Notice>>([{ job: 'other' }, { event: 'breached' }, { channel: 'anna' }])(
      'does not take %o for a repeat',
      async (over) => {
        await state.store.addNotices([buildNotice('run-1'), buildNotice('run-2', over)], at(NOON));
        expect(await deliverAll(NOON)).toHaveLength(2);
      },
    );

    it('tells of a recovery where trouble was told, once, and no more of the trouble', async () => {
      const add = async (key: string, event: EventName, now: number): Promise<void> =>
        await state.store.addNotices([buildNotice(key, { event })], at(now));
      await add('run-1', 'recovered', NOON);
      expect(await deliverAll(NOON)).toEqual([]);
      await add('run-2', 'failed', NOON + 1);
      await add('run-3', 'failed', NOON + 2);
      await add('run-4', 'recovered', NOON + 3);
      await add('run-5', 'recovered', NOON + 4);
      // Of this one nobody heard.
      await add('run-6', 'failed', NOON + 5);
      await add('run-7', 'recovered', NOON + 6);
      const told = await deliverAll(NOON + 2 * HOUR);
      expect(told.map(({ key }) => key)).toEqual(['run-2', 'run-4']);
    });

    it('knows when an export was last read, or came without being needed', async () => {
      expect(await state.store.findLastArrival('acme')).toBeNull();
      // It found no file.
      await state.store.createRun({ job: 'acme', target: TARGET, files: [] });
      expect(await state.store.findLastArrival('acme')).toBeNull();
      const { createdAt } = await state.store.createRun({ ...ACME, files: [buildFile()] });
      expect(await state.store.findLastArrival('acme')).toBe(createdAt);
      await state.store.noteArrival('acme', '2000-01-01T00:00:00.000Z');
      expect(await state.store.findLastArrival('acme')).toBe(createdAt);
      await state.store.noteArrival('acme', '2999-01-01T00:00:00.000Z');
      expect(await state.store.findLastArrival('acme')).toBe('2999-01-01T00:00:00.000Z');
      expect(await state.store.findLastArrival('other')).toBeNull();
    });
  });
}
