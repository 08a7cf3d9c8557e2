/** The job files and targets.yaml of a worker: read again when something about them changed, and only then. */

import { stat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../log.js';
import type { TargetsFile } from '../targets/file.js';
import type { Targets } from '../targets/load.js';
import { loadJobs } from './jobs.js';
import type { LoadedJobs } from './jobs.js';

export interface JobWatch {
  /** The jobs, when they may be others than those that were read before; `null`: they are the same. */
  readChanged(): Promise<LoadedJobs | null>;
}

export function watchJobs(jobsDir: string, targets: TargetsFile, log: Pick<Logger, 'error'>): JobWatch {
  let seen = '';
  let known: Targets | null = null;
  return {
    readChanged: async () => {
      // What is written while it is read is read again the next time.
      const now = await identify(jobsDir);
      const wanted = await targets.read();
      if (now === seen && wanted === known) return null;
      const loaded = await loadJobs(jobsDir, log, wanted);
      seen = now;
      known = wanted;
      return loaded;
    },
  };
}

/** Another text for each state of the folder. */
async function identify(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).filter((name) => /\.ya?ml$/i.test(name)).sort();
    const states = await Promise.all(
      names.map(async (name) => {
        const { ino, size, mtimeMs, ctimeMs } = await stat(path.join(folder, name));
        return `${name} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
      }),
    );
    return states.join('\n');
  } catch (error) {
    return String(error);
  }
}
