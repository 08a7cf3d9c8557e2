/** From what became of a change at the target to its outcome. Pure. */

import type { Change, ChangeKind, Difference, Outcome, OutcomeKind } from '../plan/change.js';
import type { WrongWrite } from './look-back.js';
import type { Sent } from './send.js';
import { describeDifferences } from './verify.js';

const DONE: Readonly<Record<ChangeKind, OutcomeKind>> = {
  create: 'created',
  update: 'updated',
  restore: 'restored',
  upload: 'uploaded',
  archive: 'archived',
  delete: 'deleted',
};

export function isFailure({ kind }: Outcome): boolean {
  return kind === 'failed' || kind === 'rejected';
}

export function asOutcome(planned: Change, sent: Sent, at: string): Outcome {
  const { seq } = planned;
  if (sent.kind === 'written') {
    const reason = [planned.reason, ...sent.notes].join(' ');
    return { seq, kind: DONE[planned.kind], clientId: sent.clientId, reason, at };
  }
  const { kind, clientId, reason, differences } = sent;
  if (differences === undefined) return { seq, kind, clientId, reason, at };
  return { seq, kind, clientId, reason: `${reason}${describeStored(planned, differences)}`, at, differences };
}

/** The client was written, and then read again. */
export function asWrongOutcome({ change, clientId, differences }: WrongWrite, at: string): Outcome {
  const reason = describeStored(change, differences);
  return { seq: change.seq, kind: 'failed', clientId, reason, at, differences };
}

function describeStored(change: Change, differences: readonly Difference[]): string {
  const isRewritten = differences.some(
    ({ field, contact, wanted, stored }) =>
      contact === null &&
      change.fields.some((planned) => planned.field === field && planned.before !== stored && wanted !== stored),
  );
  const rewritten =
    ' Neither the old value is there nor the one that was sent: the server rewrote it, or somebody changed it at once.';
  return `${describeDifferences(differences)}${isRewritten ? rewritten : ''}`;
}
