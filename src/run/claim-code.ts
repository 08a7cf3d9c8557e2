/** Claims as short texts for a spill file: a baseline is JSON already, and is not wrapped in more of it. */

import type { Claim } from './store.js';

type Coded = Omit<Claim, 'change'>;

const SEPARATOR = '\n';

export function encodeClaim({ clientId, baselineHash, absences, baseline }: Coded): string {
  return [clientId ?? '', baselineHash, absences, baseline ?? ''].join(SEPARATOR);
}

export function decodeClaim(text: string): Coded {
  const afterId = text.indexOf(SEPARATOR);
  const afterHash = text.indexOf(SEPARATOR, afterId + 1);
  const afterAbsences = text.indexOf(SEPARATOR, afterHash + 1);
  const clientId = text.slice(0, afterId);
  const baseline = text.slice(afterAbsences + 1);
  return {
    clientId: clientId === '' ? null : clientId,
    baseline: baseline === '' ? null : baseline,
    baselineHash: Number(text.slice(afterId + 1, afterHash)),
    absences: Number(text.slice(afterHash + 1, afterAbsences)),
  };
}
