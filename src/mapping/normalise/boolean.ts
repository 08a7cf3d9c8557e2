/** Yes and no as exports write them: numbers, English, German, French, Spanish, Italian, Portuguese, Dutch. */

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', '1.0', 'true', 't', 'yes', 'y', 'on', 'x', '✓', '✔'].map((word) => [word, true] as const),
  ...['ja', 'j', 'wahr', 'oui', 'vrai', 'si', 'sí', 'sì', 'verdadero', 'vero', 'sim', 'verdadeiro', 'waar'].map(
    (word) => [word, true] as const,
  ),
  ...['0', '0.0', 'false', 'f', 'no', 'n', 'off'].map((word) => [word, false] as const),
  ...['nein', 'falsch', 'non', 'faux', 'falso', 'não', 'nao', 'nee', 'onwaar'].map((word) => [word, false] as const),
]);

/** `undefined` for a word that is neither. Case does not matter. */
export function parseBoolean(text: string): boolean | undefined {
  return WORDS.get(text) ?? WORDS.get(text.trim().toLowerCase());
}
