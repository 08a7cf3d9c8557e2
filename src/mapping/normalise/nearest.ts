/** The words of a list that look most like a misspelled one, for hints only: nothing is ever chosen by likeness. */

const SHOWN_MAX = 3;
/** Longer texts are not misspelled names, and comparing takes the product of both lengths. */
const LENGTH_MAX = 40;

export interface ListedWord {
  readonly folded: string;
  readonly shown: string;
}

/** At most three, best first, each within a third of the text's length in edits (or beginning with the text). */
export function nearestWords(folded: string, words: readonly ListedWord[]): readonly string[] {
  if (folded.length < 2 || folded.length > LENGTH_MAX) return [];
  const distanceMax = Math.max(1, Math.floor(folded.length / 3));
  const near = words
    .map((word) => ({ shown: word.shown, distance: word.folded.startsWith(folded) ? 1 : edits(folded, word.folded) }))
    .filter((word) => word.distance <= distanceMax)
    .sort((left, right) => left.distance - right.distance);
  return [...new Set(near.map((word) => word.shown))].slice(0, SHOWN_MAX);
}

/** Levenshtein distance: the least number of letters to insert, remove or replace. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let fromAt = 1; fromAt <= from.length; fromAt += 1) {
    const next = [fromAt];
    for (let toAt = 1; toAt <= to.length; toAt += 1) {
      const replaced = (row[toAt - 1] ?? 0) + (from[fromAt - 1] === to[toAt - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[toAt] ?? 0) + 1, (next[toAt - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
