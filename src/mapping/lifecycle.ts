/** What the export says about a client's life, in the words of the job or the layout. */

import { foldKey } from '../plan/fold.js';
import { compileExpression } from './evaluate.js';
import type { Header } from './header.js';
import { addReject } from './read-field.js';
import type { RowRemarks } from './read-field.js';
import type { Lifecycle } from './record.js';
import type { MappingSpec } from './spec.js';

/** @returns a function that gives `null` where nothing is said, also after it rejected a word that is in no list */
export function compileLifecycle(
  spec: MappingSpec,
  header: Header,
): (remarks: RowRemarks, cells: readonly string[]) => Lifecycle | null {
  const { lifecycle } = spec;
  const evaluator = lifecycle === undefined ? undefined : compileExpression(lifecycle.from, header);
  if (lifecycle === undefined || evaluator === undefined) return () => null;
  const words = new Map<string, Lifecycle>();
  const known = [...lifecycle.active, ...lifecycle.inactive, ...lifecycle.deleted].slice(0, 12).join(', ');
  for (const state of ['active', 'inactive', 'deleted'] as const) {
    for (const word of lifecycle[state]) words.set(foldKey(word.trim()), state);
  }
  return (remarks, cells) => {
    const raw = evaluator.read(cells).trim();
    if (raw === '') return null;
    const state = words.get(foldKey(raw));
    if (state === undefined) {
      addReject(
        remarks,
        evaluator.column,
        'unknown-lifecycle',
        raw,
        `"${raw}" is none of the words for a client's state (${known}): add it to \`lifecycle\` in the job.`,
      );
    }
    return state ?? null;
  };
}
