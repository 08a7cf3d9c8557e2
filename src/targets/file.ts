/** `targets.yaml` as it is now: read again when it changed, and only then. */

import { stat } from 'node:fs/promises';
import type { Config } from '../config.js';
import { loadTargets } from './load.js';
import type { Targets } from './load.js';

export interface TargetsFile {
  readonly path: string;
  /**
   * @throws SyncError `targets-invalid`, `file-missing`, `file-unreadable`; not when `onProblem` was given and an earlier
   *   state of the file was good: that one holds then
   */
  read(): Promise<Targets>;
}

/** @param onProblem told once for each state of the file that cannot be used while an earlier one still holds */
export function openTargetsFile(place: Config['targetsFile'], onProblem?: (error: Error) => void): TargetsFile {
  let good: Targets | null = null;
  let goodAs = '';
  let badAs = '';
  return {
    path: place.path,
    read: async () => {
      const now = await identify(place.path);
      if (good !== null && now === goodAs) return good;
      if (good !== null && onProblem !== undefined && now === badAs) return good;
      try {
        // Somebody who takes the file away while workers run does not take the companies away.
        const isNeeded = place.isGiven || (good?.list.length ?? 0) > 0;
        good = await loadTargets({ path: place.path, isGiven: isNeeded });
        goodAs = now;
      } catch (error) {
        if (good === null || onProblem === undefined || !(error instanceof Error)) throw error;
        badAs = now;
        onProblem(error);
      }
      return good;
    },
  };
}

/** Another text for each state of the file. */
async function identify(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
