/** The state store that a configuration names: SQLite on one machine, PostgreSQL for several. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { SyncError } from '../errors.js';
import { openPostgres, placeOf } from './postgres-store.js';
import { openSqlite } from './sqlite-store.js';
import { KyselyStore } from './state/kysely-store.js';
import { migrate } from './state/migrations.js';
import type { StateDatabase } from './state/schema.js';
import type { Store } from './store.js';

const FILE_NAME = 'state.db';

export interface StateOptions {
  /** Folder of `state.db`, used when `stateUrl` says nothing. */
  readonly dataDir: string;
  /** `sqlite:/path`, `file:/path`, a plain path, or `postgres://…`. */
  readonly stateUrl?: string | undefined;
}

/**
 * Opens the state and brings it to this release's version; a SQLite file and its folder are made when they are missing.
 *
 * @throws SyncError `state-unusable` when there is no usable state, with what to do
 */
export async function openStore(options: StateOptions): Promise<Store> {
  return new KyselyStore(await openMigrated(options));
}

/** The same state as tables: to copy it, or to look at it. */
export async function openMigrated(options: StateOptions): Promise<Kysely<StateDatabase>> {
  const database = openDatabase(options);
  try {
    await migrate(database, describePlace(options));
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** As it is, of whatever version. */
export function openDatabase(options: StateOptions): Kysely<StateDatabase> {
  return options.stateUrl !== undefined && isPostgresUrl(options.stateUrl)
    ? openPostgres(options.stateUrl)
    : openSqlite(fileOf(options));
}

/** Where the state is, for people: a path, or a database without its password. */
export function describePlace(options: StateOptions): string {
  return options.stateUrl !== undefined && isPostgresUrl(options.stateUrl)
    ? placeOf(options.stateUrl)
    : fileOf(options);
}

function fileOf({ dataDir, stateUrl }: StateOptions): string {
  return stateUrl === undefined ? path.join(dataDir, FILE_NAME) : pathOf(stateUrl);
}

function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:/i.test(url);
}

/** Never repeats the URL in a message: it may hold a password. */
function pathOf(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return path.resolve(url);
  if (scheme === 'file' && url.startsWith('file:///')) return fileURLToPath(url);
  const rest = url.slice(scheme.length + 1).replace(/^\/\/(?=\/)/, '');
  if ((scheme === 'sqlite' || scheme === 'file') && rest !== '' && !rest.startsWith('//')) return path.resolve(rest);
  throw new SyncError('state-unusable', `STATE_URL cannot be used: "${scheme}:" with no path of a file.`, {
    hint: 'Write "sqlite:/path/state.db", the path alone, or "postgres://user@host/database"; unset it to keep the state in DATA_DIR.',
  });
}
