/**
 * Exports in a bucket. Objects appear whole, and what was used is told by the state: the version (ETag) of each object with
 * the run that has it. Where the job says so they move to `done/` or `failed/` when their run has ended.
 */

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import type { SourcePlace } from '../../job/source-address.js';
import { openBucket } from '../../remote/bucket.js';
import type { Bucket, BucketObject } from '../../remote/bucket.js';
import { endOf } from '../drop/finish.js';
import { patternsOf } from '../drop/intake.js';
import { createMatcher } from '../drop/names.js';
import { pairFiles } from '../drop/pairing.js';
import { asDropJob, Incoming } from './source.js';
import type { Fate, Look, RemoteSource, SourceDeps } from './source.js';

interface Found extends BucketObject {
  readonly pattern: number;
  readonly complete: boolean;
}

export class S3Source implements RemoteSource {
  readonly #deps: SourceDeps;
  readonly #job: Job;
  readonly #place: SourcePlace;
  readonly #incoming: Incoming;
  readonly #bucket: Bucket;

  constructor(deps: SourceDeps, job: Job, place: SourcePlace) {
    this.#deps = deps;
    this.#job = asDropJob(job, place);
    this.#place = place;
    this.#incoming = new Incoming(deps, job);
    this.#bucket = openBucket(deps.s3, place.url, deps.signal);
  }

  async tidy(): Promise<void> {
    if (this.#place.mark !== 'move') return;
    const { store } = this.#deps;
    for (const object of await this.#list()) {
      const note = await this.#noteOf(object);
      const run = note?.runId == null ? undefined : await store.findRun(note.runId);
      const end = run === undefined ? null : endOf(run);
      if (run !== undefined && end !== null) await this.#putAway(object, end.place, `run-${run.id}`, end.reason);
    }
  }

  async *fetch(how: 'take' | 'peek'): AsyncGenerator<Look> {
    const fresh: Found[] = [];
    let usedMs = Number.NEGATIVE_INFINITY;
    for (const object of await this.#list()) {
      if ((await this.#noteOf(object)) === undefined) fresh.push(object);
      else usedMs = Math.max(usedMs, object.mtimeMs);
    }
    const { groups, waiting } = pairFiles(fresh, patternsOf(this.#job).length);
    // Another worker may be at the newest one, or died when it had used it: what is older stays behind it all the same.
    const newest = groups.slice(-1).filter((group) => group.some(({ mtimeMs }) => mtimeMs >= usedMs));
    const wanted = this.#place.take === 'newest' ? newest : groups;
    for (const group of groups.filter((one) => !wanted.includes(one))) {
      if (how === 'take') await this.#pass(group);
      yield { kind: 'nothing', message: `${namesOf(group)} is not used: there is a newer one.` };
    }
    for (const group of wanted) yield* this.#bring(group, how);
    for (const { name } of waiting)
      yield { kind: 'nothing', message: `${name} waits for the file that belongs to it.` };
    if (groups.length + waiting.length === 0)
      yield { kind: 'nothing', message: `${this.#place.url} has no new file for ${this.#patterns()}.` };
  }

  async check(): Promise<string> {
    const { length } = await this.#list();
    return `${this.#place.url} answers: ${length === 1 ? '1 file' : `${length} files`} for ${this.#patterns()}`;
  }

  close(): Promise<void> {
    this.#bucket.close();
    return Promise.resolve();
  }

  #patterns(): string {
    return patternsOf(this.#job)
      .map((pattern) => `"${pattern}"`)
      .join(' and ');
  }

  async #list(): Promise<readonly Found[]> {
    const matches = createMatcher(patternsOf(this.#job));
    return (await this.#bucket.list())
      .map((object) => ({ ...object, pattern: matches(object.name), complete: false }))
      .filter(({ pattern }) => pattern !== -1);
  }

  /** `undefined`: this version of it was not used. */
  async #noteOf({ url, etag }: BucketObject): ReturnType<SourceDeps['store']['readFetched']> {
    const note = await this.#deps.store.readFetched(this.#job.name, url);
    return note?.version === etag ? note : undefined;
  }

  async *#bring(group: readonly Found[], how: 'take' | 'peek'): AsyncGenerator<Look> {
    const coming = await this.#incoming.open();
    try {
      for (const object of group)
        await this.#bucket.download(object, path.join(coming, object.name), this.#place['max-size']);
      const names = { files: group.map(({ name }) => name), markers: [] };
      const take = await this.#incoming.keep(coming, names, how, this.#deps.now());
      yield {
        kind: 'files',
        job: this.#job,
        isCurrent: this.#place.take === 'newest',
        take,
        settle: (fate) => this.#settle(group, fate),
        drop: () => this.#incoming.drop(take),
      };
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'source-missing') throw error;
      yield { kind: 'nothing', message: `${namesOf(group)} is gone: another worker used it, or somebody removed it.` };
    } finally {
      await rm(coming, { recursive: true, force: true });
    }
  }

  async #settle(group: readonly Found[], fate: Fate): Promise<void> {
    const runId = fate.kind === 'run' ? fate.run.id : fate.kind === 'known' ? fate.runId : null;
    await this.#note(group, runId);
    if (fate.kind !== 'refused' || this.#place.mark !== 'move') return;
    for (const object of group) await this.#putAway(object, 'failed', this.#stamp(), fate.reason);
  }

  /** A newer one is used instead. */
  async #pass(group: readonly Found[]): Promise<void> {
    await this.#note(group, null);
    if (this.#place.mark === 'move')
      for (const object of group) await this.#putAway(object, 'done', this.#stamp(), null);
  }

  async #note(group: readonly Found[], runId: number | null): Promise<void> {
    const { store, now } = this.#deps;
    for (const { url, etag } of group)
      await store.noteFetched(this.#job.name, url, { version: etag, runId, at: now() });
  }

  async #putAway(object: Found, place: 'done' | 'failed', folder: string, reason: string | null): Promise<void> {
    await this.#bucket.move(object, `${place}/${folder}/${object.name}`, reason);
    await this.#deps.store.forgetFetched(this.#job.name, object.url);
  }

  #stamp(): string {
    return this.#deps.now().replaceAll(/[-:.]/g, '');
  }
}

function namesOf(group: readonly Found[]): string {
  return group.map(({ name }) => name).join(' and ');
}
