/** What the suites of the store share: the engine, and a state that is made before each test. */

import { afterEach, beforeEach } from 'vitest';
import type { Lease } from '../../../src/run/lease-store.js';
import type { Store } from '../../../src/run/store.js';
import { buildFile } from '../build.js';

interface OpenOptions {
  readonly dataDir: string;
  readonly stateUrl?: string | undefined;
}

export interface Engine {
  readonly name: string;
  /** Path below `src` of the module that exports `openStore`. */
  readonly source: string;
  readonly openStore: (options: OpenOptions) => Promise<Store>;
  /** A place that holds nothing yet; opening it twice gives the same state. */
  readonly makePlace: () => Promise<Place>;
}

interface Place extends OpenOptions {
  readonly remove: () => Promise<void>;
}

/** The state of the test that runs. */
export interface State {
  readonly place: Place;
  readonly store: Store;
  /** As a process that starts anew would see it. */
  reopen(): Promise<void>;
  /** A second connection to the same state; it is closed after the test. */
  openAnother(): Promise<Store>;
  /** Until it is opened again, other processes have it to themselves. */
  close(): Promise<void>;
  /** Closes it and goes to a place that nobody has opened yet, this process included. */
  moveToNewPlace(): Promise<void>;
}

export const TARGET = 'https://ninja.example';
export const ACME = { job: 'acme', target: TARGET, files: [buildFile()] };

export function provideState(engine: Engine): State {
  let place: Place;
  let store: Store;
  let others: Store[] = [];

  beforeEach(async () => {
    place = await engine.makePlace();
    store = await engine.openStore(place);
    others = [];
  });

  afterEach(async () => {
    for (const open of [store, ...others]) await open.close();
    await place.remove();
  });

  return {
    get place() {
      return place;
    },
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await engine.openStore(place);
    },
    close: () => store.close(),
    async openAnother() {
      const other = await engine.openStore(place);
      others.push(other);
      return other;
    },
    async moveToNewPlace() {
      await store.close();
      await place.remove();
      place = await engine.makePlace();
    },
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** @throws Error when somebody else holds it */
export async function takeLease(
  store: Store,
  runId: number,
  over: { readonly target?: string; readonly host?: string; readonly pid?: number; readonly ttlMs?: number } = {},
): Promise<Lease> {
  const answer = await store.acquireLease({
    target: TARGET,
    runId,
    host: 'here',
    pid: process.pid,
    ttlMs: 60_000,
    ...over,
  });
  if ('held' in answer) throw new Error(`held by run ${answer.held.runId}`);
  return answer.taken;
}
