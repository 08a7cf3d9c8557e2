/** Logs for machines and maintainers, on stderr. A user's mistake is never an error here: `error` means that someone must look. */

import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Config } from './config.js';

export type { Logger };

export function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  return pino(
    { level: config.logLevel, base: null, redact: ['token', 'secret', '*.token', '*.secret'] },
    pino.destination({ fd: 2, sync: true }),
  );
}
