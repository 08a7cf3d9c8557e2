/**
 * Writes whose end nobody knows: the connection broke, or the server answered 500 after it had stored something
 * (FACTS.md [423-427]). They are looked up, never sent again.
 */

import { SyncError } from '../errors.js';
import { toClient } from '../ninja/canonical.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import type { WireClient } from '../ninja/wire.js';
import type { Change } from '../plan/change.js';
import { findDifference } from './verify.js';

/**
 * @throws SyncError `target-in-doubt` when the lookup leaves the doubt, with what to do
 */
export async function settleCreate(
  ninja: Ninja,
  codes: CodeTable,
  change: Change,
  send: () => Promise<WireClient>,
): Promise<WireClient> {
  try {
    return await send();
  } catch (error) {
    if (!isInDoubt(error)) throw error;
    const wanted = (field: string): string => change.fields.find((entry) => entry.field === field)?.after ?? '';
    const [idNumber, number] = [wanted('id_number'), wanted('number')];
    if (idNumber === '' && number === '') throw unsettled(error, 'It has no id_number by which it could be looked up.');
    const { clients } = await ninja.list(idNumber === '' ? { number, perPage: 2 } : { idNumber, perPage: 2 });
    const [found, second] = clients;
    if (found === undefined)
      throw new SyncError('target-server-error', `${error.message} It was looked up: the client was not created.`, {
        retry: 'later',
      });
    if (second !== undefined) throw unsettled(error, 'Several clients have its id_number now.');
    const difference = findDifference(change, toClient(found, codes));
    if (difference !== null)
      throw unsettled(error, `A half-made client is there (number ${found.number}): ${difference}`);
    return found;
  }
}

/** The client is read again; the caller compares it with what was meant. */
export async function settleUpdate(ninja: Ninja, id: string, send: () => Promise<WireClient>): Promise<WireClient> {
  try {
    return await send();
  } catch (error) {
    if (!isInDoubt(error)) throw error;
    return await ninja.show(id);
  }
}

function isInDoubt(error: unknown): error is SyncError {
  return error instanceof SyncError && error.code === 'target-in-doubt';
}

function unsettled(error: SyncError, why: string): SyncError {
  return new SyncError('target-in-doubt', `${error.message} ${why}`, {
    hint: 'Look at the client in Invoice Ninja, then plan again.',
  });
}
