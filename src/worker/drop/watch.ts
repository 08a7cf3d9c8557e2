/**
 * Watches the drop folders of all jobs. Events of the file system are hints: each leads to a look at the whole folder, and
 * there is a look now and then without any, since network shares tell nothing.
 */

import { performance } from 'node:perf_hooks';
import { watch } from 'chokidar';
import type { FSWatcher } from 'chokidar';
import { DropFolder } from './folder.js';
import type { FolderOptions, FolderStatus } from './folder.js';
import type { DropJob } from './intake.js';

export interface WatchOptions extends Omit<FolderOptions, 'now' | 'clock'> {
  /** Those without `drop` do not count. */
  readonly jobs: readonly DropJob[];
  readonly now?: () => string;
  readonly clock?: () => number;
  /** How often to look without an event, for jobs that do not say it. */
  readonly pollMs?: number;
}

export interface DropWatch {
  /** From now on these jobs: folders of others are left alone, and new ones are looked at. */
  setJobs(jobs: readonly DropJob[]): Promise<void>;
  /** Looks at all folders now; returns when everything that is whole has its run. */
  sweep(): Promise<void>;
  status(): readonly FolderStatus[];
  /** Returns when the look under way is over. */
  close(): Promise<void>;
}

const POLL_MS = 30_000;
/** Events come in swarms: one look serves all of them. */
const HINT_MS = 50;

/** Begins to watch at once; no error of a folder is thrown. */
export function watchDrops(options: WatchOptions): DropWatch {
  const { now = () => new Date().toISOString(), clock = () => performance.now(), pollMs = POLL_MS } = options;
  let lookers = new Map<string, Looker>();
  const all = (): readonly Looker[] => [...lookers.values()];
  /** A job that stays as it is keeps what it saw of its folder. */
  const setJobs = async (jobs: readonly DropJob[]): Promise<void> => {
    const before = lookers;
    lookers = new Map();
    const wanted = jobs.flatMap(({ job, target }) =>
      job.drop === undefined
        ? []
        : [{ entry: { job, target }, drop: job.drop, identity: JSON.stringify([job, target]) }],
    );
    const stay = new Set(wanted.map(({ identity }) => identity));
    const gone = [...before].filter(([identity]) => !stay.has(identity)).map(([, looker]) => looker);
    for (const { entry, drop, identity } of wanted) {
      const make = (): Looker =>
        new Looker(new DropFolder(entry, drop, { ...options, now, clock }), drop.poll ?? pollMs, options.log);
      lookers.set(identity, before.get(identity) ?? make());
    }
    await Promise.all(gone.map((looker) => looker.close()));
  };
  void setJobs(options.jobs);
  return {
    setJobs,
    sweep: async () => void (await Promise.all(all().map((looker) => looker.sweep()))),
    status: () => all().map((looker) => looker.folder.status()),
    close: async () => void (await Promise.all(all().map((looker) => looker.close()))),
  };
}

/** Looks at one folder, one look at a time. */
class Looker {
  readonly folder: DropFolder;
  readonly #pollMs: number;
  readonly #log: FolderOptions['log'];
  #watcher: FSWatcher | null = null;
  #timer: { readonly handle: NodeJS.Timeout; readonly at: number } | null = null;
  /** The look under way, and the one that was asked for meanwhile. */
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;
  /** When the takes under way have to be looked at again, too. */
  #sweepAt = 0;
  #closed = false;

  constructor(folder: DropFolder, pollMs: number, log: FolderOptions['log']) {
    this.folder = folder;
    this.#pollMs = pollMs;
    this.#log = log;
    void this.look();
  }

  /** A look that begins after this call. */
  look(): Promise<void> {
    this.#next ??= this.#follow(this.#current);
    return this.#next;
  }

  sweep(): Promise<void> {
    this.#sweepAt = 0;
    return this.look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    await this.#next;
    await this.#current;
    await this.#watcher?.close();
  }

  async #follow(current: Promise<void>): Promise<void> {
    await current;
    this.#next = null;
    this.#current = this.#lookOnce();
    await this.#current;
  }

  async #lookOnce(): Promise<void> {
    if (this.#closed) return;
    const sweeps = performance.now() >= this.#sweepAt;
    if (sweeps) this.#sweepAt = performance.now() + this.#pollMs;
    const nextMs = await this.folder.look(sweeps);
    // Only a folder that is there can be watched.
    if (this.folder.status().readable) this.#watcher ??= this.#watch();
    this.#lookIn(Math.min(Math.max(nextMs, HINT_MS), this.#pollMs));
  }

  #watch(): FSWatcher {
    const watcher = watch(this.folder.path, { depth: 0, ignoreInitial: true });
    watcher.on('all', (event, file) => {
      if (event === 'unlinkDir' && file === this.folder.path) void this.#unwatch();
      this.#lookIn(HINT_MS);
    });
    // What came while the watcher started.
    watcher.on('ready', () => this.#lookIn(0));
    watcher.on('error', (error) => {
      const context = { folder: this.folder.path, error: error instanceof Error ? error.message : String(error) };
      this.#log.warn(context, 'the drop folder tells of no changes; it is looked at now and then');
    });
    return watcher;
  }

  /** The folder is gone; a later look makes it anew. */
  async #unwatch(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = null;
    await watcher?.close();
  }

  /** The earlier one of two wishes counts. */
  #lookIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#closed || (this.#timer !== null && this.#timer.at <= at)) return;
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    const handle = setTimeout(() => {
      this.#timer = null;
      void this.look();
    }, ms);
    this.#timer = { handle, at };
  }
}
