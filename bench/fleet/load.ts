/** What Redis, PostgreSQL and the processes of a fleet had to do: counted by themselves, read before and after. */

import { readdir, readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';

const LOOK_MS = 1000;

export interface RedisLoad {
  /** Of clients and of the scripts that they started. */
  readonly commands: number;
  readonly byCommand: readonly { readonly command: string; readonly calls: number; readonly ms: number }[];
  readonly cpuSeconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly peakBytes: number;
  readonly emptyBytes: number;
  readonly connections: number;
}

export interface LoadWatch<Load> {
  /** Ends it. */
  read(): Promise<Load>;
}

export async function watchRedis(url: string): Promise<LoadWatch<RedisLoad>> {
  const redis = new Redis(url);
  const before = await readInfo(redis);
  const emptyBytes = before('used_memory');
  let [peakBytes, connections] = [0, 0];
  const look = async (): Promise<void> => {
    const info = await readInfo(redis);
    peakBytes = Math.max(peakBytes, info('used_memory'));
    connections = Math.max(connections, info('connected_clients'));
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return {
    read: async () => {
      clearInterval(timer);
      const after = await readInfo(redis);
      const text = await redis.info('commandstats');
      redis.disconnect();
      const grown = (name: string): number => after(name) - before(name);
      const byCommand = [...text.matchAll(/cmdstat_(\S+?):calls=(\d+),usec=(\d+)/g)]
        .map(([, command = '', calls, microseconds]) => ({
          command,
          calls: Number(calls),
          ms: Number(microseconds) / 1000,
        }))
        .toSorted((a, b) => b.calls - a.calls);
      return {
        commands: grown('total_commands_processed'),
        byCommand,
        cpuSeconds: grown('used_cpu_user') + grown('used_cpu_sys'),
        bytesIn: grown('total_net_input_bytes'),
        bytesOut: grown('total_net_output_bytes'),
        peakBytes,
        emptyBytes,
        connections,
      };
    },
  };
}

async function readInfo(redis: Redis): Promise<(name: string) => number> {
  const text = await redis.info('all');
  return (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}

export interface PostgresLoad {
  readonly transactions: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly walBytes: number;
  readonly databaseBytes: number;
  readonly connections: number;
  readonly tables: readonly { readonly table: string; readonly bytes: number; readonly rows: number }[];
  /** Those that took most of the server's time. */
  readonly statements: readonly Statement[];
  readonly statementSeconds: number;
  readonly statementCalls: number;
  /** Of all its processes. */
  readonly cpuSeconds: number;
}

interface Statement {
  readonly text: string;
  readonly calls: number;
  readonly rows: number;
  readonly ms: number;
  readonly msMax: number;
}

/** @param url of the state's database; `pg_stat_statements` has to be loaded by its server */
export async function watchPostgres(url: string): Promise<LoadWatch<PostgresLoad>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('create extension if not exists pg_stat_statements');
  await client.query('select pg_stat_statements_reset()');
  const server = await findParent(await readNumber(client, 'select pg_backend_pid()'));
  const [before, cpuBefore] = [await readCounters(client), await readFamilyCpu(server)];
  let connections = 0;
  let asking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const ours = "select count(*) from pg_stat_activity where application_name = 'ninja-sync'";
    connections = Math.max(connections, await readNumber(client, ours));
  };
  const timer = setInterval(() => {
    asking = look();
  }, LOOK_MS);
  return {
    read: async () => {
      clearInterval(timer);
      await asking;
      const [after, cpuAfter] = [await readCounters(client), await readFamilyCpu(server)];
      const statements = await readStatements(client);
      await client.query('analyze');
      const { rows: tables } = await client.query<{ table: string; bytes: string; rows: number }>(
        `select relname as table, pg_total_relation_size(oid) as bytes, reltuples as rows from pg_class
         where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc`,
      );
      const databaseBytes = await readNumber(client, 'select pg_database_size(current_database())');
      await client.end();
      return {
        transactions: after.transactions - before.transactions,
        rowsRead: after.read - before.read,
        rowsWritten: after.written - before.written,
        walBytes: after.wal - before.wal,
        databaseBytes,
        connections,
        tables: tables.map(({ table, bytes, rows }) => ({ table, bytes: Number(bytes), rows })),
        statements: statements.slice(0, 12),
        statementSeconds: statements.reduce((sum, { ms }) => sum + ms, 0) / 1000,
        statementCalls: statements.reduce((sum, { calls }) => sum + calls, 0),
        cpuSeconds: cpuAfter - cpuBefore,
      };
    },
  };
}

async function readNumber(client: Client, query: string): Promise<number> {
  const { rows } = await client.query<Record<string, string>>(query);
  return Number(Object.values(rows[0] ?? {})[0]);
}

async function readCounters(
  client: Client,
): Promise<Readonly<Record<'transactions' | 'read' | 'written' | 'wal', number>>> {
  const { rows } = await client.query<Record<'transactions' | 'read' | 'written' | 'wal', string>>(
    `select xact_commit as transactions, tup_returned as read, tup_inserted + tup_updated + tup_deleted as written,
            pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal
     from pg_stat_database where datname = current_database()`,
  );
  const [row] = rows;
  return {
    transactions: Number(row?.transactions),
    read: Number(row?.read),
    written: Number(row?.written),
    wal: Number(row?.wal),
  };
}

/** Those that took the most time first. Statements of one text are put together, whatever the length of their lists. */
async function readStatements(client: Client): Promise<readonly Statement[]> {
  const { rows } = await client.query<Record<'query' | 'calls' | 'rows' | 'ms' | 'most', string>>(
    `select query, calls, rows, total_exec_time as ms, max_exec_time as most from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database())
       and query !~ 'pg_stat_|pg_database_size|fleet_edges'`,
  );
  const byText = new Map<string, Statement>();
  for (const row of rows) {
    const text = row.query
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\$\d+(, ?\$\d+)*/g, '?')
      .replaceAll(/\(\?\)(, ?\(\?\))+/g, '(?)');
    const known = byText.get(text);
    byText.set(text, {
      text,
      calls: Number(row.calls) + (known?.calls ?? 0),
      rows: Number(row.rows) + (known?.rows ?? 0),
      ms: Number(row.ms) + (known?.ms ?? 0),
      msMax: Math.max(Number(row.most), known?.msMax ?? 0),
    });
  }
  return [...byText.values()].toSorted((a, b) => b.ms - a.ms);
}

export interface ProcessLoad {
  readonly cpuSeconds: number;
  /** `VmHWM`, MB of 10^6 bytes. */
  readonly peakMb: number;
}

export async function readProcess(pid: number): Promise<ProcessLoad> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const { own } = readTimes(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return { cpuSeconds: own, peakMb: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1.024e-3 };
}

interface Times {
  readonly parent: number;
  /** Seconds of CPU. */
  readonly own: number;
  /** … of its children that ended. */
  readonly ended: number;
}

/** proc(5); times are in hundredths of a second, and the fields are counted from the one behind the name. */
function readTimes(stat: string): Times {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const sum = (...at: readonly number[]): number => at.reduce((all, index) => all + (fields[index] ?? 0), 0) / 100;
  return { parent, own: sum(11, 12), ended: sum(13, 14) };
}

async function findParent(pid: number): Promise<number> {
  return readTimes(await readFile(`/proc/${pid}/stat`, 'utf8')).parent;
}

/** Of a process, its children, and those of them that ended. */
async function readFamilyCpu(parent: number): Promise<number> {
  let seconds = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (stat === null) continue;
    const times = readTimes(stat);
    if (Number(name) === parent) seconds += times.own + times.ended;
    else if (times.parent === parent) seconds += times.own;
  }
  return seconds;
}
