/** What the shared throttle says to Redis: may one go, what became of it. Fails soon when there is no Redis. */

import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { ThrottleAnswer } from '../push/throttle.js';
import { ACQUIRE, OBSERVE } from './throttle-scripts.js';

export interface LinkOptions {
  readonly redis: Redis;
  /** In front of every key. */
  readonly prefix: string;
  /** What is counted together: base URL, and the name of the address that the server sees. */
  readonly target: string;
  readonly egress: string;
  readonly runId: number;
  readonly windowMs: number;
  /** After this a request that nobody answered for counts as executed. */
  readonly flightMs: number;
  readonly headroom: number;
  readonly share: number;
  /** Requests a window; 0: no cap of our own. */
  readonly cap: number;
}

interface Asked {
  readonly granted: boolean;
  readonly waitMs: number;
  /** Requests a window as the server announced them to any worker; `null`: it did not. */
  readonly limit: number | null;
}

export interface ThrottleLink {
  /**
   * @param more whether others of this run wait as well
   * @throws Error when Redis does not answer; what it grants too late is given back
   */
  ask(token: string, more: boolean): Promise<Asked>;
  /** Never rejects: a flight that nobody tells about is forgotten in its time. */
  tell(token: string, answer: ThrottleAnswer): Promise<void>;
  /** A grant that nobody used. Never rejects. */
  giveBack(token: string): Promise<void>;
  /**
   * Is it there again? Then what it knows of the window is forgotten, since nobody told it what was sent meanwhile. Never
   * rejects.
   */
  comeBack(): Promise<boolean>;
}

/** The end of a window is known to the second only. */
const MARGIN_SHARE = 1 / 60;
/** Redis is on the same network: a script that takes longer has no Redis behind it. */
const ANSWER_MS = 2000;
/** In place of a status. */
const NEVER_SENT = -1;
const MISSED_SOME = -2;

export function openLink(options: LinkOptions): ThrottleLink {
  const { redis, prefix, target, egress, runId, windowMs, flightMs, headroom, share, cap } = options;
  const hash = createHash('sha256').update(`${target}\n${egress}`).digest('hex').slice(0, 16);
  const tag = `${prefix}:throttle:{${hash}}`;
  const keys = ['state', 'flights', 'got', 'wants'].map((name) => `${tag}:${name}`);
  const marginMs = Math.max(1, windowMs * MARGIN_SHARE);

  const report = async (token: string, numbers: readonly number[], kind = ''): Promise<boolean> => {
    try {
      await inTime(() => run(redis, OBSERVE, keys, [token, windowMs, marginMs, ...numbers, kind]), redis);
      return true;
    } catch {
      // Until the flight is forgotten it counts as one that is under way.
      return false;
    }
  };
  const giveBack = async (token: string): Promise<void> => void (await report(token, [NEVER_SENT, -1, -1, -1, 0]));

  return {
    ask: async (token, more) => {
      const args = [token, runId, windowMs, marginMs, headroom, share, cap, flightMs, more ? 1 : 0];
      const asked = run(redis, ACQUIRE, keys, args).then((reply) => readAsked(reply as readonly number[]));
      try {
        return await inTime(() => asked, redis);
      } catch (error) {
        asked.then(({ granted }) => (granted ? giveBack(token) : undefined)).catch(() => undefined);
        throw error;
      }
    },
    tell: async (token, { status, limit, remaining, retryAfterSeconds, ms, kind = '' }) => {
      const retryMs = retryAfterSeconds === null ? -1 : retryAfterSeconds * 1000;
      await report(token, [status, limit ?? -1, remaining ?? -1, retryMs, Math.round(ms ?? 0)], kind);
    },
    giveBack,
    comeBack: () => report('', [MISSED_SOME, -1, -1, -1, 0]),
  };
}

function readAsked([granted = 0, waitMs = 0, limit = 0]: readonly number[]): Asked {
  return { granted: granted === 1, waitMs, limit: limit > 0 ? limit : null };
}

const DIGESTS = new Map([ACQUIRE, OBSERVE].map((script) => [script, createHash('sha1').update(script).digest('hex')]));

async function run(
  redis: Redis,
  script: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(DIGESTS.get(script) ?? '', keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return await redis.eval(script, keys.length, ...keys, ...args);
  }
}

const GONE: ReadonlySet<string> = new Set(['reconnecting', 'close', 'end']);

async function inTime<Value>(ask: () => Promise<Value>, redis: Redis): Promise<Value> {
  if (GONE.has(redis.status)) throw new Error('Redis is away');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time')), ANSWER_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
