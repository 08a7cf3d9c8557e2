/** The report of a fleet: figures with their units, and whether the invariants hold. Pure. */

import { round } from '../measure.js';
import type { Line } from '../measure.js';
import type { Driven } from './drive.js';
import { countOvertaken, figuresOfTarget, waitsOf } from './figures.js';
import type { FleetRun, Spread, timesOf } from './figures.js';
import type { PostgresLoad, ProcessLoad, RedisLoad } from './load.js';
import type { TargetCount } from './sandboxes.js';
import type { FleetTarget, Kind } from './world.js';

export interface FleetMeasured {
  readonly fleet: readonly FleetTarget[];
  readonly counts: readonly TargetCount[];
  readonly runs: readonly FleetRun[];
  readonly times: ReturnType<typeof timesOf>;
  readonly wished: number;
  readonly seconds: number;
  readonly startMs: number;
  readonly driven: Driven;
  readonly logged: { readonly busy: number; readonly laterErrors: number; readonly programErrors: number };
  readonly workers: readonly ProcessLoad[];
  readonly redis: RedisLoad;
  readonly postgres: PostgresLoad;
}

/** Of the runs that wait for nobody of their own target, the one that was passed by most: this share of all runs. */
const OVERTAKEN_MAX = 0.02;
const MINUTE_S = 60;

export function reportFleet(measured: FleetMeasured): { readonly lines: readonly Line[]; readonly broken: boolean } {
  const checks = checkInvariants(measured);
  const lines = [
    ...linesOfWaits(measured),
    ...linesOfLimits(measured),
    ...linesOfCost(measured),
    ...linesOfCommands(measured),
    ...linesOfStatements(measured),
    ...checks.map(({ what, wrong }) =>
      line('fleet: invariants', what, { holds: wrong === '' ? 'yes' : `NO: ${wrong}` }),
    ),
  ];
  return { lines, broken: checks.some(({ wrong }) => wrong !== '') };
}

function line(bench: string, what: string, figures: Line['figures']): Line {
  return { bench, what, figures };
}

interface Check {
  readonly what: string;
  /** Blank: it holds. */
  readonly wrong: string;
}

function checkInvariants({ runs, counts, times, wished, fleet, logged }: FleetMeasured): readonly Check[] {
  const notDone = runs.filter(({ status }) => status !== 'done');
  const uneven = runs.filter(({ rows, outcomes }) => rows !== outcomes);
  const throttled = counts.reduce((sum, count) => sum + count.throttled, 0);
  const above = targetFigures({ fleet, counts, runs, times }).filter(({ mostUsed }) => mostUsed > 1).length;
  const wrong = counts.flatMap((count) => count.wrong);
  const writes = counts.reduce((sum, { creates, updates }) => sum + creates + updates, 0);
  const changes = runs.reduce((sum, run) => sum + run.changes, 0);
  const overtaken = countOvertaken(runs, times).longest;
  const is = (holds: boolean, text: string): string => (holds ? '' : text);
  return [
    {
      what: `all ${wished} runs are through`,
      wrong: is(
        runs.length === wished && notDone.length === 0,
        `${runs.length} runs, ${notDone.length} not done: ${notDone
          .slice(0, 5)
          .map(({ id }) => id)
          .join(' ')}`,
      ),
    },
    { what: 'every target is as its last exports, each client once', wrong: wrong.slice(0, 5).join('; ') },
    {
      what: 'no target was asked for more than its limit',
      wrong: is(throttled === 0 && above === 0, `${throttled} answers 429, ${above} targets above`),
    },
    {
      what: 'every row of every run has one outcome',
      wrong: is(
        uneven.length === 0,
        `runs ${uneven
          .slice(0, 5)
          .map(({ id }) => id)
          .join(' ')}`,
      ),
    },
    {
      what: 'one write at the targets for each change',
      wrong: is(writes === changes, `${writes} writes, ${changes} changes`),
    },
    {
      what: `nobody was passed by more than ${OVERTAKEN_MAX * 100} % of the runs`,
      wrong: is(overtaken <= Math.max(16, OVERTAKEN_MAX * wished), `${overtaken} runs`),
    },
    {
      what: 'no worker met a mistake of the program',
      wrong: is(logged.programErrors === 0, `${logged.programErrors} lines`),
    },
  ];
}

const KINDS: readonly Kind[] = ['small', 'medium', 'large', 'crowd', 'feeds', 'whale'];

function linesOfWaits({ runs, times }: FleetMeasured): readonly Line[] {
  const whale = runs.find(({ kind }) => kind === 'whale');
  const [from = 0, to = 0] = [times.beganAt.get(whale?.id ?? 0), times.doneAt.get(whale?.id ?? 0)];
  const groups: readonly (readonly [string, (run: FleetRun) => boolean])[] = [
    ['all', () => true],
    ['small, by schedule', ({ kind, isScheduled }) => kind === 'small' && isScheduled],
    ...KINDS.map((kind) => [`${kind}, enqueued`, (run: FleetRun) => run.kind === kind && !run.isScheduled] as const),
    ['small, while the whale was at work', ({ kind, dueAt }) => kind === 'small' && dueAt >= from && dueAt < to],
  ];
  return groups.map(([what, belongs]) => {
    const { runs: number, begin, done } = waitsOf(what, runs.filter(belongs), times);
    return line('fleet: waiting, s from due', what, { runs: number, ...named('begin', begin), ...named('done', done) });
  });
}

function named(name: string, { median, p95, longest }: Spread, digits = 1): Line['figures'] {
  return {
    [`${name}: median`]: round(median, digits),
    [`${name}: p95`]: round(p95, digits),
    [`${name}: longest`]: round(longest, digits),
  };
}

function targetFigures({ fleet, counts, runs, times }: Pick<FleetMeasured, 'fleet' | 'counts' | 'runs' | 'times'>) {
  return fleet.map((target, nth) => {
    const sending = runs.filter((run) => run.target === nth).flatMap(({ id }) => times.sending.get(id) ?? []);
    const count = counts[nth] ?? { sentAt: [], throttled: 0, creates: 0, updates: 0, pages: 0, wrong: [] };
    return figuresOfTarget(target, count, sending);
  });
}

function linesOfLimits(measured: FleetMeasured): readonly Line[] {
  const figures = targetFigures(measured);
  const busy = figures.flatMap(({ usedWhileBusy }) => usedWhileBusy);
  return [
    line(
      'fleet: limits',
      `${figures.length} targets of ${[...new Set(measured.fleet.map(({ limit }) => limit))].toSorted((a, b) => a - b).join(', ')} requests a minute`,
      {
        'requests': figures.reduce((sum, { requests }) => sum + requests, 0),
        'answers 429': figures.reduce((sum, { throttled }) => sum + throttled, 0),
        'fullest window, % of the limit': round(100 * Math.max(...figures.map(({ mostUsed }) => mostUsed)), 1),
        'windows with work throughout': busy.length,
        'of the allowed rate used in them, %': round(
          (100 * busy.reduce((sum, used) => sum + used, 0)) / busy.length,
          1,
        ),
      },
    ),
  ];
}

function linesOfCost(measured: FleetMeasured): readonly Line[] {
  const { runs, seconds, startMs, workers, redis, postgres, driven, logged, times } = measured;
  const per = (value: number, digits = 1): number => round(value / runs.length, digits);
  const changes = runs.reduce((sum, run) => sum + run.changes, 0);
  const rows = runs.reduce((sum, run) => sum + run.rows, 0);
  const cpu = workers.map(({ cpuSeconds }) => cpuSeconds);
  const all = 'fleet: cost';
  const of = (what: string, value: number | string, each: number | string = ''): Line =>
    line(all, what, { 'in all': value, 'a run': each });
  const minutes = [...times.doneAt.values()].toSorted((a, b) => a - b);
  const most = minutes.reduce(
    (high, at, index) => Math.max(high, minutes.findLastIndex((other) => other < at + 60_000) - index + 1),
    0,
  );
  return [
    of('time until all were through, s', round(seconds, 0)),
    of('runs a minute', round((MINUTE_S * runs.length) / seconds, 0)),
    of('… in the best minute', most),
    of('changes', changes, per(changes)),
    of('changes a minute', round((MINUTE_S * changes) / seconds, 0)),
    of('rows read', rows, per(rows)),
    of('workers: until all took runs, s', round(startMs / 1000)),
    of(
      'workers: CPU, s',
      round(cpu.reduce((sum, value) => sum + value, 0)),
      per(
        cpu.reduce((sum, value) => sum + value, 0),
        3,
      ),
    ),
    of('workers: CPU of each, s', cpu.map((value) => round(value, 0)).join(' ')),
    of('workers: peak memory of each, MB', workers.map(({ peakMb }) => round(peakMb, 0)).join(' ')),
    of('target held by another run', logged.busy, per(logged.busy, 2)),
    of('errors that passed', logged.laterErrors),
    of('schedules for which a run stood in', driven.skippedTicks),
    of('slowest answer of /metrics, ms', round(driven.slowestScrapeMs, 0)),
    of('Redis: commands, those of scripts included', redis.commands, per(redis.commands)),
    of('Redis: commands a second', round(redis.commands / seconds, 0)),
    of('Redis: CPU, s', round(redis.cpuSeconds, 1), per(redis.cpuSeconds, 4)),
    of(
      'Redis: MB in and out',
      `${round(redis.bytesIn / 1e6, 1)} + ${round(redis.bytesOut / 1e6, 1)}`,
      round((redis.bytesIn + redis.bytesOut) / 1e6 / runs.length, 3),
    ),
    of('Redis: memory, MB, empty and at most', `${round(redis.emptyBytes / 1e6)} ${round(redis.peakBytes / 1e6)}`),
    of('Redis: connections at most', redis.connections),
    of('PostgreSQL: transactions', postgres.transactions, per(postgres.transactions)),
    of('PostgreSQL: transactions a second', round(postgres.transactions / seconds, 0)),
    of('PostgreSQL: statements', postgres.statementCalls, per(postgres.statementCalls)),
    of('PostgreSQL: time in statements, s', round(postgres.statementSeconds), per(postgres.statementSeconds, 4)),
    of('PostgreSQL: CPU, s', round(postgres.cpuSeconds, 1), per(postgres.cpuSeconds, 4)),
    of('PostgreSQL: rows looked at', postgres.rowsRead, per(postgres.rowsRead, 0)),
    of('PostgreSQL: rows written', postgres.rowsWritten, per(postgres.rowsWritten)),
    of('PostgreSQL: WAL, MB', round(postgres.walBytes / 1e6, 1), round(postgres.walBytes / 1e6 / runs.length, 3)),
    of(
      'PostgreSQL: database, MB',
      round(postgres.databaseBytes / 1e6, 1),
      round(postgres.databaseBytes / 1e6 / runs.length, 3),
    ),
    of('PostgreSQL: connections of ninja-sync at most', postgres.connections),
    ...postgres.tables
      .filter(({ bytes }) => bytes > 100_000)
      .map(({ table, bytes, rows: held }) =>
        of(`… table ${table}: MB, rows`, `${round(bytes / 1e6, 1)} ${Math.round(held)}`, per(held)),
      ),
  ];
}

const COMMANDS = 12;

function linesOfCommands({ redis, runs }: FleetMeasured): readonly Line[] {
  return redis.byCommand.slice(0, COMMANDS).map(({ command, calls, ms }) =>
    line('fleet: commands of Redis', command, {
      'calls': calls,
      'a run': round(calls / runs.length, 1),
      'ms in all': round(ms, 0),
    }),
  );
}

const TEXT_MAX = 110;

function linesOfStatements({ postgres, runs }: FleetMeasured): readonly Line[] {
  return postgres.statements.map(({ text, calls, rows, ms, msMax }) =>
    line('fleet: statements of PostgreSQL, by time', text.slice(0, TEXT_MAX), {
      'calls': calls,
      'a run': round(calls / runs.length),
      'rows a call': round(rows / calls, 1),
      'ms in all': round(ms, 0),
      'ms a call': round(ms / calls, 3),
      'slowest, ms': round(msMax, 1),
    }),
  );
}
