/**
 * Which whole files make a run together. Pure.
 *
 * Without `together` each file is a run. With it a run needs one file of each pattern. Where both names hold a date, it has
 * to be the same; among those that fit, the files whose times of last change are closest go together.
 */

export interface WholeFile {
  readonly name: string;
  /** Index of the pattern that it fits. */
  readonly pattern: number;
  readonly mtimeMs: number;
  /** An archive that holds one file of each pattern: it needs no other. */
  readonly complete: boolean;
}

export interface Pairing<File extends WholeFile> {
  /** Oldest first; the files of a group in the order of the patterns. */
  readonly groups: readonly (readonly File[])[];
  /** Files that wait for others. */
  readonly waiting: readonly File[];
}

const DATE = /(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])/;

export function pairFiles<File extends WholeFile>(files: readonly File[], patterns: number): Pairing<File> {
  const ordered = files.toSorted((a, b) => a.mtimeMs - b.mtimeMs || compareText(a.name, b.name));
  const groups: (readonly File[])[] = ordered.filter((file) => file.complete || patterns === 1).map((file) => [file]);
  let free = ordered.filter((file) => !file.complete && patterns > 1);
  for (;;) {
    const group = findClosest(free, patterns);
    if (group === null) break;
    groups.push(group);
    free = free.filter((file) => !group.includes(file));
  }
  return { groups: groups.toSorted((a, b) => newest(a) - newest(b)), waiting: free };
}

function findClosest<File extends WholeFile>(files: readonly File[], patterns: number): readonly File[] | null {
  let best: readonly File[] | null = null;
  for (const first of files.filter((file) => file.pattern === 0)) {
    const group = groupAround(first, files, patterns);
    if (group !== null && (best === null || spread(group) < spread(best))) best = group;
  }
  return best;
}

function groupAround<File extends WholeFile>(
  first: File,
  files: readonly File[],
  patterns: number,
): readonly File[] | null {
  const group = [first];
  for (let pattern = 1; pattern < patterns; pattern += 1) {
    const [closest] = files
      .filter((file) => file.pattern === pattern && fitsDate(first.name, file.name))
      .toSorted((a, b) => Math.abs(a.mtimeMs - first.mtimeMs) - Math.abs(b.mtimeMs - first.mtimeMs));
    if (closest === undefined) return null;
    group.push(closest);
  }
  return group;
}

function fitsDate(one: string, other: string): boolean {
  const [a, b] = [dateOf(one), dateOf(other)];
  return a === null || b === null || a === b;
}

function dateOf(name: string): string | null {
  const found = DATE.exec(name);
  return found === null ? null : found.slice(1).join('');
}

function spread(group: readonly WholeFile[]): number {
  const times = group.map((file) => file.mtimeMs);
  return Math.max(...times) - Math.min(...times);
}

function newest(group: readonly WholeFile[]): number {
  return Math.max(...group.map((file) => file.mtimeMs));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
