/** What a plan says beside its counts of changes and rows, one sentence each. */

import type { Run } from '../store.js';
import { countOf } from './markup.js';

export function describeRest({ summary, rules, undoes }: Pick<Run, 'summary' | 'rules' | 'undoes'>): readonly string[] {
  if (summary === null) return [];
  const { documents, conflicts, absent } = summary.counts;
  const sentences: string[] = [];
  if (documents > 0) sentences.push(`${countOf(documents, 'document')} to upload.`);
  if (conflicts > 0) {
    const values = countOf(conflicts, 'value was', 'values were');
    const since = undoes === null ? `this job last pushed ${conflicts === 1 ? 'it' : 'them'}` : `run ${undoes}`;
    sentences.push(`${values} changed in Invoice Ninja since ${since}.`);
  }
  if (absent > 0 && rules !== null) sentences.push(describeAbsent(absent, rules.policy.missing));
  if (summary.missingSuspended)
    sentences.push('No client counts as missing from the file: a rejected row that names nobody may be any of them.');
  for (const { message, lines } of summary.keyShapes ?? []) {
    const [first = '', ...more] = lines;
    sentences.push(
      `${message} If that is right, the job file says: ${first} ${more.map((line) => line.trim()).join(' ')}`,
    );
  }
  return sentences;
}

function describeAbsent(count: number, { then, after }: { readonly then: string; readonly after: number }): string {
  const often = after === 2 ? ' for the first time' : '';
  const fate = then === 'delete' ? 'deleted' : 'archived';
  return `${countOf(count, 'client is', 'clients are')} not in the file${often}; ${count === 1 ? 'it is' : 'they are'} ${fate} after ${after} exports in a row.`;
}
