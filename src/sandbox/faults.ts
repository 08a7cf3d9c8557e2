/**
 * Faults on demand: rules that say which calls go wrong and how, so that every way in which a network or a server fails can be rehearsed, before
 * or after the server has acted.
 */

import { createRandom } from './random.js';

type FaultKind =
  /** Answers `delayMs` later. */
  | 'latency'
  /** Answers `status` (500 if not given) with `{"message":"Server Error"}`. */
  | 'status'
  /** Closes the connection without an answer. */
  | 'reset'
  /** Closes it in the middle of the answer's body. */
  | 'half-body'
  /** A page as answer, as from a proxy or a login form, with `status` (200). */
  | 'html'
  /** The whole answer and a second document behind it, status 200 [418]. */
  | 'two-documents'
  /** No answer at all; the connection stays open until the client gives up or the sandbox closes. */
  | 'stall'
  /** The answer without its end, with a fitting length. */
  | 'bad-json'
  /** Breaks with 500 in the middle: a client is stored without its contacts [423-427], half of a bulk call is done [417]. */
  | 'half-write'
  /** Answers, then nobody listens for `delayMs`: new connections are refused. */
  | 'refuse';

export interface FaultRule {
  readonly kind: FaultKind;
  /** Of the request line, before any override. Without: any. */
  readonly method?: string;
  /** Source of a regular expression for the path with its query. Without: any. */
  readonly path?: string;
  /** Only the n-th matching call, from 1. */
  readonly nth?: number;
  /** Every n-th matching call. */
  readonly every?: number;
  /** 0 to 1, from a generator with `seed` (1). */
  readonly probability?: number;
  readonly seed?: number;
  /** How often it happens at most. Without: for ever. */
  readonly times?: number;
  /** Whether the server acts first. Default 'before'. `half-body`, `two-documents`, `bad-json`, `half-write` and `refuse` always act. */
  readonly when?: 'before' | 'after';
  readonly status?: number;
  readonly delayMs?: number;
}

const KINDS: ReadonlySet<unknown> = new Set([
  'latency',
  'status',
  'reset',
  'half-body',
  'html',
  'two-documents',
  'stall',
  'bad-json',
  'half-write',
  'refuse',
] satisfies FaultKind[]);

const FIELD_TYPES: Readonly<Record<keyof FaultRule, 'string' | 'number'>> = {
  kind: 'string',
  method: 'string',
  path: 'string',
  nth: 'number',
  every: 'number',
  probability: 'number',
  seed: 'number',
  times: 'number',
  when: 'string',
  status: 'number',
  delayMs: 'number',
};

/** The rules of a request's body; a text that says what is wrong with them otherwise. */
export function readFaultRules(value: unknown): readonly FaultRule[] | string {
  if (!Array.isArray(value)) return 'Send a JSON list of fault rules; an empty list removes all.';
  for (const rule of value as unknown[]) {
    if (typeof rule !== 'object' || rule === null) return 'Each rule is an object.';
    for (const [key, part] of Object.entries(rule)) {
      const type = (FIELD_TYPES as Record<string, string | undefined>)[key];
      if (type === undefined) return `A rule has no "${key}". It can have: ${Object.keys(FIELD_TYPES).join(', ')}.`;
      if (typeof part !== type) return `"${key}" of a rule is a ${type}.`;
    }
    const { kind, when = 'before', path = '' } = rule as Partial<Record<keyof FaultRule, string>>;
    if (!KINDS.has(kind)) return `"${kind ?? ''}" is no kind of fault. There are: ${[...KINDS].join(', ')}.`;
    if (!['before', 'after'].includes(when)) return `"when" of a rule is "before" or "after", not "${when}".`;
    const problem = findRangeProblem(rule as FaultRule);
    if (problem !== undefined) return problem;
    if (!isPattern(path)) return `"${path}" is no regular expression.`;
  }
  return value as readonly FaultRule[];
}

function findRangeProblem({ nth, every, times, probability, status, delayMs }: FaultRule): string | undefined {
  for (const [name, value, min, max] of [
    ['nth', nth, 1, Number.MAX_SAFE_INTEGER],
    ['every', every, 1, Number.MAX_SAFE_INTEGER],
    ['times', times, 1, Number.MAX_SAFE_INTEGER],
    ['probability', probability, 0, 1],
    ['status', status, 200, 599],
    ['delayMs', delayMs, 0, 2 ** 31 - 1],
  ] as const) {
    if (value !== undefined && !(value >= min && value <= max))
      return `"${name}" of a rule is from ${min} to ${max}, not ${value}.`;
  }
  return undefined;
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== undefined;
  } catch {
    return false;
  }
}

interface Armed {
  readonly rule: FaultRule;
  readonly pattern: RegExp;
  readonly random: () => number;
  seen: number;
  fired: number;
}

export class Faults {
  #armed: Armed[] = [];

  add(rule: FaultRule): void {
    const pattern = new RegExp(rule.path ?? '', 'u');
    this.#armed.push({ rule, pattern, random: createRandom(rule.seed ?? 1), seen: 0, fired: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The faults of this call, in the order of their rules. Each rule counts its matching calls, whether it strikes or not. */
  strike(method: string, path: string): readonly FaultRule[] {
    return this.#armed.filter((armed) => strikes(armed, method, path)).map(({ rule }) => rule);
  }
}

function strikes(armed: Armed, method: string, path: string): boolean {
  const { rule } = armed;
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (!armed.pattern.test(path)) return false;
  armed.seen++;
  if (rule.nth !== undefined && armed.seen !== rule.nth) return false;
  if (rule.every !== undefined && armed.seen % rule.every !== 0) return false;
  if (rule.probability !== undefined && armed.random() >= rule.probability) return false;
  if (rule.times !== undefined && armed.fired >= rule.times) return false;
  armed.fired++;
  return true;
}
