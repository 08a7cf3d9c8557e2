/** A worker as a process of its own, to be killed. */

import { once } from 'node:events';
import { startCli } from '../e2e/cli.js';
import { TOKEN } from '../worker/stage.js';
import type { Stage } from '../worker/stage.js';

export type WorkerProcess = ReturnType<typeof startCli>;

/** What such a worker is told by its environment. */
function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  return {
    NINJA_TOKEN: TOKEN,
    REDIS_URL: stage.redis.url,
    REDIS_PREFIX: stage.redis.prefix,
    DATA_DIR: stage.dataDir,
    JOBS_DIR: stage.jobsDir,
    HEALTH_PORT: '0',
    LOG_LEVEL: 'warn',
  };
}

/** @param over variables that are otherwise than those of the stage */
export function startWorkerProcess(stage: Stage, over: Readonly<Record<string, string>> = {}): WorkerProcess {
  const child = startCli(['worker'], { ...environmentOf(stage), ...over }, stage.folder);
  child.stdout.resume();
  child.stderr.resume();
  if (child.pid === undefined) throw new Error('the worker did not start');
  return child;
}

/** As `kill -9` does; over when the process is gone. */
export async function killWorker(child: WorkerProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}
