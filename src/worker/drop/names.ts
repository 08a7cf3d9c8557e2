/** Which names in a drop folder count. Pure. */

import path from 'node:path';
import picomatch from 'picomatch';
import { isPacked, withoutPacking } from '../../source/unpack.js';

/** Names that uploaders, editors and browsers give to what is not finished, and hidden files: never an export. */
const TEMPORARY = /^[.~]|~$|\.(?:part|partial|tmp|temp|filepart|crdownload|download|opdownload|swp|lock)$/i;
/** `x.xlsx.gz` holds no CSV file, whereas `export.2026-11-22.zip` may. */
const NAMES_A_FORMAT = /\.[a-z][a-z\d]{0,4}$/i;
const MARKER_ENDINGS = ['.done', '.ok'] as const;

/** Which pattern a name fits, as its index; -1 for none. A packed file counts by what it would hold. */
export type Matcher = (name: string) => number;

/**
 * Case does not matter: senders on Windows write `EXPORT.CSV`. For `*.csv` these fit: `x.csv`, `x.csv.gz`, `x.csv.zip` and
 * `x.zip`.
 */
export function createMatcher(patterns: readonly string[]): Matcher {
  const tests = patterns.map((pattern) => {
    const fits = picomatch(pattern, { nocase: true });
    const ending = path.posix.extname(pattern);
    return (name: string): boolean => {
      if (fits(name)) return true;
      if (!isPacked(name)) return false;
      const inner = withoutPacking(name);
      return fits(inner) || (!NAMES_A_FORMAT.test(inner) && fits(inner + ending));
    };
  });
  return (name) => (TEMPORARY.test(name) || isMarker(name) ? -1 : tests.findIndex((fits) => fits(name)));
}

/** Names that a marker for this file may have. */
export function markersOf(name: string): readonly string[] {
  return MARKER_ENDINGS.map((ending) => name + ending);
}

function isMarker(name: string): boolean {
  return MARKER_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}
