/**
 * What a plan will let the job know about clients: that they are its own, what it last pushed, how often in a row they
 * were absent.
 *
 * Terms: a *claim* of a change comes true with it, any other one when the run is applied (store.ts). Premise: what is
 * known already is not claimed again, so that a plan without news stores nothing, however many clients there are. A
 * baseline says what the client was given, or had already: never what the file says about a client that was left alone.
 */

import { baselineOf, hashText } from '../plan/baseline.js';
import type { Baseline } from '../plan/baseline.js';
import type { DraftChange, Policy } from '../plan/diff.js';
import { foldKey } from '../plan/fold.js';
import type { ContactValues, SyncRecord } from '../mapping/record.js';
import { decodeClaim, encodeClaim } from './claim-code.js';
import { openSpill } from './spill.js';
import type { Claim, OwnedClients } from './store.js';

/** Claims that need no change, any number of them. */
export interface ClaimSpill extends Iterable<Claim> {
  add(claim: Claim): void;
  close(): void;
}

export function openClaimSpill(folder: string): ClaimSpill {
  const spill = openSpill(folder);
  return {
    add: (claim) => void spill.append(encodeClaim(claim)),
    *[Symbol.iterator]() {
      for (let index = 0; index < spill.count; index += 1) yield { change: null, ...decodeClaim(spill.read(index)) };
    },
    close: () => spill.close(),
  };
}

export type Pushed = Pick<Claim, 'baseline' | 'baselineHash'>;

/** Nothing was pushed: what is stored stays. */
const NOTHING: Pushed = { baseline: null, baselineHash: 0 };

/**
 * What a client has from a record when its change is done.
 *
 * @param then what it was given before
 * @returns `null` for an archive or delete, which gives it nothing
 */
export function pushedBy(
  change: DraftChange,
  record: SyncRecord,
  then: Baseline | null,
  policy: Pick<Policy, 'update'>,
): Pushed | null {
  if (change.kind === 'archive' || change.kind === 'delete') return null;
  if (change.kind === 'restore' && !policy.update) return NOTHING;
  // It had all values, or kept what somebody made of them.
  if (change.kind === 'upload' && (then !== null || !record.contactsComplete)) return NOTHING;
  const now = baselineOf(record);
  // The rows of its other contacts were rejected, or are in another file: what is known about them stays.
  const isPart = then !== null && !record.contactsComplete;
  return pushed(isPart ? { ...now, contacts: [...now.contacts, ...othersThan(now.contacts, then.contacts)] } : now);
}

function pushed(baseline: Baseline): Pushed {
  const text = JSON.stringify(baseline);
  return { baseline: text, baselineHash: hashText(text) };
}

function othersThan(contacts: readonly ContactValues[], before: readonly ContactValues[]): readonly ContactValues[] {
  const said = new Set(contacts.map(nameOf));
  return before.filter((contact) => !said.has(nameOf(contact)));
}

function nameOf({ email, first_name: first = '', last_name: last = '' }: ContactValues): string {
  return foldKey(email || `${first} ${last}`.trim());
}

/**
 * The claim to a client that needs no change, or gets none that gives it anything.
 *
 * @param equal the record that it equals; `null`: it was left alone
 * @returns `null` when all of it is known
 */
export function claimMatched(owned: OwnedClients, clientId: string, equal: SyncRecord | null): Claim | null {
  const known = owned.baselineHashOf(clientId);
  const news = equal === null || (known !== 0 && !equal.contactsComplete) ? NOTHING : pushed(baselineOf(equal));
  const isKnown = news.baseline === null ? owned.has(clientId) : news.baselineHash === known;
  return isKnown && owned.absencesOf(clientId) === 0 ? null : { change: null, clientId, ...news, absences: 0 };
}

/** The claim to a client of the job that the file lacks, or that it names in a row that could not be used (0). */
export function claimAbsences(clientId: string, absences: number): Claim {
  return { change: null, clientId, ...NOTHING, absences };
}
