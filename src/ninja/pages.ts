/**
 * All clients that a query finds, page by page.
 *
 * The list is paged by offset (FACTS.md "GET list"). Sorted by id, ascending, rows keep their places as long as none
 * leaves the list: without a filter only a purge does that, with one (`status=active`) any edit may. Rows behind it move
 * one place to the front each, so that the first row of the next page slips into the page that was just read. It shows as
 * a `total` that shrinks from one answer to the next; then that page is read once more.
 *
 * Invariant: each client is yielded once, and at the end as many were yielded as the target counts (clients that left the
 * list meanwhile may be among them), else the reading fails.
 */

import { SyncError } from '../errors.js';
import type { Ninja } from './client.js';
import { unexpected } from './errors.js';
import type { ListQuery } from './query.js';
import { createSeenIds } from './seen-ids.js';
import type { Json, ListPage, WireClient } from './wire.js';

export interface PagesOptions {
  /** Filters and order; by default all clients, in the order of creation. */
  readonly query?: Omit<ListQuery, 'page' | 'perPage'>;
  /** Clients a request; it shrinks by itself when the server cannot answer that many. */
  readonly perPage?: number | undefined;
  readonly onProgress?: ((progress: { readonly read: number; readonly total: number }) => void) | undefined;
}

/** A client with the object that it was read from. */
export interface ReadClient {
  readonly client: WireClient;
  readonly raw: Json;
}

const PAGE_SIZES = [1000, 500, 250, 100] as const;
/** How often pages are read again because somebody worked meanwhile. */
const REREADS_MAX = 3;
/** A page that is too large fails each time alike: no need to insist before a smaller one is tried. */
const ATTEMPTS_BEFORE_SHRINKING = 2;
const TOO_LARGE = new Set(['target-bad-json', 'target-timeout', 'target-server-error', 'target-unreachable']);

interface Position {
  /** Rows before the page; a multiple of `size`. */
  readonly offset: number;
  readonly size: number;
}

/**
 * @throws SyncError `snapshot-inconsistent` when the target keeps changing under the read; what `list` throws
 */
export async function* readPages(ninja: Ninja, options: PagesOptions): AsyncGenerator<readonly ReadClient[]> {
  const seen = createSeenIds();
  const pages = new PageReader(ninja, options.query ?? {});
  let at: Position = { offset: 0, size: options.perPage ?? 1000 };
  let total: number | null = null;
  /** Rows that have been read at least once: twice is no surprise below. */
  let reached = 0;
  let purged = 0;
  let rereads = 0;
  for (;;) {
    const { page, position } = await pages.read(at);
    at = position;
    const shrunk = total === null ? 0 : Math.max(0, total - page.total);
    total = page.total;
    purged += shrunk;
    const next: Position = { offset: at.offset + at.size, size: at.size };
    if (shrunk === 0 && next.offset < total) pages.prefetch(next);
    const fresh = page.clients.flatMap((client, index) =>
      seen.add(client.id) ? [{ client, raw: page.raw[index] ?? {} }] : [],
    );
    const twice = fresh.length < page.clients.length && at.offset >= reached;
    reached = Math.max(reached, at.offset + page.clients.length);
    if (fresh.length > 0) yield fresh;
    options.onProgress?.({ read: seen.size, total });
    at = next;
    const atEnd = next.offset >= total;
    const miscounted = atEnd && (seen.size < total || seen.size > total + purged);
    if (shrunk === 0 && !twice && !miscounted) {
      if (atEnd) return;
      continue;
    }
    rereads += 1;
    if (rereads > REREADS_MAX) throw inconsistent(ninja.url, seen.size, total);
    // A purge needs the pages before this one again; anything else is no shift that can be followed.
    const back = Math.ceil(shrunk / at.size) * at.size;
    at = { offset: shrunk > 0 && !twice ? Math.max(0, position.offset - back) : 0, size: at.size };
  }
}

function inconsistent(url: string, read: number, total: number): SyncError {
  return new SyncError(
    'snapshot-inconsistent',
    `${url}: the clients changed while they were read (${read} read, ${total} counted, ${REREADS_MAX} times read again).`,
    {
      retry: 'later',
      hint: 'Somebody is purging or importing clients: run again when that is done.',
      details: { read, total },
    },
  );
}

/** Reads pages, one ahead, in sizes that the server can answer. */
class PageReader {
  readonly #ninja: Ninja;
  readonly #query: PagesOptions['query'];
  #ahead: { readonly at: Position; readonly page: Promise<ListPage> } | null = null;

  constructor(ninja: Ninja, query: PagesOptions['query']) {
    this.#ninja = ninja;
    this.#query = query;
  }

  /** Starts to read a page that will probably be asked for next, so that network and parsing overlap. */
  prefetch(at: Position): void {
    const page = this.#list(at);
    // Whoever asks for the page gets the error; if nobody does, nothing is lost.
    page.catch(() => undefined);
    this.#ahead = { at, page };
  }

  /** The page at this position, or a smaller one that begins there or a little before. */
  async read(at: Position): Promise<{ readonly page: ListPage; readonly position: Position }> {
    const ahead = this.#ahead;
    this.#ahead = null;
    let position = at;
    let pending = ahead?.at.offset === at.offset && ahead.at.size === at.size ? ahead.page : this.#list(at);
    for (;;) {
      try {
        const page = await pending;
        if (page.perPage === position.size) return { page, position };
        if (page.perPage === 0 || page.perPage > position.size) {
          throw unexpected(`a page of ${page.perPage} clients where ${position.size} were asked for`);
        }
        // The server has a smaller maximum than we asked for.
        position = resize(position, page.perPage);
      } catch (error) {
        const smaller = PAGE_SIZES.find((size) => size < position.size);
        if (!(error instanceof SyncError) || !TOO_LARGE.has(error.code) || smaller === undefined) throw error;
        position = resize(position, smaller);
      }
      pending = this.#list(position);
    }
  }

  #list({ offset, size }: Position): Promise<ListPage> {
    const canShrink = PAGE_SIZES.some((smaller) => smaller < size);
    const query = { ...this.#query, page: offset / size + 1, perPage: size };
    return this.#ninja.list(query, canShrink ? { attempts: ATTEMPTS_BEFORE_SHRINKING } : {});
  }
}

/** Pages begin at multiples of their size: some rows may be read twice. */
function resize({ offset }: Position, size: number): Position {
  return { offset: Math.floor(offset / size) * size, size };
}
