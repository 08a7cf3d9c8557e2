/** The processes that a bench starts: the server, and the program itself with what it cost. */

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface BenchServer {
  readonly url: string;
  /** When each page was asked for, `performance.now()`; emptied by `forget`. */
  readonly pagesAt: readonly number[];
  forget(): void;
  stop(): Promise<void>;
}

/** Starts `script` of this folder, which sends `{ port }` and then `{ page }` for every page. */
export async function startServer(script: string, args: readonly string[]): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...args]);
  const pagesAt: number[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: { readonly port?: number }) => {
      if (message.port === undefined) pagesAt.push(performance.now());
      else resolve(message.port);
    });
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pagesAt,
    forget: () => (pagesAt.length = 0),
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

export interface Cost {
  readonly beganAt: number;
  readonly seconds: number;
  /** Of all its threads: what other programs took from it does not count. */
  readonly cpuSeconds: number;
  /** Most memory that was in use at a time (`VmHWM`), MB of 10^6 bytes. */
  readonly peakMb: number;
  readonly stdout: string;
}

const LOOK_EVERY_MS = 50;

/** Runs the program to its end. Throws when it fails. */
export async function runProgram(
  cli: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Cost> {
  const beganAt = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  let peakMb = 0;
  let cpuSeconds = 0;
  const look = setInterval(() => {
    // The file is gone when the process is.
    readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => (peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1.024e-3)),
      () => undefined,
    );
    readFile(`/proc/${child.pid}/stat`, 'utf8').then(
      (text) => (cpuSeconds = readCpuSeconds(text)),
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(look);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${stdout.slice(-2000)}${stderr}`);
  return { beganAt, seconds: (performance.now() - beganAt) / 1000, cpuSeconds, peakMb, stdout };
}

/** `utime` and `stime` of proc(5), in hundredths of a second; the fields are counted from the one behind the name. */
function readCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
