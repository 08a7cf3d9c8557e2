/**
 * Logs for machines and maintainers, on stderr. A user's mistake is never an error here: `error` means that someone must
 * look.
 *
 * Nothing secret and nobody's address leaves through them: fields that hold secrets are removed by their names, and
 * e-mail addresses and telephone numbers are masked in every text, wherever it stands.
 */

import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Config, LogLevel } from './config.js';
import { maskText } from './mask.js';
import { isTracing, traceIds } from './tracing.js';

export type { Logger };

export interface LogOptions {
  /** Where nobody said how much; by default `warn`. A worker says `info`. */
  readonly level?: LogLevel;
  /** By default stderr. */
  readonly destination?: DestinationStream;
}

type LogConfig = Pick<Config, 'logLevel' | 'token' | 'secret' | 'redisUrl'> & Partial<Pick<Config, 's3'>>;

export function createLogger(config: LogConfig, options: LogOptions = {}): Logger {
  const destination = options.destination ?? pino.destination({ fd: 2, sync: true });
  return pino(
    {
      level: config.logLevel ?? options.level ?? 'warn',
      base: null,
      ...(isTracing() ? { mixin: () => traceIds() ?? {} } : {}),
    },
    masked(destination, secretsOf(config)),
  );
}

const SECRET_NAME = /^(x-api-)?(token|secret)$|password|authorization|cookie/i;
const REMOVED = '[removed]';
/** A shorter one is no secret, and to take it out would garble everything. */
const SECRET_LENGTH_MIN = 6;

/** @param secrets are taken out of every text, whatever the field is called */
function masked(destination: DestinationStream, secrets: readonly string[]): DestinationStream {
  const clean = (text: string): string =>
    maskText(secrets.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), text));
  const cleanValue = (name: string, value: unknown): unknown => {
    if (name !== '' && SECRET_NAME.test(name)) return REMOVED;
    // Written by pino, and no address of anybody.
    if (name === 'time' || name === 'level' || name === 'trace_id' || name === 'span_id') return value;
    return typeof value === 'string' ? clean(value) : value;
  };
  return { write: (line) => destination.write(`${JSON.stringify(JSON.parse(line, cleanValue))}\n`) };
}

function secretsOf({ token, secret, redisUrl, s3 }: LogConfig): readonly string[] {
  const password = redisUrl !== undefined && URL.canParse(redisUrl) ? new URL(redisUrl).password : '';
  const known = [token ?? '', secret ?? '', password, decode(password), s3?.secretAccessKey ?? ''];
  return known.filter(({ length }) => length >= SECRET_LENGTH_MIN);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
