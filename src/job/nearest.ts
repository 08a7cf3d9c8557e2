/**
 * The word that somebody probably meant. A suggestion is only made when it is near: a wrong one costs more than none.
 */

/** Longer input is no slip of the fingers; it also bounds the work. */
const WORD_LENGTH_MAX = 64;
const DISTANCE_MAX = 4;

const fold = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '-');

/**
 * The candidate nearest to `word`, or undefined when none is near. Case, and the difference between blank, dash and
 * underscore, count for nothing; a swap of two neighbours counts as one slip. About one slip in three letters is
 * allowed. Among equally near candidates the first wins. If none is near, the only candidate that begins with the word
 * (then: ends with it) as a whole part is taken: `country` finds `country_code`.
 */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const wanted = fold(word);
  if (wanted === '' || wanted.length > WORD_LENGTH_MAX) return undefined;
  let limit = wanted.length < 3 ? 0 : Math.min(DISTANCE_MAX, Math.max(1, Math.floor(wanted.length / 3)));
  let nearest: string | undefined;
  for (const candidate of candidates) {
    const distance = countSlips(wanted, fold(candidate), limit);
    if (distance > limit || (distance === limit && nearest !== undefined)) continue;
    nearest = candidate;
    limit = distance;
  }
  return nearest ?? (wanted.length < 3 ? undefined : findByPart(wanted, candidates));
}

function findByPart(wanted: string, candidates: readonly string[]): string | undefined {
  const only = (found: readonly string[]) => (found.length === 1 ? found[0] : undefined);
  const beginning = candidates.filter((candidate) => fold(candidate).replaceAll('.', '-').startsWith(`${wanted}-`));
  if (beginning.length > 0) return only(beginning);
  return only(candidates.filter((candidate) => fold(candidate).replaceAll('.', '-').endsWith(`-${wanted}`)));
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment); any number
 * above `limit` when there are more than that.
 */
function countSlips(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      let slips = Math.min(last[j]! + 1, current[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) slips = Math.min(slips, beforeLast[j - 2]! + 1);
      current.push(slips);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}
