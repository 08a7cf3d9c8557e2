/** Metrics as Prometheus reads them. */

import type { RowOutcomes } from '../../src/run/store.js';

export const NO_OUTCOMES: RowOutcomes = {
  created: 0,
  updated: 0,
  unchanged: 0,
  archived: 0,
  restored: 0,
  uploaded: 0,
  deleted: 0,
  rejected: 0,
  failed: 0,
  skipped: 0,
};

/** Values by name with labels, as they stand in the text. */
export function readMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(.+) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}
