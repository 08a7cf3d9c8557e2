/**
 * Is a file whole? Decisions over what was seen of it and when. Pure; times are milliseconds of a clock that never goes
 * back.
 *
 *     moved ──a quarter of the settle time still──► printed ──the settle time still──► printed again ──same──► whole
 *       ▲                                              │                                   │
 *       └───────────── size or time changed ───────────┴──────────── another digest ──────┘
 *
 * No system tells reliably whether somebody still has a file open. So the digest is taken twice, with the settle time
 * between: a writer that keeps size and time (a copy that was given its length beforehand) is seen by it.
 */

import { z } from 'zod';

export interface FileLook {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * How a file ends: behind a line, behind a last line without a line end (some programs write none), or in the middle of a
 * quoted cell or of an archive.
 */
export type Ending = 'line' | 'no-line-end' | 'open';

export interface FilePrint {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly ending: Ending;
}

/** What is known of a file since it last changed. */
export interface Stillness {
  readonly look: FileLook;
  readonly since: number;
  readonly print: (FilePrint & { readonly at: number }) | null;
}

export type Step = { readonly kind: 'wait'; readonly ms: number } | { readonly kind: 'print' };

/**
 * How many settle times a file has to stand still. One that ends in the middle is taken in the end: only reading can tell
 * whether a stray quote is a mistake in the export, and it says so row by row.
 */
export const PATIENCE: Readonly<Record<Ending, number>> = { 'line': 1, 'no-line-end': 2, 'open': 10 };
const FIRST_PRINT_SHARE = 0.25;

export function seeFile(before: Stillness | undefined, look: FileLook, at: number): Stillness {
  const same = before !== undefined && before.look.size === look.size && before.look.mtimeMs === look.mtimeMs;
  return same ? before : { look, since: at, print: null };
}

/** What to do next about a file that should stand still for `settleMs`. */
export function nextStep({ since, print }: Stillness, at: number, settleMs: number): Step {
  const due = print === null ? since + settleMs * FIRST_PRINT_SHARE : print.at + settleMs * PATIENCE[print.ending];
  return at >= due ? { kind: 'print' } : { kind: 'wait', ms: due - at };
}

/** @returns what is known now, and `whole` when the second print is the first one and the time between was enough */
export function comparePrint(
  before: Stillness,
  print: FilePrint,
  at: number,
  settleMs: number,
): { readonly still: Stillness; readonly whole: boolean } {
  const first = before.print;
  if (first === null || first.digest !== print.digest)
    return { still: { ...before, print: { ...print, at } }, whole: false };
  return { still: before, whole: nextStep(before, at, settleMs).kind === 'print' };
}

/** What a marker says about its file; both `null`: nothing but that it is whole. */
export interface Manifest {
  /** Rows behind the header. */
  readonly rows: number | null;
  /** Of the file as it was dropped, hex in lower case. */
  readonly sha256: string | null;
}

const NOTHING: Manifest = { rows: null, sha256: null };
const rowsSchema = z.union([z.int().min(0), z.string().regex(/^\d+$/).transform(Number)]);
const digestSchema = z
  .string()
  .regex(/^[\da-f]{64}$/i)
  .toLowerCase();
const jsonSchema = z.object({ rows: rowsSchema.optional(), sha256: digestSchema.optional() });

/**
 * Reads a marker: empty or any text; or `rows=120` and `sha256=…`, each on its line or beside each other; or the line
 * of `sha256sum`; or JSON with these two.
 *
 * @returns `null` when it means to be a manifest and cannot be read
 */
export function parseMarker(text: string): Manifest | null {
  const trimmed = text.replace(/^\ufeff/, '').trim();
  if (trimmed.startsWith('{')) return parseJson(trimmed);
  const sum = /^([\da-f]{64})(?:\s|$)/i.exec(trimmed)?.[1];
  if (sum !== undefined) return { rows: null, sha256: sum.toLowerCase() };
  const said = new Map<string, string>();
  for (const [, key = '', value = ''] of trimmed.matchAll(/\b(rows|sha256)\s*[=:]\s*(\S*)/gi))
    said.set(key.toLowerCase(), value);
  return said.size === 0 ? NOTHING : check(Object.fromEntries(said));
}

function parseJson(text: string): Manifest | null {
  try {
    return check(JSON.parse(text));
  } catch {
    return null;
  }
}

function check(value: unknown): Manifest | null {
  const parsed = jsonSchema.safeParse(value);
  return parsed.success ? { rows: parsed.data.rows ?? null, sha256: parsed.data.sha256 ?? null } : null;
}
