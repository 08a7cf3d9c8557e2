/**
 * Whatever goes wrong at whichever request of a push, once it is applied again the target is what it would have been.
 *
 * A run of some sixty mixed changes is applied with one fault (or two) at its n-th request, and again until it is done.
 * Then: the same clients as without any fault, none twice, no contact replaced, one outcome for each row, nothing left to do.
 *
 *     npm run test:fault                            every kind at every request, and pairs: 1,200 cases
 *     FAULT_SEED=7 npm run test:fault               other pairs
 *     FAULT_ONLY='reset after the write@17' npx vitest run test/fault/matrix.test.ts
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredChange } from '../../src/run/store.js';
import type { FaultRule } from '../../src/sandbox/faults.js';
import { createRandom } from '../../src/sandbox/random.js';
import { comparable, knownIds } from '../support/equal-targets.js';
import { TODAYS_ROWS } from '../support/mixed-run.js';
import { KILLED, openStage } from './stage.js';
import type { Disturbance, Ending, Stage } from './stage.js';

const SEED = Number(process.env['FAULT_SEED'] ?? 20_261_122);
/** Every kind at every request, and pairs until there are so many cases; without it a sample. */
const CASES_MIN = Number(process.env['FAULT_CASES'] ?? 0);
const IS_LONG = CASES_MIN > 0;
const ONLY = process.env['FAULT_ONLY'];
const SAMPLED_OF_EACH = 4;
const SAMPLED_PAIRS = 6;

/** With a job that sends a few changes first. */
const WITH_CANARY_OF_EACH = 4;

/** Long enough for a sandbox on a busy machine, short enough to wait for. */
const TIMEOUT_MS = 400;
const OUTAGE_MS = 60;
const PATIENCE_MS = 600_000;

const KINDS = {
  // The request before it is answered, and be it the one that comes before the push.
  'refused': { kind: 'refuse', delayMs: OUTAGE_MS, path: '/(ping|clients)' },
  'reset before the write': { kind: 'reset' },
  'reset after the write': { kind: 'reset', when: 'after' },
  '500 before the write': { kind: 'status' },
  '500 after the write': { kind: 'status', when: 'after' },
  '500 in the middle of the write': { kind: 'half-write' },
  'time-out before the write': { kind: 'stall' },
  'time-out after the write': { kind: 'stall', when: 'after' },
  '429': { kind: 'status', status: 429 },
  'HTML before the write': { kind: 'html' },
  'HTML after the write': { kind: 'html', when: 'after' },
  'glued JSON': { kind: 'two-documents' },
  'half a body': { kind: 'half-body' },
  'killed before the write': { kind: 'stall' },
  'killed after the write': { kind: 'stall', when: 'after' },
} as const satisfies Readonly<Record<string, FaultRule>>;
type Kind = keyof typeof KINDS;

/** A fault, and at which request of the push. */
interface Fault {
  readonly kind: Kind;
  readonly nth: number;
}

const nameOf = (faults: readonly Fault[]): string => faults.map(({ kind, nth }) => `${kind}@${nth}`).join(' + ');

const kinds = Object.keys(KINDS) as Kind[];
const kills = ({ kind }: Fault): boolean => kind.startsWith('killed');
/** A page in place of an answer is no outage: somebody has to look. */
const stops = (fault: Fault): boolean => kills(fault) || fault.kind.startsWith('HTML');
/** At every other request the run waits until the target is back; else it ends, and is applied again. */
const isPatient = (faults: readonly Fault[]): boolean => faults.reduce((sum, { nth }) => sum + nth, 0) % 2 === 0;

function disturb(faults: readonly Fault[]): Disturbance {
  const rules = faults.map(({ kind, nth }): FaultRule => ({ ...KINDS[kind], nth }));
  return {
    rules,
    kills: faults.some(kills),
    ...(rules.some(({ kind }) => kind === 'stall') ? { requestTimeoutMs: TIMEOUT_MS } : {}),
    ...(isPatient(faults) ? { patienceMs: PATIENCE_MS } : {}),
    applies: faults.length + 1,
  };
}

/** A run, and how it ends when nothing goes wrong. */
interface Scene {
  /** What to set to play it again. */
  readonly setting: string;
  readonly stage: Stage;
  readonly undisturbed: Ending;
}

async function openScene(canary: boolean): Promise<Scene> {
  const stage = await openStage({ canary });
  return { setting: canary ? 'FAULT_CANARY=1 ' : '', stage, undisturbed: await stage.play({ rules: [], applies: 1 }) };
}

let scene: Scene;
let played = 0;
beforeAll(async () => {
  scene = await openScene(ONLY !== undefined && process.env['FAULT_CANARY'] === '1');
});
afterAll(async () => {
  await scene.stage.close();
  process.stdout.write(`fault matrix: ${played} cases, FAULT_SEED=${SEED}\n`);
});

const outcomesOf = (changes: readonly StoredChange[]): readonly string[] =>
  changes.map(({ change, status, outcome }) => `${change.seq} ${change.kind}: ${status}, ${outcome?.kind ?? 'none'}`);

function expectSame(ending: Ending, faults: readonly Fault[], { setting, stage, undisturbed } = scene): void {
  const name = `${setting}FAULT_SEED=${SEED} FAULT_ONLY='${nameOf(faults)}' (${ending.stops.join(' | ') || 'never stopped'})`;
  const known = knownIds(stage.before);
  if (faults.length === 1 && faults.some(kills)) expect(ending.stops[0], name).toBe(KILLED);
  if (isPatient(faults) && !faults.some(stops)) expect(ending.stops, name).toEqual([]);
  expect(ending.run.status, `${name}: ${ending.run.message}`).toBe('done');
  expect(comparable(ending.clients, known), name).toEqual(comparable(undisturbed.clients, known));
  expect(outcomesOf(ending.changes), name).toEqual(outcomesOf(undisturbed.changes));
  expect(ending.run.rowOutcomes, name).toEqual(undisturbed.run.rowOutcomes);
  expect(ending.remaining, name).toBe(0);
}

async function playAndCompare(faults: readonly Fault[], on = scene): Promise<void> {
  expectSame(await on.stage.play(disturb(faults)), faults, on);
  played += 1;
}

/** Different numbers from 1 to `max`, spread over the whole run. */
function spread(count: number, max: number, random: () => number): readonly number[] {
  if (count >= max) return Array.from({ length: max }, (_, index) => index + 1);
  const step = max / count;
  return Array.from({ length: count }, (_, index) => 1 + Math.floor((index + random()) * step));
}

describe.skipIf(ONLY !== undefined)('a push of some sixty mixed changes', { timeout: 3_600_000 }, () => {
  it('does all of them when nothing goes wrong', () => {
    const { changes, run, remaining, clients } = scene.undisturbed;
    expect(run.status).toBe('done');
    expect(changes.length).toBeGreaterThanOrEqual(55);
    expect(new Set(changes.map(({ change }) => change.kind))).toEqual(
      new Set(['create', 'update', 'restore', 'upload', 'archive']),
    );
    const outcomes = new Set(changes.map(({ outcome }) => outcome?.kind));
    expect(outcomes).toEqual(new Set(['created', 'updated', 'restored', 'uploaded', 'archived']));
    expect(remaining).toBe(0);
    const rows = Object.values(run.rowOutcomes ?? {});
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(TODAYS_ROWS);
    // Skipped is the one client whose only difference a person made: there the target wins.
    expect(run.rowOutcomes).toMatchObject({ failed: 0, skipped: 1, rejected: 2 });
    const known = knownIds(scene.stage.before);
    const after = knownIds(clients);
    expect([...known.contacts].filter((id) => !after.contacts.has(id))).toEqual([]);
    const names = clients.map((client) => client.id_number || client.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is seen to be another one where a change is missing', async () => {
    // Without this a comparison that sees nothing would pass.
    const { stage, undisturbed } = scene;
    const known = knownIds(stage.before);
    expect(comparable(stage.before, known)).not.toEqual(comparable(undisturbed.clients, known));
    const stopped = await stage.play({ rules: [{ kind: 'status', every: 1, method: 'PUT' }], applies: 1 });
    expect(stopped.run.status).toBe('failed');
    expect(comparable(stopped.clients, known)).not.toEqual(comparable(undisturbed.clients, known));
  });

  it.each(kinds.map((kind, index) => ({ kind, index })))('ends the same: $kind', async ({ kind, index }) => {
    const { requests } = scene.undisturbed;
    const random = createRandom(SEED + index);
    for (const nth of spread(IS_LONG ? requests : SAMPLED_OF_EACH, requests, random))
      await playAndCompare([{ kind, nth }]);
  });

  it.runIf(IS_LONG)('ends the same where a few changes go first', async () => {
    const canary = await openScene(true);
    const random = createRandom(SEED - 2);
    try {
      for (const kind of kinds) {
        const { requests } = canary.undisturbed;
        for (const nth of spread(WITH_CANARY_OF_EACH, requests, random)) await playAndCompare([{ kind, nth }], canary);
      }
    } finally {
      await canary.stage.close();
    }
  });

  it('ends the same after two faults', async () => {
    const random = createRandom(SEED - 1);
    const pick = (): Fault => ({
      kind: kinds[Math.floor(random() * kinds.length)] ?? '429',
      nth: 1 + Math.floor(random() * scene.undisturbed.requests),
    });
    const count = Math.max(SAMPLED_PAIRS, CASES_MIN - played);
    for (let pair = 0; pair < count; pair += 1) await playAndCompare([pick(), pick()]);
  });
});

describe.runIf(ONLY !== undefined)('one case by its name', () => {
  it(ONLY ?? '', async () => {
    const faults = (ONLY ?? '').split(' + ').map((text): Fault => {
      const [kind = '', nth = ''] = text.split('@');
      return { kind: kind as Kind, nth: Number(nth) };
    });
    await playAndCompare(faults);
  });
});
