/**
 * The hashed ids of the sandbox: ten characters that say nothing about the number behind them and are stable between
 * runs. Clients, contacts and documents number themselves separately, so the same id can mean one of each, as on the real server.
 */

const ALPHABET = 'n3VbK8xQeZ0rTgUy7LmPwJ1aDhSc9FsXk5Gt2oRvEz4HqCfN6BjWdYMiIpAluO';
const BASE = ALPHABET.length;
/** A block is five characters. */
const BLOCK = BASE ** 5;
/** Odd and not a multiple of 31, so that multiplying permutes the numbers below BLOCK; n * factor stays exact below 2^53. */
const FACTORS = [7_368_787, 5_915_587, 3_628_273, 6_972_593] as const;
const OFFSETS = [491_372_213, 122_949_823, 716_283_941, 338_457_569] as const;

/** What the server shows for a reference that it could not decode and stored as 0 (FACTS.md [433, 444, 446]). */
export const ID_OF_ZERO = 'WjnegYbwZ1';

function encodeBlock(number: number, which: 0 | 1 | 2 | 3): string {
  let rest = (number * FACTORS[which] + OFFSETS[which]) % BLOCK;
  let text = '';
  for (let i = 0; i < 5; i++) {
    text += ALPHABET.charAt(rest % BASE);
    rest = Math.floor(rest / BASE);
  }
  return text;
}

/** Numbers from 1 to about 10^9. */
export function encodeId(number: number): string {
  if (number === 0) return ID_OF_ZERO;
  return encodeBlock(number, 0) + encodeBlock(number, 1);
}

const INVERSE = inverse(BigInt(FACTORS[0]), BigInt(BLOCK));

/** The number behind an id; `undefined` when the text is no id of this server. */
export function decodeId(id: string): number | undefined {
  if (id.length !== 10) return undefined;
  let value = 0n;
  for (let i = 4; i >= 0; i--) {
    const digit = ALPHABET.indexOf(id.charAt(i));
    if (digit < 0) return undefined;
    value = value * BigInt(BASE) + BigInt(digit);
  }
  const block = BigInt(BLOCK);
  const number = Number((((value - BigInt(OFFSETS[0]) + block) % block) * INVERSE) % block);
  return number > 0 && encodeId(number) === id ? number : undefined;
}

/** A long opaque key (contact_key, client_hash, a file's hash) that belongs to a number. */
export function encodeKey(number: number, blocks: 7 | 8): string {
  let text = '';
  for (let i = 0; i < blocks; i++) text += encodeBlock(number * 8 + i, (i % 4) as 0 | 1 | 2 | 3);
  return text;
}

/** Extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}
