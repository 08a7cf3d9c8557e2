/** The state store that a configuration names: SQLite on one machine, PostgreSQL for several. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyncError } from '../errors.js';
import { openPostgres } from './postgres-store.js';
import { openSqlite } from './sqlite-store.js';
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
export async function openStore({ dataDir, stateUrl }: StateOptions): Promise<Store> {
  if (stateUrl === undefined) return await openSqlite(path.join(dataDir, FILE_NAME));
  return isPostgresUrl(stateUrl) ? await openPostgres(stateUrl) : await openSqlite(pathOf(stateUrl));
}

export function isPostgresUrl(url: string): boolean {
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
