/** Counts requests over time, for the report's plot. */

import type { RequestStatistics } from './store.js';

/** Buckets in the plot; when they are full, two become one. */
const BUCKETS_MAX = 120;

export interface RequestMeter {
  count(): void;
  read(limitPerMinute: number | null, throttled: number): RequestStatistics;
}

/** @param now milliseconds */
export function createMeter(now: () => number): RequestMeter {
  const start = now();
  let bucketMs = 1000;
  let buckets: number[] = [];
  let requests = 0;
  return {
    count() {
      requests += 1;
      let index = Math.floor((now() - start) / bucketMs);
      while (index >= BUCKETS_MAX) {
        buckets = Array.from(
          { length: Math.ceil(buckets.length / 2) },
          (_, pair) => (buckets[2 * pair] ?? 0) + (buckets[2 * pair + 1] ?? 0),
        );
        bucketMs *= 2;
        index = Math.floor((now() - start) / bucketMs);
      }
      while (buckets.length <= index) buckets.push(0);
      buckets[index] = (buckets[index] ?? 0) + 1;
    },
    read: (limitPerMinute, throttled) => ({
      requests,
      throttled,
      seconds: Math.round((now() - start) / 100) / 10,
      buckets: [...buckets],
      bucketSeconds: bucketMs / 1000,
      limitPerMinute,
    }),
  };
}
