/** Spans of a command line: those that carry out a run, or give one to the workers, are one span from start to end. */

import type { Config } from '../config.js';
import { createLogger } from '../log.js';
import { inSpan } from '../tracing.js';

export interface CommandTracing {
  /** The command itself. */
  around(run: () => Promise<number>): Promise<number>;
  /** @returns false: the collector does not answer, and something still waits for it */
  stop(stopping: Stopping): Promise<boolean>;
}

interface Stopping {
  /** When a signal asked for the end, by `performance.now()`; `null`: none did. */
  readonly signalledAt: number | null;
}

/** A worker is traced run by run: as one span it would never end. */
const SPANNED: ReadonlySet<string> = new Set(['plan', 'apply', 'run', 'retry', 'resume', 'undo', 'enqueue', 'approve']);
/** Ten seconds after the signal Docker kills. */
const GONE_MS = 9700;

const OFF: CommandTracing = { around: (run) => run(), stop: () => Promise.resolve(true) };

export async function traceCommand(name: string, config: Config): Promise<CommandTracing> {
  if (config.tracing === null || !(name === 'worker' || SPANNED.has(name))) return OFF;
  // Loaded here: nothing of OpenTelemetry is, where it is off.
  const { startTracing } = await import('../otel.js');
  const tracing = startTracing(config.tracing, () =>
    createLogger(config).warn('spans are lost: the collector of OTEL_EXPORTER_OTLP_ENDPOINT does not take them'),
  );
  return {
    around: (run) => (name === 'worker' ? run() : inSpan(`ninja-sync ${name}`, run)),
    stop: ({ signalledAt }) => tracing.stop(signalledAt === null ? Number.POSITIVE_INFINITY : signalledAt + GONE_MS),
  };
}
