/**
 * The state store in one SQLite file: what a single machine needs, without a service.
 *
 * Invariants: a commit reaches the disk before it is reported (`synchronous = FULL`), readers and one writer do not
 * block each other (WAL), and what SQLite says about the file becomes a `SyncError` that says what to do.
 */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import SqliteFile from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { SyncError } from '../errors.js';
import type { StateDatabase } from './state/schema.js';

/** Another process that stores a plan of a million changes takes some ten seconds. */
const BUSY_TIMEOUT_MS = 15_000;
const STATEMENTS_KEPT_MAX = 50;
const PAGE_BYTES = 16 * 1024;
/** The write-ahead log is cut back to this size after a large plan. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;

/**
 * @param file made when it is missing, with its folder
 * @param busyTimeoutMs how long a statement waits for another process that is writing
 * @throws SyncError `state-unusable`
 */
export function openSqlite(file: string, busyTimeoutMs = BUSY_TIMEOUT_MS): Kysely<StateDatabase> {
  return new Kysely<StateDatabase>({ dialect: sqliteDialect(openFile(file, busyTimeoutMs), file) });
}

function openFile(file: string, busyTimeoutMs: number): SqliteFile.Database {
  let database: SqliteFile.Database | undefined;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    database = new SqliteFile(file, { timeout: busyTimeoutMs });
    // Only a new file takes it: changes are about a kilobyte each, and on larger pages storing them takes half the time.
    database.pragma(`page_size = ${PAGE_BYTES}`);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma(`journal_size_limit = ${LOG_BYTES_MAX}`);
    return database;
  } catch (error) {
    database?.close();
    throw stateError(file, error);
  }
}

/** Kysely's own SQLite dialect, with our driver. */
function sqliteDialect(database: SqliteFile.Database, file: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new StateDriver(database, file),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Two differences from Kysely's driver. A transaction takes the write lock when it begins: one that reads first and
 * writes then would be refused at once, without waiting, if another process wrote in between. And an error about the
 * file, at any statement, is a `SyncError`.
 */
class StateDriver extends SqliteDriver implements Driver {
  readonly #file: string;

  constructor(database: SqliteFile.Database, file: string) {
    super({ database: keepStatements(database) });
    this.#file = file;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    const file = this.#file;
    return {
      async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
        try {
          return await connection.executeQuery<Row>(query);
        } catch (error) {
          throw stateError(file, error);
        }
      },
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    };
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite has already rolled back after some errors (a full disk): the error that led here is the one to show. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch (error) {
      if (!(error instanceof SqliteFile.SqliteError && error.message.includes('no transaction is active'))) throw error;
    }
  }
}

/**
 * The same statement comes again and again. Preparing it each time costs as much as a small write, and its memory (that
 * of an insert of 200 rows is large) is freed only when the garbage collector finds it.
 */
function keepStatements(database: SqliteFile.Database): Pick<SqliteFile.Database, 'prepare' | 'close'> {
  const statements = new Map<string, SqliteFile.Statement>();
  return {
    prepare: ((sql: string) => {
      const known = statements.get(sql) ?? database.prepare(sql);
      if (statements.size >= STATEMENTS_KEPT_MAX) statements.clear();
      statements.set(sql, known);
      return known;
    }) as SqliteFile.Database['prepare'],
    close: () => database.close(),
  };
}

interface Trouble {
  readonly what: string;
  readonly hint: string;
  readonly retry?: 'later';
}

const FILE_TROUBLES: Readonly<Record<string, Trouble>> = {
  SQLITE_NOTADB: {
    what: 'is not a file of ninja-sync (no SQLite database)',
    hint: 'Name another file with STATE_URL, or move this one away; a new one is then made.',
  },
  SQLITE_CORRUPT: {
    what: 'is damaged',
    hint: 'Restore it from a backup, or move it and its "-wal" file away; a new one is then made, which knows no earlier run and owns no client.',
  },
  SQLITE_BUSY: {
    what: 'is locked by another process',
    hint: 'Wait for the other run to end, or stop what holds the file, then try again.',
    retry: 'later',
  },
  SQLITE_READONLY: {
    what: 'cannot be written',
    hint: 'Give this user the right to write the file and its folder, or choose another place with DATA_DIR.',
  },
  SQLITE_CANTOPEN: {
    what: 'cannot be opened',
    hint: 'Give this user the right to read and write the file and its folder, or choose another place with DATA_DIR.',
  },
  SQLITE_FULL: {
    what: 'cannot grow: the disk is full',
    hint: 'Make room on the disk, then try again.',
    retry: 'later',
  },
  SQLITE_IOERR: {
    what: 'cannot be read or written: the disk reports an error',
    hint: 'Check the disk (SQLite needs a local one, not a network share), then try again.',
    retry: 'later',
  },
};

/** Errors about the file become a `SyncError`; anything else is a bug and stays what it is. */
function stateError(file: string, error: unknown): unknown {
  if (error instanceof SqliteFile.SqliteError) {
    const code = /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? '';
    const trouble = FILE_TROUBLES[code === 'SQLITE_LOCKED' ? 'SQLITE_BUSY' : code];
    if (trouble === undefined) return error;
    return new SyncError('state-unusable', `The state file ${file} ${trouble.what}.`, {
      hint: trouble.hint,
      ...(trouble.retry === undefined ? {} : { retry: trouble.retry }),
      cause: error,
    });
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return new SyncError('state-unusable', `The folder of the state file ${file} cannot be used: ${error.message}.`, {
      hint: 'Make the folder writable, or choose another one with DATA_DIR.',
      cause: error,
    });
  }
  return error;
}
