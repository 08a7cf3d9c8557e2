/**
 * Text from an export, made safe to stand in a job file: as a YAML value, or in a comment. Invariant: what `quote` writes
 * reads back as the same text; what `showText` writes never ends its line.
 */

/** Enough to know what kind of value it is, not whose: no local part of an address, no number of a person. */
export function maskSample(value: string): string {
  const withoutAddress = value.replaceAll(/[^\s@<>"']+@/g, (local) => `${Array.from(local)[0]}***@`);
  const digits = withoutAddress.replaceAll(/\D/g, '').length;
  if (digits < 6) return withoutAddress;
  let kept = digits - 2;
  return withoutAddress.replaceAll(/\d/g, (digit) => {
    kept -= 1;
    return kept >= 0 ? '*' : digit;
  });
}

/** `Anna Lee` → `A*** L***`. */
export function maskWords(value: string): string {
  return value.replaceAll(/[\p{L}\p{M}'’.-]+/gu, (word) => `${Array.from(word)[0]}***`);
}

/** For a comment: on one line, in quotes, cut. */
export function showText(text: string, lengthMax = 60): string {
  const characters = Array.from(text.replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim());
  const shown =
    characters.length > lengthMax
      ? `${characters
          .slice(0, lengthMax - 1)
          .join('')
          .trimEnd()}…`
      : characters.join('');
  return JSON.stringify(shown);
}

/** A YAML text: plain where nobody could read it as something else, otherwise in double quotes (JSON is YAML). */
export function quote(text: string): string {
  const isPlain = /^\p{L}[\p{L}\p{N}_./()-]*(?: [\p{L}\p{N}_./()][\p{L}\p{N}_./()-]*)*$/u.test(text);
  const isWord = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain && !isWord ? text : JSON.stringify(text);
}
