/**
 * The companies of the fleet by formula: how large their exports are, what changes from one to the next, and when their
 * runs are wanted. All processes compute the same without talking to each other.
 *
 * Sizes are skewed as they are in life: most targets have 20 to 200 clients, a tenth 500 to 2,000, a fiftieth 5,000.
 * Three are bad neighbours: a *crowd* of runs of one job, a *whale* (one run that takes minutes at its target's limit),
 * and many *feeds* (jobs of their own) that want one target at the same time. Of the others 30 % come by schedule, all of
 * them at the same minute, the rest is enqueued: two fifths at once, then at any time.
 */

export type Kind = 'crowd' | 'whale' | 'feeds' | 'large' | 'medium' | 'small';

export interface FleetJob {
  readonly name: string;
  /** Number of its target. */
  readonly target: number;
  readonly kind: Kind;
  readonly isScheduled: boolean;
  readonly rows: number;
  /** The target has so many of them before the first run. */
  readonly seeded: number;
  /** Runs, each with an export of its own. */
  readonly runs: number;
}

export interface FleetWish {
  readonly targets: number;
  readonly runs: number;
}

export interface FleetTarget {
  /** Requests a minute. */
  readonly limit: number;
  readonly jobs: readonly FleetJob[];
}

const FEEDS = 20;
const TICKS = 3;
/** Fewer in small tries, which would wait for nothing else. */
const WHALE_ROWS = 5000;
/** A client changes in every so many-th export. */
const PERIOD = 20;
const LIMITS = [120, 300, 500, 1000] as const;

/** From 0 to 1, always the same for a seed (mulberry32). */
function openDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function describeFleet({ targets, runs }: FleetWish): readonly FleetTarget[] {
  const dice = openDice(7);
  const kinds = Array.from({ length: targets }, (_, target) => kindOf(target, targets));
  const crowd = Math.round(runs / 20);
  const feeds = Math.max(1, Math.round((runs * 0.03) / FEEDS));
  const isScheduled = kinds.map((kind, target) => kind === 'small' && target % 10 < 3);
  const others = kinds.filter((kind, target) => !BAD.has(kind) && isScheduled[target] === false).length;
  const left = runs - crowd - 1 - feeds * FEEDS - TICKS * isScheduled.filter(Boolean).length;
  if (left < others) throw new Error(`${runs} runs are too few for ${targets} targets.`);
  let nth = 0;
  return kinds.map((kind, target) => {
    const rows = kind === 'whale' ? Math.min(WHALE_ROWS, Math.ceil(2.5 * runs)) : rowsOf(kind, dice());
    const limit = kind === 'small' || kind === 'medium' ? (LIMITS[Math.floor(dice() * LIMITS.length)] ?? 500) : 500;
    const seeded = kind === 'whale' ? Math.floor(rows * 0.6) : Math.floor(rows * 0.9);
    const name = `t${String(target).padStart(5, '0')}`;
    const scheduled = isScheduled[target] === true;
    const job = { name, target, kind, isScheduled: scheduled, rows, seeded };
    if (kind === 'feeds')
      return {
        limit,
        jobs: Array.from({ length: FEEDS }, (_, feed) => ({ ...job, name: `${name}-${feed}`, runs: feeds })),
      };
    if (kind === 'crowd') return { limit, jobs: [{ ...job, runs: crowd }] };
    if (kind === 'whale') return { limit, jobs: [{ ...job, runs: 1 }] };
    if (scheduled) return { limit, jobs: [{ ...job, runs: TICKS }] };
    nth += 1;
    return {
      limit,
      jobs: [{ ...job, runs: Math.floor((left * nth) / others) - Math.floor((left * (nth - 1)) / others) }],
    };
  });
}

const BAD: ReadonlySet<Kind> = new Set(['crowd', 'whale', 'feeds']);

function kindOf(target: number, targets: number): Kind {
  if (target === 0) return 'crowd';
  if (target === 1) return 'whale';
  if (target === 2) return 'feeds';
  if (target % 50 === 5) return 'large';
  return target % 10 === 6 && targets > 10 ? 'medium' : 'small';
}

function rowsOf(kind: Kind, share: number): number {
  if (kind === 'large') return 5000;
  if (kind === 'medium') return Math.round(500 * 4 ** share);
  return kind === 'crowd' ? 200 : Math.round(20 * 10 ** share);
}

/** The newest export up to `generation` in which the row changed; 0: none. */
function touchedIn(row: number, generation: number): number {
  const back = (((generation - row) % PERIOD) + PERIOD) % PERIOD;
  return Math.max(0, generation - back);
}

export interface FleetRow {
  readonly id: string;
  readonly name: string;
  readonly city: string;
  readonly email: string;
  readonly note: string;
}

/** @param generation 0 is what the target has before the first run */
export function rowOf(job: FleetJob, row: number, generation: number): FleetRow {
  const touched = touchedIn(row, generation);
  return {
    id: `${job.name}-${row}`,
    name: `Company ${job.name} ${row}`,
    city: CITIES[row % CITIES.length] ?? '',
    email: `office.${row}@${job.name}.example`,
    note: touched === 0 ? '' : `Export ${touched}`,
  };
}

const CITIES = ['Berlin', 'Wien', 'Lyon', 'Amsterdam', 'Málaga', 'Köln', 'Torino', 'Leeds'] as const;

export function exportOf(job: FleetJob, generation: number): string {
  const lines = ['ID,Company,City,Email,Note'];
  for (let row = 0; row < job.rows; row += 1) {
    const { id, name, city, email, note } = rowOf(job, row, generation);
    lines.push(`${id},${name},${city},${email},${note}`);
  }
  return `${lines.join('\n')}\n`;
}

/** @param cron `null`: it is enqueued */
export function jobFileOf(url: string, files: string, cron: string | null): string {
  return `columns: { id_number: ID, name: Company, city: City, private_notes: Note }
contacts: [{ email: Email }]
target: { url: ${url} }
source: { files: ${files} }
guards:
  create: { count: 10000000, ratio: 1 }
  update: { count: 10000000, ratio: 1 }
${cron === null ? '' : `schedule: { cron: "${cron}" }\n`}`;
}

export interface Arrival {
  /** Since the begin. */
  readonly atMs: number;
  readonly job: FleetJob;
  readonly generation: number;
}

/** When the enqueued runs are wanted, soonest first. */
export function planArrivals(fleet: readonly FleetTarget[], spanMs: number): readonly Arrival[] {
  const dice = openDice(11);
  const arrivals = fleet.flatMap(({ jobs }) =>
    jobs
      .filter(({ isScheduled }) => !isScheduled)
      .flatMap((job) => {
        const isAtOnce = BAD.has(job.kind) || dice() < 0.4;
        const times = Array.from({ length: job.runs }, () => dice() * spanMs).toSorted((a, b) => a - b);
        return times.map((atMs, index) => ({
          atMs: job.kind === 'crowd' || job.kind === 'feeds' || (isAtOnce && index === 0) ? 0 : atMs,
          job,
          generation: index + 1,
        }));
      }),
  );
  return arrivals.toSorted((a, b) => a.atMs - b.atMs);
}
