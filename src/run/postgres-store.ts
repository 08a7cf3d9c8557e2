/**
 * The state store in PostgreSQL: what several machines share.
 *
 * Invariants: a commit is on disk before it is reported (the server's default), a transaction that a stopped process left
 * open is ended by the server (its locks must not stop the others), and what the server says about itself becomes a
 * `SyncError` that says what to do and never repeats the password.
 */

import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, Pool } from 'pg';
import { SyncError } from '../errors.js';
import type { StateDatabase } from './state/schema.js';

const CONNECTIONS_MAX = 8;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * No statement takes as long, waiting for others included: what does waits for an answer that never comes. It is shorter
 * than a lease, so that who is cut off gives its run back to the queue when others may take it.
 */
const QUERY_TIMEOUT_MS = 20_000;
/** A process that was stopped in the middle of a transaction keeps others waiting for so long. */
const IDLE_IN_TRANSACTION_MS = 15_000;

/**
 * @param url `postgres://user:password@host:port/database?sslmode=verify-full`
 * @throws SyncError `state-unusable`, also later, with any statement
 */
export function openPostgres(url: string): Kysely<StateDatabase> {
  const place = placeOf(url);
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    application_name: 'ninja-sync',
    keepAlive: true,
  });
  // A connection may break between two queries: whoever asks next hears of it there.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return new Kysely<StateDatabase>({ dialect: new PostgresDialect({ pool: explaining(pool, place) }) });
}

/** `database "sync" on db.example:5432`, without user and password. */
export function placeOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new SyncError('state-unusable', 'STATE_URL is no address of a PostgreSQL database.', {
      hint: 'Write "postgres://user:password@host:5432/database"; special characters in the password as %XX.',
      cause,
    });
  }
  const host = parsed.hostname === '' ? (parsed.searchParams.get('host') ?? 'this machine') : parsed.host;
  return `database "${decodeURIComponent(parsed.pathname.slice(1))}" on ${host}`;
}

/** What Kysely needs of a pool; every error about the server is a `SyncError`. */
function explaining(pool: Pool, place: string): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw explain(error, place);
      });
      let broken = false;
      return {
        query: (async (text: string, parameters: readonly unknown[]) => {
          try {
            return await client.query(text, [...parameters]);
          } catch (error) {
            // Whether the server still works on it is not known.
            broken ||= !(error instanceof DatabaseError);
            throw explain(error, place);
          }
        }) as unknown as PostgresPoolClient['query'],
        release: () => client.release(broken),
      };
    },
    end: () => pool.end(),
  };
}

interface Trouble {
  readonly what: string;
  readonly hint: string;
  readonly retry?: 'later';
}

const AWAY: Trouble = {
  what: 'cannot be reached',
  hint: 'Check that the server is up and that STATE_URL names its address, then try again.',
  retry: 'later',
};

/** By SQLSTATE, or the class that its first two characters are (PostgreSQL, appendix A). */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  '08': AWAY,
  '28': { what: 'refuses this user or password', hint: 'Check the user and the password in STATE_URL.' },
  '3D': { what: 'does not exist', hint: 'Make it: createdb NAME; its tables are made by ninja-sync.' },
  '40': { what: 'ended a transaction in favour of another one', hint: 'Try again.', retry: 'later' },
  '42501': {
    what: 'does not let this user make or use the tables',
    hint: 'Let the user own the database, or grant it CREATE and USAGE on the schema.',
  },
  '53': {
    what: 'has no room left (disk, memory or connections)',
    hint: 'Make room on the server, or allow more connections: a process of ninja-sync uses up to 8.',
    retry: 'later',
  },
  '57': { what: 'is shut down or just starting', hint: 'Try again when it is up.', retry: 'later' },
  '25P03': { what: 'ended a transaction that stood still', hint: 'Try again.', retry: 'later' },
  '25006': { what: 'is read-only (a standby?)', hint: 'Name the primary server in STATE_URL.', retry: 'later' },
};

/** Errors about the server become a `SyncError`; anything else is a bug and stays what it is. */
function explain(error: unknown, place: string): unknown {
  const code = error instanceof DatabaseError ? (error.code ?? '') : null;
  const trouble = code === null ? AWAY : (TROUBLES[code] ?? TROUBLES[code.slice(0, 2)]);
  if (trouble === undefined) return error;
  const why = error instanceof Error && code === null ? ` (${error.message || errorCodeOf(error)})` : '';
  return new SyncError('state-unusable', `The state in ${place} ${trouble.what}${why}.`, {
    hint: trouble.hint,
    ...(trouble.retry === undefined ? {} : { retry: trouble.retry }),
    cause: error,
  });
}

/** Where a name has several addresses the error has no text of its own. */
function errorCodeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
