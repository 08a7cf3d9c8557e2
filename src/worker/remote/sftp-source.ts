/**
 * Exports in a folder at an SSH server. They are taken there by renaming, before they are downloaded, so that of two
 * workers one gets them; the take keeps its name here, in the ledger and there, so that whoever finds it after a crash goes
 * on with it.
 */

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SyncError } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import type { SourcePlace } from '../../job/source-address.js';
import { readJobSecret } from '../../remote/secrets.js';
import { openSftp } from '../../remote/sftp.js';
import type { SftpEntry, SftpFolder } from '../../remote/sftp.js';
import {
  isWholeAt,
  listTakesAt,
  moveTakeAt,
  noteRunAt,
  putBackAt,
  readRunAt,
  takeAt,
  takenAt,
} from '../../remote/sftp-takes.js';
import type { SftpTake } from '../../remote/sftp-takes.js';
import { overridesOf } from '../../run/sources.js';
import type { Run } from '../../run/store.js';
import { PATIENCE } from '../drop/completeness.js';
import { endOf } from '../drop/finish.js';
import { patternsOf } from '../drop/intake.js';
import { createMatcher, markersOf } from '../drop/names.js';
import { pairFiles } from '../drop/pairing.js';
import { printFile } from '../drop/print.js';
import { nameTake } from '../drop/take.js';
import type { Take } from '../drop/take.js';
import { asDropJob, Incoming } from './source.js';
import type { Fate, FetchedFiles, Look, RemoteSource, SourceDeps } from './source.js';

/** A take that is younger than this is most likely under way at another worker. To be wrong costs work, nothing else. */
const TAKING_MS = 10_000;
/** Times at the server are whole seconds. */
const SECOND_MS = 1000;

interface Whole extends SftpEntry {
  readonly pattern: number;
  readonly complete: boolean;
  readonly marker: string | null;
}

export class SftpSource implements RemoteSource {
  readonly #deps: SourceDeps;
  readonly #job: Job;
  readonly #place: SourcePlace;
  readonly #incoming: Incoming;
  #folder: SftpFolder | null = null;

  constructor(deps: SourceDeps, job: Job, place: SourcePlace) {
    this.#deps = deps;
    this.#job = asDropJob(job, place);
    this.#place = place;
    this.#incoming = new Incoming(deps, job);
  }

  async tidy(): Promise<void> {
    const folder = await this.#open();
    for (const take of await listTakesAt(folder, this.#job.name)) {
      const run = await this.#runOf(folder, take);
      const end = run === null ? null : endOf(run);
      if (end !== null) await moveTakeAt(folder, take, end.place, wordOf(end.reason));
    }
  }

  async *fetch(how: 'take' | 'peek'): AsyncGenerator<Look> {
    const folder = await this.#open();
    if (how === 'take') yield* this.#recover(folder);
    const { groups, waiting } = pairFiles(await this.#listWhole(folder), patternsOf(this.#job).length);
    for (const group of groups) {
      const names = { files: group.map(({ name }) => name), markers: group.flatMap(({ marker }) => marker ?? []) };
      yield* how === 'take' ? this.#take(folder, names) : this.#peek(folder, names);
    }
    for (const { name } of waiting)
      yield { kind: 'nothing', message: `${name} waits for the file that belongs to it.` };
    if (groups.length + waiting.length === 0)
      yield { kind: 'nothing', message: `${this.#place.url} has no new file for ${this.#patterns()}.` };
  }

  async check(): Promise<string> {
    const names = (await this.#listNames(await this.#open())).length;
    return `${this.#place.url} answers: ${names === 0 ? 'no file' : names === 1 ? '1 file' : `${names} files`} for ${this.#patterns()}`;
  }

  async close(): Promise<void> {
    await this.#folder?.close();
  }

  #patterns(): string {
    return patternsOf(this.#job)
      .map((pattern) => `"${pattern}"`)
      .join(' and ');
  }

  async #open(): Promise<SftpFolder> {
    const { variables, signal } = this.#deps;
    const { url, key, password } = this.#place;
    const secrets = { job: this.#job, variables };
    this.#folder ??= await openSftp({
      url,
      hostKey: this.#place['host-key'],
      key: key === undefined ? undefined : `${readJobSecret(secrets, key)}\n`,
      password: password === undefined ? undefined : readJobSecret(secrets, password),
      signal,
    });
    return this.#folder;
  }

  async #listNames(folder: SftpFolder): Promise<readonly (SftpEntry & { readonly pattern: number })[]> {
    const entries = await folder.list();
    if (entries === null)
      throw new SyncError('source-missing', `${this.#place.url}: there is no such folder.`, {
        hint: 'Check source.from in the job. A path from the root is meant; /~/NAME begins in the home of the user.',
      });
    const matches = createMatcher(patternsOf(this.#job));
    return entries
      .filter(({ kind }) => kind === 'file')
      .map((entry) => ({ ...entry, pattern: matches(entry.name) }))
      .filter(({ pattern }) => pattern !== -1);
  }

  /** Files that are whole, as far as that can be seen from outside. */
  async #listWhole(folder: SftpFolder): Promise<readonly Whole[]> {
    const { complete, settle } = this.#place;
    const first = await this.#listNames(folder);
    const whole = { complete: false, marker: null };
    if (complete === 'rename' || first.length === 0) return first.map((entry) => ({ ...entry, ...whole }));
    if (complete === 'marker') {
      const names = new Set(((await folder.list()) ?? []).map(({ name }) => name));
      return first.flatMap((entry) => {
        const marker = markersOf(entry.name).find((name) => names.has(name));
        return marker === undefined ? [] : [{ ...entry, complete: false, marker }];
      });
    }
    await delay(settle, undefined, { signal: this.#deps.signal }).catch(() => undefined);
    const second = await this.#listNames(folder);
    const before = new Map(first.map((entry) => [entry.name, entry]));
    return second
      .filter(({ name, size, mtimeMs }) => before.get(name)?.size === size && before.get(name)?.mtimeMs === mtimeMs)
      .map((entry) => ({ ...entry, ...whole }));
  }

  /** Takes whose worker died before it made a run. */
  async *#recover(folder: SftpFolder): AsyncGenerator<Look> {
    for (const take of await listTakesAt(folder, this.#job.name)) {
      if (Date.parse(this.#deps.now()) - takenAt(take) < TAKING_MS) continue;
      if ((await this.#runOf(folder, take)) !== null) continue;
      if (await isWholeAt(folder, take)) yield* this.#bring(folder, take);
      else await putBackAt(folder, take);
    }
  }

  /** What was noted counts only as long as there is such a run of this job: the state may be another one by now. */
  async #runOf(folder: SftpFolder, take: SftpTake): Promise<Run | null> {
    const { store } = this.#deps;
    const noted = await readRunAt(folder, take);
    const runId = noted ?? (await store.findContent(this.#job.name, { name: take.id }))?.runId;
    const run = runId === undefined ? undefined : await store.findRun(runId);
    return run !== undefined && run.job === this.#job.name ? run : null;
  }

  async *#take(
    folder: SftpFolder,
    names: { readonly files: readonly string[]; readonly markers: readonly string[] },
  ): AsyncGenerator<Look> {
    const id = nameTake(names.files, this.#deps.now());
    const take = await takeAt(folder, id, { job: this.#job.name, ...names });
    if (take === null) yield { kind: 'nothing', message: `${names.files.join(', ')}: another worker took it.` };
    else yield* this.#bring(folder, take);
  }

  /** From `processing` there to `processing` here. */
  async *#bring(folder: SftpFolder, there: SftpTake): AsyncGenerator<Look> {
    const coming = await this.#incoming.open();
    try {
      const growing = await this.#download(folder, there, coming);
      if (growing !== null) {
        await putBackAt(folder, there);
        yield { kind: 'nothing', message: `${growing} is not whole yet: it is looked at again.` };
        return;
      }
      const take = await this.#incoming.keep(coming, there, 'take', this.#deps.now(), there.id);
      yield this.#files(take, (fate) => tellFate(folder, there, fate));
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'source-too-large') throw error;
      const reason = `${error.message} ${error.hint ?? ''}`;
      await moveTakeAt(folder, there, 'failed', { kind: 'reason', text: reason });
      yield { kind: 'nothing', message: error.message };
    } finally {
      await rm(coming, { recursive: true, force: true });
    }
  }

  /** @returns the name of a file that is not whole; `null` when all are here */
  async #download(folder: SftpFolder, there: SftpTake, coming: string): Promise<string | null> {
    for (const name of [...there.markers, ...there.files]) {
      const at = `${there.path}/${name}`;
      const to = path.join(coming, name);
      const before = await folder.look(at);
      if (before !== null && before.size > this.#place['max-size'])
        throw folder.tooLarge(name, this.#place['max-size']);
      const bytes = await folder.download(at, to, this.#place['max-size']);
      const after = await folder.look(at);
      if (before === null || after === null || bytes !== after.size) return name;
      if (before.size !== after.size || before.mtimeMs !== after.mtimeMs) return name;
      if (there.files.includes(name) && !(await this.#stoodStill(folder, there, to, after.mtimeMs))) return name;
    }
    return null;
  }

  /** Long enough for how it ends? By the clock of the server: the folder that it was moved into changed just then. */
  async #stoodStill(folder: SftpFolder, there: SftpTake, file: string, mtimeMs: number): Promise<boolean> {
    const { complete, settle: settleMs } = this.#place;
    if (complete !== 'settle') return true;
    const { ending } = await printFile(file, overridesOf(this.#job));
    const takenAtServer = (await folder.look(there.path))?.mtimeMs ?? 0;
    return takenAtServer - mtimeMs >= settleMs * PATIENCE[ending] - SECOND_MS;
  }

  #files(take: Take, settleIt: FetchedFiles['settle']): FetchedFiles {
    return {
      kind: 'files',
      job: this.#job,
      isCurrent: false,
      take,
      settle: settleIt,
      drop: () => this.#incoming.drop(take),
    };
  }

  async *#peek(
    folder: SftpFolder,
    names: { readonly files: readonly string[]; readonly markers: readonly string[] },
  ): AsyncGenerator<Look> {
    const coming = await this.#incoming.open();
    try {
      for (const name of [...names.markers, ...names.files]) {
        const bytes = await folder.download(name, path.join(coming, name), this.#place['max-size']);
        if (bytes === null) return;
      }
      const take = await this.#incoming.keep(coming, names, 'peek', this.#deps.now());
      yield this.#files(take, () => Promise.resolve());
    } finally {
      await rm(coming, { recursive: true, force: true });
    }
  }
}

async function tellFate(folder: SftpFolder, there: SftpTake, fate: Fate): Promise<void> {
  if (fate.kind === 'run') await noteRunAt(folder, there, fate.run.id);
  else if (fate.kind === 'refused') await moveTakeAt(folder, there, 'failed', wordOf(fate.reason));
  else {
    const text = `The same content was taken before: run ${fate.runId}. Nothing was done.`;
    await moveTakeAt(folder, there, 'done', { kind: 'note', text });
  }
}

function wordOf(reason: string | null): { readonly kind: 'reason'; readonly text: string } | null {
  return reason === null ? null : { kind: 'reason', text: reason };
}
