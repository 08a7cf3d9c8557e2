/**
 * Exports at https addresses: one, or several that belong together. What a server says of its version is kept with the run
 * that has the content, and asked for again only as long as that run holds it: one that failed is fetched once more.
 */

import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Job } from '../../job/schema.js';
import type { SourcePlace } from '../../job/source-address.js';
import { fetchExport } from '../../remote/https.js';
import type { FetchedFile } from '../../remote/https.js';
import type { Validators } from '../../remote/http-answer.js';
import { fillIn, readJobSecret } from '../../remote/secrets.js';
import { asDropJob, Incoming } from './source.js';
import type { Fate, Look, RemoteSource, SourceDeps } from './source.js';

const validatorsSchema = z.object({ etag: z.string().nullable(), lastModified: z.string().nullable() });

interface Known {
  readonly runId: number;
  readonly at: string;
  readonly validators: Validators;
}

export class HttpsSource implements RemoteSource {
  readonly #deps: SourceDeps;
  readonly #job: Job;
  readonly #dropJob: Job;
  readonly #places: readonly SourcePlace[];
  readonly #incoming: Incoming;

  constructor(deps: SourceDeps, job: Job, places: readonly SourcePlace[]) {
    this.#deps = deps;
    this.#job = job;
    this.#places = places;
    // Whatever the files are called; patterns are for what is in an archive.
    this.#dropJob = asDropJob(job, { pattern: '*', together: places[0]?.together });
    this.#incoming = new Incoming(deps, job);
  }

  async *fetch(how: 'take' | 'peek'): AsyncGenerator<Look> {
    const known = how === 'take' ? await this.#readKnown() : null;
    const coming = await this.#incoming.open();
    try {
      const files = await this.#fetchAll(coming, known);
      if (files === null) {
        yield* (known ?? []).slice(0, 1).map(({ runId, at }): Look => {
          const message = `${this.#shown()} did not change since ${at}: run ${runId} has it.`;
          return { kind: 'nothing', message, runId };
        });
        return;
      }
      const names = files.map((file) => path.basename(file.path));
      const take = await this.#incoming.keep(coming, { files: names, markers: [] }, how, this.#deps.now());
      yield {
        kind: 'files',
        job: this.#dropJob,
        isCurrent: true,
        take,
        settle: (fate) => this.#settle(files, fate),
        drop: () => this.#incoming.drop(take),
      };
    } finally {
      await rm(coming, { recursive: true, force: true });
    }
  }

  tidy(): Promise<void> {
    return Promise.resolve();
  }

  async check(): Promise<string> {
    const coming = await this.#incoming.open();
    try {
      const files = (await this.#fetchAll(coming, null)) ?? [];
      return `${this.#shown()} answers: ${files.map((file) => `${path.basename(file.path)}, ${file.bytes} bytes`).join('; ')}`;
    } finally {
      await rm(coming, { recursive: true, force: true });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #shown(): string {
    return this.#places.map(({ url }) => url).join(' and ');
  }

  /** `null`: at least one of them has to come. */
  async #readKnown(): Promise<readonly Known[] | null> {
    const { store } = this.#deps;
    const known: Known[] = [];
    for (const { url } of this.#places) {
      const found = await store.readFetched(this.#job.name, url);
      if (found === undefined || found.runId === null) return null;
      if ((await store.findContent(this.#job.name, { runId: found.runId })) === undefined) return null;
      const validators = validatorsSchema.parse(JSON.parse(found.version));
      if (validators.etag === null && validators.lastModified === null) return null;
      known.push({ runId: found.runId, at: found.at, validators });
    }
    return known;
  }

  /** `null`: none of them changed. Those that did not come too when another one did. */
  async #fetchAll(coming: string, known: readonly Known[] | null): Promise<readonly FetchedFile[] | null> {
    const files = await this.#fetchEach(coming, (index) => known?.[index]?.validators ?? null);
    if (files.every((file) => file === null)) return null;
    const rest = await this.#fetchEach(coming, (index) => (files[index] === null ? null : 'here'));
    return files.flatMap((file, index) => file ?? rest[index] ?? []);
  }

  async #fetchEach(
    coming: string,
    knownOf: (index: number) => Validators | null | 'here',
  ): Promise<readonly (FetchedFile | null)[]> {
    const files: (FetchedFile | null)[] = [];
    for (const [index, place] of this.#places.entries()) {
      const known = knownOf(index);
      files.push(known === 'here' ? null : await this.#fetchOne(coming, index, place, known));
    }
    return files;
  }

  async #fetchOne(
    coming: string,
    index: number,
    place: SourcePlace,
    known: Validators | null,
  ): Promise<FetchedFile | null> {
    const { signal, ca, variables } = this.#deps;
    const secrets = { job: this.#job, variables };
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(place.headers))
      headers[name] = typeof value === 'string' ? fillIn(secrets, value) : readJobSecret(secrets, value);
    const wish = {
      url: fillIn(secrets, place.url),
      shown: place.url,
      headers,
      bytesMax: place['max-size'],
      allowsPrivate: place['allow-private'],
      known,
      signal,
      ...(ca === undefined ? {} : { ca }),
    };
    // Two servers may call their files the same.
    const own = path.join(coming, String(index));
    await mkdir(own, { recursive: true });
    const file = await fetchExport(wish, own);
    if (file !== null) {
      const name = path.basename(file.path);
      const isAlone = this.#places.length === 1;
      const to = path.join(coming, isAlone ? name : `${index + 1}-${name}`);
      await rename(file.path, to);
      await rm(own, { recursive: true });
      return { ...file, path: to };
    }
    await rm(own, { recursive: true });
    return null;
  }

  async #settle(files: readonly FetchedFile[], fate: Fate): Promise<void> {
    const { store, now } = this.#deps;
    for (const [index, { url }] of this.#places.entries()) {
      const validators = files[index]?.validators;
      if (fate.kind === 'refused' || validators === undefined) await store.forgetFetched(this.#job.name, url);
      else {
        const runId = fate.kind === 'run' ? fate.run.id : fate.runId;
        const version = JSON.stringify(validators);
        await store.noteFetched(this.#job.name, url, { version, runId, at: now() });
      }
    }
  }
}
