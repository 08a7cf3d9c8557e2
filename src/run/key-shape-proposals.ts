/** What the keys of the target suggest for those of the file, in the words of a job. */

import { writeExpression } from '../job/expression-words.js';
import type { PlanSummary } from '../plan/change.js';
import type { MatchKey } from '../mapping/fields.js';
import { KeyShapes } from '../plan/key-shapes.js';
import type { SourceFile } from './sources.js';

/** Keys whose shape is compared with that of the target's. */
const KEY_FIELDS = ['id_number', 'number'] as const;

/** For those by which clients are found. */
export function openKeyShapes(levels: readonly MatchKey[]): ReadonlyMap<'id_number' | 'number', KeyShapes> {
  return new Map(KEY_FIELDS.filter((field) => levels.includes(field)).map((field) => [field, new KeyShapes(field)]));
}

/** Only where one file says what the keys are: another one may write them otherwise. */
export function proposeKeyShapes(
  keyShapes: ReadonlyMap<'id_number' | 'number', KeyShapes>,
  sources: readonly SourceFile[],
): Pick<PlanSummary, 'keyShapes'> {
  const proposals = [...keyShapes].flatMap(([field, shapes]) => {
    const [from, ...others] = sources.flatMap(({ spec }) => spec.client[field] ?? []);
    return from === undefined || others.length > 0 ? [] : (shapes.propose(from, writeExpression) ?? []);
  });
  return proposals.length === 0 ? {} : { keyShapes: proposals };
}
