/** Remembers the answers for texts that come again and again (a file has a handful of countries), up to a limit. */

const TEXTS_MAX = 5_000;
/** A longer text is no name of a country or a currency, and is not worth its memory. */
const LENGTH_MAX = 200;

export function remember<Answer>(find: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, { readonly answer: Answer }>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known.answer;
    const answer = find(text);
    if (text.length > LENGTH_MAX) return answer;
    if (answers.size >= TEXTS_MAX) answers.clear();
    answers.set(text, { answer });
    return answer;
  };
}

/** Words and their codes; a word with two codes stands for neither. */
export class WordList {
  readonly #codes = new Map<string, string | null>();

  add(folded: string, code: string): void {
    if (folded === '') return;
    const known = this.#codes.get(folded);
    if (known === undefined) this.#codes.set(folded, code);
    else if (known !== code) this.#codes.set(folded, null);
  }

  find(folded: string): string | undefined {
    return this.#codes.get(folded) ?? undefined;
  }

  /** Both lists in one; where they disagree, the word stands for neither. */
  including(other: WordList): WordList {
    for (const [folded, code] of other.#codes) {
      if (code === null || this.#codes.get(folded) === null) this.#codes.set(folded, null);
      else this.add(folded, code);
    }
    return this;
  }

  has(folded: string): boolean {
    return this.#codes.has(folded);
  }
}
