/**
 * What lies in a drop folder, and which of it is whole. It remembers what it saw, in memory only: after a restart files
 * stand still once more.
 */

import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '../../job/schema.js';
import { overridesOf } from '../../run/sources.js';
import { listZip } from '../../source/unpack.js';
import { SyncError } from '../../errors.js';
import { comparePrint, nextStep, seeFile } from './completeness.js';
import type { FileLook, Stillness } from './completeness.js';
import { patternsOf } from './intake.js';
import { createMatcher, markersOf } from './names.js';
import type { WholeFile } from './pairing.js';
import { printFile } from './print.js';

/** A marker may be seen before its text is in it. */
const MARKER_STILL_SHARE = 0.25;

export interface Arrival extends WholeFile {
  /** `null` when none is needed. */
  readonly marker: string | null;
  /** When it was seen to be whole, on the clock. */
  readonly wholeAt: number;
}

export interface Coming {
  readonly name: string;
  readonly pattern: number;
  /** When it last changed, as far as it was seen; on the clock. */
  readonly movedAt: number;
}

export interface Look {
  readonly whole: readonly Arrival[];
  readonly coming: readonly Coming[];
  /** When the next one may be whole, in ms; infinite when only a change in the folder can tell. */
  readonly nextMs: number;
}

interface Seen {
  /** On the clock. */
  readonly firstAt: number;
  still: Stillness;
  marker: { readonly name: string; still: Stillness } | null;
  wholeAt: number | null;
  holdsAll: boolean;
}

type Decision =
  | { readonly whole: true; readonly marker: string | null }
  | { readonly whole: false; readonly ms: number };

export class Arrivals {
  readonly #folder: string;
  readonly #job: Job;
  readonly #complete: 'rename' | 'marker' | 'settle';
  readonly #settleMs: number;
  readonly #clock: () => number;
  readonly #seen = new Map<string, Seen>();

  constructor(folder: string, job: Job, drop: NonNullable<Job['drop']>, clock: () => number) {
    this.#folder = folder;
    this.#job = job;
    this.#complete = drop.complete;
    this.#settleMs = drop.settle;
    this.#clock = clock;
  }

  /** Files that lie there, and the age in ms of the one that was seen first. */
  count(): { readonly waiting: number; readonly oldestMs: number } {
    const now = this.#clock();
    const ages = [...this.#seen.values()].map((seen) => now - seen.firstAt);
    return { waiting: ages.length, oldestMs: Math.max(0, ...ages) };
  }

  forget(name: string): void {
    this.#seen.delete(name);
  }

  /** Throws what the file system throws about the folder. A file that vanishes meanwhile is none. */
  async look(): Promise<Look> {
    const matches = createMatcher(patternsOf(this.#job));
    const alone = createMatcher([this.#job.drop?.pattern ?? '*']);
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const names = new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name));
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
    const whole: Arrival[] = [];
    const coming: Coming[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const name of names) {
      const pattern = matches(name);
      // With `together` an archive may hold all of them, under a name of its own.
      if (pattern === -1 && !(/\.zip$/i.test(name) && alone(name) === 0)) continue;
      const look = await this.#measure(name);
      if (look === null) continue;
      const seen = this.#see(name, look);
      const decision = await this.#decide(name, seen, names);
      if (decision === null) continue;
      if (decision.whole) {
        seen.wholeAt ??= this.#clock();
        seen.holdsAll ||= await this.#holdsAll(name, pattern);
        const { wholeAt, holdsAll: complete } = seen;
        whole.push({ name, pattern, mtimeMs: look.mtimeMs, complete, marker: decision.marker, wholeAt });
      } else {
        seen.wholeAt = null;
        nextMs = Math.min(nextMs, decision.ms);
        coming.push({ name, pattern, movedAt: seen.still.since });
      }
    }
    return { whole, coming, nextMs };
  }

  #see(name: string, look: FileLook): Seen {
    const at = this.#clock();
    const seen = this.#seen.get(name);
    if (seen === undefined) {
      const first = { firstAt: at, still: seeFile(undefined, look, at), marker: null, wholeAt: null, holdsAll: false };
      this.#seen.set(name, first);
      return first;
    }
    const still = seeFile(seen.still, look, at);
    if (still !== seen.still) seen.wholeAt = null;
    seen.still = still;
    return seen;
  }

  /** `null`: the file vanished. */
  async #decide(name: string, seen: Seen, names: ReadonlySet<string>): Promise<Decision | null> {
    if (this.#complete === 'rename') return { whole: true, marker: null };
    if (this.#complete === 'marker') return await this.#decideByMarker(name, seen, names);
    return await this.#decideBySettling(name, seen);
  }

  async #decideByMarker(name: string, seen: Seen, names: ReadonlySet<string>): Promise<Decision> {
    const marker = markersOf(name).find((known) => names.has(known));
    const look = marker === undefined ? null : await this.#measure(marker);
    if (marker === undefined || look === null) {
      seen.marker = null;
      return { whole: false, ms: Number.POSITIVE_INFINITY };
    }
    const at = this.#clock();
    const still = seeFile(seen.marker?.name === marker ? seen.marker.still : undefined, look, at);
    seen.marker = { name: marker, still };
    const ms = still.since + this.#settleMs * MARKER_STILL_SHARE - at;
    return ms > 0 ? { whole: false, ms } : { whole: true, marker };
  }

  async #decideBySettling(name: string, seen: Seen): Promise<Decision | null> {
    // It waits for others, and nothing moved since it was found whole.
    if (seen.wholeAt !== null) return { whole: true, marker: null };
    const step = nextStep(seen.still, this.#clock(), this.#settleMs);
    if (step.kind === 'wait') return { whole: false, ms: step.ms };
    const file = path.join(this.#folder, name);
    const print = await printFile(file, overridesOf(this.#job)).catch(() => null);
    const look = await this.#measure(name);
    if (look === null) return null;
    // It is there and cannot be read: it keeps waiting, which the status shows, and keeps nothing else waiting.
    if (print === null) return { whole: false, ms: Number.POSITIVE_INFINITY };
    const at = this.#clock();
    const still = seeFile(seen.still, look, at);
    if (still !== seen.still) {
      seen.still = still;
      return { whole: false, ms: this.#settleMs };
    }
    const compared = comparePrint(still, print, at, this.#settleMs);
    seen.still = compared.still;
    if (compared.whole) return { whole: true, marker: null };
    const next = nextStep(compared.still, at, this.#settleMs);
    return { whole: false, ms: next.kind === 'wait' ? next.ms : 0 };
  }

  async #measure(name: string): Promise<FileLook | null> {
    const found = await lstat(path.join(this.#folder, name)).catch(nullIfMissing);
    return found?.isFile() === true ? { size: found.size, mtimeMs: found.mtimeMs } : null;
  }

  /** Is it an archive with one file of each pattern, or one that fits no pattern by its name? It needs no other. */
  async #holdsAll(name: string, pattern: number): Promise<boolean> {
    const patterns = patternsOf(this.#job);
    if (pattern === -1) return true;
    if (patterns.length === 1 || !/\.zip$/i.test(name)) return false;
    try {
      const inside = await listZip(path.join(this.#folder, name));
      return patterns.every((one) => inside.some((file) => createMatcher([one])(path.posix.basename(file)) === 0));
    } catch (error) {
      // It is refused when it is opened.
      if (error instanceof SyncError || (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}

function nullIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
