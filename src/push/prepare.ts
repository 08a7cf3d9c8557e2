/** A change of the plan put onto what is known about the target now, right before it is sent. Pure. */

import type { Change, Outcome } from '../plan/change.js';
import { rebaseChange } from '../plan/rebase.js';
import type { LookBack } from './look-back.js';
import { asEnd } from './send.js';
import type { Item, Sent } from './send.js';
import { settleCreate, settleKnown } from './settle.js';
import type { Settled } from './settle.js';

const APPEARED =
  'A client with its number or e-mail address appeared in Invoice Ninja after the plan was made: plan again.';

/** A change as the journal has it. */
export interface NotedChange {
  readonly change: Change;
  /** `sending`: an earlier attempt may have acted. */
  readonly status: 'planned' | 'sending' | 'done';
  /** `null` until `done`. */
  readonly outcome: Outcome | null;
}

export type Prepared =
  | { readonly kind: 'send'; readonly item: Item }
  /** It is not sent. */
  | { readonly kind: 'end'; readonly sent: Sent };

export function prepareChange({ change, status }: NotedChange, look: LookBack): Prepared {
  if (status === 'sending') return prepareInDoubt(change, look);
  if (change.before === null) {
    const appeared = look.findAppeared(change);
    if (appeared !== undefined) return end({ kind: 'skipped', clientId: appeared.id, reason: APPEARED });
    return send(change, { change, notes: [], inDoubt: false, look: look.count });
  }
  const fresh = look.freshOf(change);
  if (fresh === null) return send(change, { change, notes: [], inDoubt: false, look: look.count });
  const { clientId } = change;
  const rebased = rebaseChange(change, fresh, 'moved');
  if (rebased.kind === 'send')
    return send(change, { change: rebased.change, notes: rebased.notes, inDoubt: false, look: look.count });
  if (rebased.kind === 'leave') return end({ kind: 'skipped', clientId, reason: rebased.reason });
  if (rebased.notes.length > 0) return end({ kind: 'skipped', clientId, reason: rebased.notes.join(' ') });
  return end({ kind: 'written', clientId: fresh.id, notes: ['Somebody else did the same meanwhile.'], change: null });
}

function prepareInDoubt(change: Change, look: LookBack): Prepared {
  const settled = settleBySight(change, look);
  if (settled.kind === 'send')
    return send(change, { change: settled.change, notes: settled.notes, inDoubt: true, look: look.count });
  return end(asEnd(settled, change, []));
}

function settleBySight(change: Change, look: LookBack): Settled {
  if (change.before === null) return settleCreate(change, look.findCreated(change));
  const fresh = look.freshOf(change);
  return fresh === null ? { kind: 'send', change, notes: [] } : settleKnown(change, fresh);
}

/** Nothing shows that its first attempt acted, and to send it while that is still under way would do it twice. */
export function mayStillCome({ change, status }: NotedChange, look: LookBack): boolean {
  if (status !== 'sending') return false;
  if (change.before === null) return look.findCreated(change).kind === 'none';
  return change.contacts.some(({ kind }) => kind === 'add') && look.freshOf(change) === null;
}

function send(change: Change, at: Omit<Item, 'planned'>): Prepared {
  return { kind: 'send', item: { planned: change, ...at } };
}

function end(sent: Sent): Prepared {
  return { kind: 'end', sent };
}
