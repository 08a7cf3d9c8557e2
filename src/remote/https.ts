/**
 * One export over https, into a file.
 *
 * Invariants: every connection, also after a redirect, goes to an address that was checked at the moment of connecting;
 * headers of the job go to the server that the job names and to no other; a file that is there came whole.
 */

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { isOfDisk } from '../disk-trouble.js';
import { SyncError } from '../errors.js';
import { showSize } from '../job/size.js';
import { ADDRESS_REFUSED, guardLookup, isPublic } from '../source/public-address.js';
import { checkHeaders, fileNameOf, refuseStatus, validatorsOf } from './http-answer.js';
import type { Validators } from './http-answer.js';

export interface HttpsWish {
  readonly url: string;
  /** The address as messages show it: without what variables hold. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytesMax: number;
  readonly allowsPrivate: boolean;
  /** Of the file that is there already: `null` is always answered with a file. */
  readonly known: Validators | null;
  readonly signal: AbortSignal;
  /** Certificate authority, PEM, beside the usual ones. */
  readonly ca?: string;
  /** Between two bytes, in ms. */
  readonly idleMs?: number;
  /** Before the second attempt, in ms. */
  readonly againMs?: number;
}

export interface FetchedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly validators: Validators;
}

const REDIRECTS_MAX = 5;
/** Attempts for what is cut off on its way. */
const ATTEMPTS_MAX = 3;
const AGAIN_MS = 1000;
const CONNECT_MS = 15_000;
const IDLE_MS = 60_000;

/**
 * Fetches the file into `folder`, which is there, under the name that it has at the server.
 *
 * @returns `null` when it is the known one
 * @throws SyncError `source-…`; `interrupted` when the signal is aborted; what the file system throws passes through
 */
export async function fetchExport(wish: HttpsWish, folder: string): Promise<FetchedFile | null> {
  const { allowsPrivate, idleMs = IDLE_MS, againMs = AGAIN_MS, ca, signal } = wish;
  const agent = new Agent({
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    connect: {
      timeout: Math.min(CONNECT_MS, idleMs),
      ...(allowsPrivate ? {} : { lookup: guardLookup(isPublic) }),
      ...(ca === undefined ? {} : { ca }),
    },
  });
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetchOnce(wish, agent, folder);
      } catch (error) {
        const wasCut = error instanceof SyncError && error.code === 'source-incomplete';
        if (!wasCut || attempt >= ATTEMPTS_MAX) throw error;
        await delay(againMs * 4 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    await agent.destroy();
  }
}

async function fetchOnce(wish: HttpsWish, agent: Agent, folder: string): Promise<FetchedFile | null> {
  const { at, answer } = await ask(wish, agent);
  const part = path.join(folder, '.part');
  try {
    if (answer.statusCode === 304 && wish.known !== null) return null;
    if (answer.statusCode !== 200) throw refuseStatus(answer.statusCode, wish.shown);
    checkHeaders(answer.headers, wish.shown, wish.bytesMax, () => tooLarge(wish));
    const bytes = await save(wish, answer, part);
    const file = path.join(folder, fileNameOf(answer.headers, at, hiddenIn(wish)));
    await rename(part, file);
    return { path: file, bytes, validators: validatorsOf(answer.headers) };
  } finally {
    answer.body.on('error', () => undefined).destroy();
    await rm(part, { force: true });
  }
}

/** What variables hold, as it stands in the address. A redirect, too, may carry it on. */
function hiddenIn({ url, shown }: HttpsWish): readonly string[] {
  const around = shown.split(/\$\{\w+\}/).map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${around.join('(.*?)')}$`, 's').exec(url)?.slice(1) ?? [];
}

interface Answer {
  readonly at: URL;
  readonly answer: Dispatcher.ResponseData;
}

async function ask(wish: HttpsWish, agent: Agent): Promise<Answer> {
  const { shown, known, allowsPrivate, signal } = wish;
  const start = parse(wish.url, shown);
  let at = start;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    // A literal address is never looked up, so it is checked here.
    const host = at.hostname.replace(/^\[|\]$/g, '');
    if (at.protocol !== 'https:')
      throw new SyncError('source-unusable', `${shown} redirects to ${at.protocol}//, and only https is followed.`);
    if (!allowsPrivate && isIP(host) !== 0 && !isPublic(host)) throw isPrivate(wish, at);
    const headers = {
      'accept': '*/*',
      'accept-encoding': 'identity',
      ...(known?.etag == null ? {} : { 'if-none-match': known.etag }),
      ...(known?.lastModified == null ? {} : { 'if-modified-since': known.lastModified }),
      // Another server must not have them.
      ...(at.origin === start.origin ? wish.headers : {}),
    };
    const answer = await request(at, { dispatcher: agent, signal, headers }).catch((error: unknown) => {
      throw explain(wish, at, error);
    });
    const { location } = answer.headers;
    const redirects = [301, 302, 303, 307, 308].includes(answer.statusCode) && typeof location === 'string';
    if (!redirects) return { at, answer };
    answer.body.on('error', () => undefined).destroy();
    if (!URL.canParse(location, at.href))
      throw new SyncError('source-unusable', `${shown} redirects to what is no address.`);
    at = new URL(location, at);
  }
  throw new SyncError('source-unusable', `${shown} redirects more than ${REDIRECTS_MAX} times.`);
}

function parse(url: string, shown: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new SyncError('source-unusable', `${shown} is no address.`, { hint: 'Check the variables that it names.' });
}

async function save(wish: HttpsWish, answer: Dispatcher.ResponseData, part: string): Promise<number> {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > wish.bytesMax) done(tooLarge(wish));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(answer.body, count, createWriteStream(part), { signal: wish.signal });
  } catch (error) {
    if (error instanceof SyncError || isOfDisk(error)) throw error;
    if (wish.signal.aborted) throw interrupted(wish);
    throw new SyncError('source-incomplete', `${wish.shown} was cut off after ${showSize(bytes)} (${codeOf(error)}).`, {
      retry: 'later',
      hint: 'Nothing of it was used. Try again later.',
    });
  }
  return bytes;
}

function tooLarge({ shown, bytesMax }: HttpsWish): SyncError {
  return new SyncError('source-too-large', `${shown} is larger than ${showSize(bytesMax)}.`, {
    hint: 'Is it the right file? source.from.max-size in the job allows more.',
  });
}

function isPrivate({ shown }: HttpsWish, at: URL): SyncError {
  return new SyncError(
    'source-private',
    `${shown} leads to ${at.hostname}, which is no address of the public internet.`,
    {
      hint: 'For a server of your own network: allow-private: true under source.from in the job.',
    },
  );
}

function interrupted({ shown }: HttpsWish): SyncError {
  return new SyncError('interrupted', `${shown} was not fetched to its end: somebody stopped it.`, { retry: 'later' });
}

const NO_TRUST = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;

function explain(wish: HttpsWish, at: URL, error: unknown): SyncError {
  const code = codeOf(error);
  if (error instanceof SyncError) return error;
  if (wish.signal.aborted) return interrupted(wish);
  if (code === ADDRESS_REFUSED) return isPrivate(wish, at);
  if (NO_TRUST.test(code))
    return new SyncError('source-tls', `The certificate of ${at.host} is not accepted (${code}).`, {
      hint: 'Mend it, or name its authority with NODE_EXTRA_CA_CERTS.',
    });
  if (code === 'UND_ERR_INVALID_ARG')
    return new SyncError('config-invalid', `A header for ${wish.shown} holds what no header may: a line break?`, {
      hint: 'Check the variables and files that source.from.headers names.',
    });
  return new SyncError('source-unreachable', `${wish.shown}: ${at.host} does not answer (${code}).`, {
    retry: 'later',
    hint: 'Is the server up, and its name right? Try again later.',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}
