/** Signals: the first asks for a stop between two changes, the second ends the process at once. */

const EXIT_INTERRUPTED = 130;

export interface Shutdown {
  readonly signal: AbortSignal;
  /** The first one; `null`: none came. */
  readonly received: NodeJS.Signals | null;
  /** When, by `performance.now()`. */
  readonly signalledAt: number | null;
  /** Lets signals end the process again as if nobody listened. */
  dispose(): void;
}

/** @param tell shows people what the next signal will do */
export function listenForShutdown(tell: (message: string) => void): Shutdown {
  const controller = new AbortController();
  let received: NodeJS.Signals | null = null;
  let signalledAt: number | null = null;
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    tell(`${name}: stopping after the requests that are under way. The next signal ends at once.`);
    received = name;
    signalledAt = performance.now();
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    get signalledAt() {
      return signalledAt;
    },
    dispose() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
