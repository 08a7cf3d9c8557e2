/**
 * The recorded requests of the real server, sent to a fresh sandbox in their order: every answer is the recorded one, but for the
 * differences below.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

import type { Sandbox } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Difference, Recording, Stage } from './replay.js';
import { replay } from './replay.js';

const FOLDER = fileURLToPath(new URL('../../../shared/invoice-ninja/recordings', import.meta.url));

/** Known differences: in which recordings, the path in the answer, and why. */
const KNOWN: readonly (readonly [recordings: readonly number[], path: RegExp, reason: string])[] = [
  [[1, 7, 9], /^user_name$/, 'The sandbox has a user of its own.'],
  [
    [2],
    /^(extensions|php_version|env_writable|simple_db_check|cache_enabled|phantom_enabled|exec|open_basedir|mail_mailer|flutter_renderer|pdf_engine|queue_data|jobs_pending|trailing_slash|file_permissions|exchange_rate_api_not_configured|pending_migrations)$/,
    'Of the health check only what clients look at is imitated.',
  ],
  [
    [17, 18],
    /(^|\.)countries\.(capital|citizenship|currency|currency_code|currency_sub_unit|region_code|sub_region_code|eea|swap_postal_code|swap_currency_symbol|thousand_separator|decimal_separator)$/,
    'Of a country only its names and codes are imitated.',
  ],
  [
    [17, 18],
    /(^|\.)currencies\.(symbol|thousand_separator|decimal_separator|swap_currency_symbol)$/,
    'Of a currency only name, code and precision are imitated.',
  ],
  [
    [17, 18],
    /(^|\.)(payment_types|datetime_formats|gateways|timezones|date_formats|templates)(\.|$)/,
    'Lists that no client refers to are empty.',
  ],
  [
    [164, 165, 166, 167, 168, 170, 172, 173, 174, 176, 376, ...range(377, 403)],
    /documents\.(size|width|height)$/,
    'The bytes of the files were not recorded, so others are sent.',
  ],
  [[425, 439], /(updated|created)_at$/, 'Nothing recorded says when the request that broke the server came.'],
];

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const isKnown = ({ number, path: at }: Difference): boolean =>
  KNOWN.some(([numbers, pattern]) => numbers.includes(number) && pattern.test(at));

/** Some need more than what the recordings hold: other servers, thousands of clients, the bytes of a file, a login. */
function isReplayed({ number, request }: Recording): boolean {
  return (
    (number <= 403 || number >= 419) &&
    ![357, 358, 412, 413].includes(number) &&
    !/\/documents\/|\/refresh/.test(request.path) &&
    !(typeof request.body === 'string' && /\[\d+ (chars|bytes)|\[cut\]|…/.test(request.body))
  );
}

function readRecordings(): ReadonlyMap<number, Recording> {
  const recordings = new Map<number, Recording>();
  for (const name of readdirSync(FOLDER)) {
    const number = Number(name.slice(0, 3));
    const recording = JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as Recording;
    // Those of many requests at a time have none that could be sent again.
    if ('request' in recording && 'response' in recording) recordings.set(number, { ...recording, number });
  }
  return recordings;
}

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

async function open(exactTimes: boolean): Promise<Stage> {
  const clock = { nowMs: 1_795_340_405_000 };
  sandbox = await startSandbox({ now: () => clock.nowMs });
  return { sandbox, clock, clients: new Map(), contacts: new Map(), exactTimes };
}

/** The 45 clients that were there before recording 181. */
function seedBatch({ sandbox: at, clock, clients }: Stage, recordings: ReadonlyMap<number, Recording>): void {
  for (let i = 0; i < 45; i++) {
    clock.nowMs = (i < 34 ? 1_795_340_418 : 1_795_340_419) * 1000;
    const contacts = [{ first_name: `F${i}`, last_name: 'L', email: `e${i}@example.com`, phone: `555${i}` }];
    const numbers = { number: `N-${90 - i}`, id_number: `IDN${i}`, custom_value1: `cv${i}` };
    const name = `Name ${String(i % 15).padStart(2, '0')}`;
    at.seed([{ name, ...numbers, balance: i < 10 ? 10 * (i + 1) : 0, contacts }]);
  }
  const bulk = recordings.get(286)?.request.body as { readonly ids: readonly string[] } | undefined;
  bulk?.ids.forEach((id, i) => clients.set(id, at.clients()[i]?.id ?? ''));
}

/** Recordings 353 to 358 are of many requests at a time: what they left behind. */
function seedRaces({ sandbox: at }: Stage): void {
  at.seed([{ name: 'race id_number', id_number: 'RACE-ID' }]);
  at.seed([{ name: 'race number', number: 'RACE-N' }]);
  at.seed(Array.from({ length: 36 }, (_, i) => ({ name: `race auto ${i}` })));
}

async function replayAll(
  stage: Stage,
  recordings: ReadonlyMap<number, Recording>,
  first: number,
  last: number,
): Promise<{ readonly replayed: number; readonly unknown: readonly Difference[] }> {
  const unknown: Difference[] = [];
  let replayed = 0;
  for (let number = first; number <= last; number++) {
    const recording = recordings.get(number);
    if (number === 353) seedRaces(stage);
    if (recording === undefined || !isReplayed(recording)) continue;
    replayed++;
    const differences = await replay(stage, recording);
    unknown.push(...differences.filter((difference) => !isKnown(difference)));
  }
  return { replayed, unknown };
}

it('a difference in a value, in a status and in the length of a list is noticed', async () => {
  const stage = await open(true);
  const recording = (route: string, status: number, body: unknown): Recording => {
    const headers = { 'X-API-TOKEN': 'TOKEN_admin', 'Accept': 'application/json' };
    return {
      number: 1,
      name: '',
      request: { method: 'GET', path: route, headers, body: null },
      response: { status, body },
    };
  };
  const ping = { company_name: 'Untitled Company', user_name: 'Sandbox User' };
  expect(await replay(stage, recording('/api/v1/ping', 200, ping))).toEqual([]);
  expect(await replay(stage, recording('/api/v1/ping', 201, { ...ping, company_name: 'Other' }))).toMatchObject([
    { path: 'status', recorded: 201, answered: 200 },
    { path: 'company_name', recorded: 'Other', answered: 'Untitled Company' },
  ]);
  const [difference] = await replay(stage, recording('/api/v1/clients?index=none', 200, [{ name: 'x' }]));
  expect(difference).toMatchObject({ path: '.length', recorded: 1, answered: 0 });
});

describe.skipIf(!existsSync(FOLDER))('the recordings in ../shared', () => {
  it.each([
    ['tokens, addresses, creates', 1, 80, 80, true],
    ['updates and uploads of two clients', 81, 180, 97, true],
    ['lists, bulk actions and purges of 45 clients', 181, 345, 164, false],
    ['odd values, times, limits', 346, 403, 52, true],
    ['what is left half done, odd updates, numbers', 419, 455, 37, true],
  ])('%s [%i-%i]: %i answers are the same', async (_, first, last, count, exactTimes) => {
    const recordings = readRecordings();
    const stage = await open(exactTimes);
    if (first === 181) seedBatch(stage, recordings);
    const { replayed, unknown } = await replayAll(stage, recordings, first, last);
    expect(unknown).toEqual([]);
    expect(replayed).toBe(count);
  });
});
