/** The command line as a user starts it: the built program in a process of its own. */

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly text: string;
  readonly stderr: string;
}

export type JsonLine = Readonly<Record<string, unknown>> & { readonly type: string };

/** Only what is given: nothing of the person's own environment that would point to a real server. */
export function startCli(
  args: readonly string[],
  env: Environment = {},
  cwd: string = ROOT,
): ChildProcessByStdio<null, Readable, Readable> {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(NINJA_|STATE_URL|FILES_URL|S3_|AWS_|DATA_DIR|JOBS_DIR|TARGETS_FILE|NOTIFY_FILE|REDIS_|HEALTH_|WORKER_|OTEL_|LOG_LEVEL|NODE_OPTIONS)/.test(
        name,
      ),
  );
  return spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function endCli(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const stdout = Buffer.concat(out);
  return { code, stdout, text: stdout.toString(), stderr };
}

export async function runCli(args: readonly string[], env: Environment = {}, cwd: string = ROOT): Promise<Ended> {
  return await endCli(startCli(args, env, cwd));
}

/** Every line parses, and the last one is the summary. */
export function readLines(ended: Pick<Ended, 'text'>): {
  readonly lines: readonly JsonLine[];
  readonly summary: JsonLine;
} {
  const lines = ended.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonLine);
  const summary = lines.at(-1);
  if (summary?.type !== 'summary') throw new Error(`the last line is no summary: ${JSON.stringify(summary)}`);
  return { lines, summary };
}
