/** Text cut as MySQL cuts it: a VARCHAR after so many code points, a TEXT after so many bytes of UTF-8, never inside one. */

/** The text itself when it has at most `charactersMax` code points. */
export function cutCharacters(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  let units = 0;
  for (let count = 0; count < charactersMax && units < text.length; count += 1) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units >= text.length ? text : text.slice(0, units);
}

/** The text itself when it has at most `bytesMax` bytes in UTF-8. */
export function cutBytes(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return read >= text.length ? text : text.slice(0, read);
}

/** Code points, as MySQL counts the length of a text. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
