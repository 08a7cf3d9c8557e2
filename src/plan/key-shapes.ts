/**
 * Keys that miss each other by their shape alone: the file says `4711` and `12`, Invoice Ninja holds `0004711` and
 * `0000012`. What the target holds is evidence of what was lost; it becomes a proposal with the lines for the job file and
 * is never applied by itself.
 *
 * Terms: the *core* of a key is what survives such damage: its digits without zeros in front (the letters of a
 * key without digits). A *shape* is a list of expressions that make one key of another.
 * Premise: a shape that makes most of the keys match which match nothing now, that changes no key which matches, and that
 * makes no two keys equal, is what the export lost. Anything less is not said.
 * Algorithm: keys are sampled by the hash of their core, so that both sides keep the same ones, however many there are.
 * Unmatched keys with one core vote for the shape between them; the winner is tried on the whole sample.
 */

import { compileExpression, removeCharacters, stripZeros } from '../mapping/evaluate.js';
import type { Expression } from '../mapping/expression.js';
import { readHeader } from '../mapping/header.js';
import { foldKey } from './fold.js';

export interface KeyShapeProposal {
  readonly field: 'id_number' | 'number';
  /** Keys of the file that match nothing, and those of them that would match. */
  readonly unmatched: number;
  readonly wouldMatch: number;
  /** The counts are those of a sample. */
  readonly sampled: boolean;
  /** One sentence. */
  readonly message: string;
  /** For the job file. */
  readonly lines: readonly string[];
}

type Step =
  | { readonly kind: 'remove'; readonly characters: string }
  | { readonly kind: 'strip-prefix'; readonly prefix: string }
  | { readonly kind: 'strip-zeros' }
  | { readonly kind: 'pad-start'; readonly width: number }
  | { readonly kind: 'add-prefix'; readonly prefix: string };

type Shape = readonly Step[];

/** Keys of each side that are kept at most. */
const SAMPLE_MAX = 20_000;
const MATCHES_MIN = 5;
/** Of the unmatched keys of the file, or of the target's, whichever are fewer. */
const SHARE_MIN = 0.6;
/** Longer keys are no numbers that somebody typed. */
const LENGTH_MAX = 64;

/** The keys of one field on both sides. */
export class KeyShapes {
  readonly #field: KeyShapeProposal['field'];
  readonly #records = new Map<string, number>();
  readonly #clients = new Map<string, number>();
  #mask = 0;

  constructor(field: KeyShapeProposal['field']) {
    this.#field = field;
  }

  noteRecord(key: string | undefined): void {
    if (key) this.#note(this.#records, key);
  }

  noteClient(key: string | undefined): void {
    if (key) this.#note(this.#clients, key);
  }

  #note(side: Map<string, number>, key: string): void {
    if (key.length > LENGTH_MAX) return;
    const hash = hashCore(key);
    if ((hash & this.#mask) !== 0) return;
    side.set(key, hash);
    while (side.size > SAMPLE_MAX && this.#mask < 0x3fff_ffff) this.#thin();
  }

  #thin(): void {
    this.#mask = this.#mask * 2 + 1;
    for (const side of [this.#records, this.#clients]) {
      for (const [key, hash] of side) if ((hash & this.#mask) !== 0) side.delete(key);
    }
  }

  /**
   * @param from where the job or the layout takes the field from now
   * @param write an expression as it stands in a job file
   */
  propose(from: Expression, write: (expression: Expression) => string): KeyShapeProposal | null {
    const held = new Map([...this.#clients.keys()].map((key) => [foldKey(key), key]));
    const records = [...this.#records.keys()];
    const unmatched = records.filter((key) => !held.has(foldKey(key)));
    const matched = records.filter((key) => held.has(foldKey(key)));
    for (const key of matched) held.delete(foldKey(key));
    const shape = vote(unmatched, [...held.values()]);
    if (shape === null) return null;
    const reshape = reshaping(shape);
    const hits = unmatched.filter((key) => held.has(foldKey(reshape(key))));
    if (hits.length < MATCHES_MIN || hits.length < SHARE_MIN * Math.min(unmatched.length, held.size)) return null;
    if (matched.some((key) => reshape(key) !== key)) return null;
    const reshaped = new Set(records.map((key) => foldKey(reshape(key))));
    if (reshaped.size < new Set(records.map(foldKey)).size) return null;
    const [example = ''] = hits;
    const sampled = this.#mask > 0;
    const of = `${hits.length} of ${unmatched.length} keys${sampled ? ' of a sample' : ''}`;
    return {
      field: this.#field,
      unmatched: unmatched.length,
      wouldMatch: hits.length,
      sampled,
      message: `${of} that no client has in ${this.#field} would match ${shape.map(describe).join(', ')}: "${example}" as "${reshape(example)}".`,
      lines: ['columns:', `  ${this.#field}: ${write(shape.reduce(express, from))}`],
    };
  }
}

/** The shape that most pairs of one core have between them; a core that several keys have says nothing. */
function vote(records: readonly string[], clients: readonly string[]): Shape | null {
  const byCore = new Map<string, string | null>();
  for (const key of clients) byCore.set(coreOf(key), byCore.has(coreOf(key)) ? null : key);
  const votes = new Map<string, { readonly shape: Shape; count: number }>();
  for (const key of records) {
    const other = byCore.get(coreOf(key));
    const shape = other === undefined || other === null ? null : shapeBetween(key, other);
    if (shape === null) continue;
    const name = JSON.stringify(shape);
    const known = votes.get(name);
    if (known === undefined) votes.set(name, { shape, count: 1 });
    else known.count += 1;
  }
  const [best] = [...votes.values()].toSorted((a, b) => b.count - a.count);
  return best?.shape ?? null;
}

const SEPARATORS = /[ .\-/_]/g;
const PARTS = /^(\D*)(\d+)$/;

/** What makes `to` of `from`; `null` for what no expression can do. */
function shapeBetween(from: string, to: string): Shape | null {
  const steps: Step[] = [];
  const [, wantedPrefix, wanted] = PARTS.exec(to) ?? [];
  if (wanted === undefined || wantedPrefix === undefined) return null;
  let key = from;
  if (!PARTS.test(key)) {
    const characters = [...new Set(key.match(SEPARATORS) ?? [])].sort().join('');
    if (characters === '') return null;
    steps.push({ kind: 'remove', characters });
    key = removeCharacters(key, new Set(characters));
  }
  const [, prefix, digits] = PARTS.exec(key) ?? [];
  if (digits === undefined || prefix === undefined || stripZeros(digits) !== stripZeros(wanted)) return null;
  const isSamePrefix = foldKey(prefix) === foldKey(wantedPrefix);
  if (isSamePrefix && digits === wanted) return steps.length === 0 ? null : steps;
  if (prefix !== '') steps.push({ kind: 'strip-prefix', prefix });
  if (digits.length > wanted.length) steps.push({ kind: 'strip-zeros' });
  if (digits !== wanted && wanted.startsWith('0')) steps.push({ kind: 'pad-start', width: wanted.length });
  if (wantedPrefix !== '') steps.push({ kind: 'add-prefix', prefix: wantedPrefix });
  return steps;
}

/** The very expressions that are proposed, over a row of one cell. */
function reshaping(shape: Shape): (key: string) => string {
  const evaluator = compileExpression(shape.reduce<Expression>(express, 'key'), readHeader(['key']));
  return (key) => evaluator?.read([key]) ?? key;
}

function express(from: Expression, step: Step): Expression {
  switch (step.kind) {
    case 'remove':
      return { remove: step.characters, from };
    case 'strip-prefix':
      return { 'strip-prefix': step.prefix, from };
    case 'strip-zeros':
      return { 'strip-zeros': from };
    case 'pad-start':
      return { 'pad-start': step.width, from };
    default:
      return { 'add-prefix': step.prefix, from };
  }
}

function describe(step: Step): string {
  switch (step.kind) {
    case 'remove':
      return `without any of "${step.characters}"`;
    case 'strip-prefix':
      return `without "${step.prefix}" in front`;
    case 'strip-zeros':
      return 'without zeros in front';
    case 'pad-start':
      return `padded with zeros to ${step.width} digits`;
    default:
      return `with "${step.prefix}" in front`;
  }
}

/** Digits without zeros in front; of a key without digits its letters, in lower case. */
function coreOf(key: string): string {
  const digits = key.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '');
  return digits === '' ? key.toLowerCase().replaceAll(SEPARATORS, '') : digits;
}

/** The hash of the core in one pass and without making it: every key of both sides comes through here. */
function hashCore(key: string): number {
  let hash = 0x811c9dc5;
  let digits = 0;
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    if (code < 0x30 || code > 0x39) continue;
    if (digits === 0 && code === 0x30) continue;
    digits += 1;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  if (digits === 0) for (const character of coreOf(key)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
