/**
 * `targets.yaml` as it is now: read again when it changed, and only then.
 *
 * A file of which half is written may be a good one: with fewer companies, or with half of an address, to which a token
 * would go. So while workers run a file counts when nobody has written to it for a moment.
 */

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

/** Whoever writes a file in pieces writes the next one sooner. */
const SETTLE_MS = 1000;

/**
 * @param onProblem told once for each state of the file that cannot be used while an earlier one still holds
 * @param clock milliseconds since 1970
 */
export function openTargetsFile(
  place: Config['targetsFile'],
  onProblem?: (error: Error) => void,
  clock: () => number = Date.now,
): TargetsFile {
  let good: Targets | null = null;
  let goodAs = '';
  let badAs = '';
  return {
    path: place.path,
    read: async () => {
      const { as: now, changedAt } = await identify(place.path);
      const ageMs = clock() - changedAt;
      if (good !== null && now === goodAs) return good;
      // A time in the future is that of another clock, and says nothing.
      if (good !== null && good.list.length > 0 && ageMs >= 0 && ageMs < SETTLE_MS) return good;
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

/** Another text for each state of the file, and when it was written to, in ms since 1970. */
async function identify(file: string): Promise<{ readonly as: string; readonly changedAt: number }> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return { as: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, changedAt: mtimeMs };
  } catch (error) {
    return { as: (error as NodeJS.ErrnoException).code ?? String(error), changedAt: 0 };
  }
}
