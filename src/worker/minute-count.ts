/** How often something happened within the last minute, to the second. */

export interface MinuteCount {
  count(): void;
  read(): number;
}

const SECONDS = 60;

/** @param now milliseconds */
export function createMinuteCount(now: () => number): MinuteCount {
  const perSecond = new Uint32Array(SECONDS);
  let latest = Math.floor(now() / 1000);

  function forgetOld(): number {
    const second = Math.floor(now() / 1000);
    const passed = Math.min(SECONDS, Math.max(0, second - latest));
    for (let step = 1; step <= passed; step += 1) perSecond[(latest + step) % SECONDS] = 0;
    latest = Math.max(latest, second);
    return latest % SECONDS;
  }

  return {
    count() {
      const at = forgetOld();
      perSecond[at] = (perSecond[at] ?? 0) + 1;
    },
    read() {
      forgetOld();
      return perSecond.reduce((sum, number) => sum + number, 0);
    },
  };
}
