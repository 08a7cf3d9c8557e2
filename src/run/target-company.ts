/**
 * Is the company behind the token the one that the runs of this target work with?
 *
 * A token says nothing of its company: somebody who swaps two tokens gets no error from any server, but the clients of one
 * company in the books of another. So the company of a target is noted in the state when it is used for the first time,
 * and every run is refused when the server names another one.
 */

import { SyncError } from '../errors.js';
import type { Company } from '../ninja/access.js';
import type { RunContext, Target } from './context.js';
import { isRehearsal } from './rehearsal-name.js';
import type { KnownTarget, Store } from './store.js';
import { isNamed } from '../job/target-name.js';

type Claimed = Pick<Target, 'key' | 'access'> & { readonly ninja: Pick<Target['ninja'], 'url'> };

/**
 * Notes the company of a target that has none, and holds it against what was noted before.
 *
 * @throws SyncError `target-company`
 */
export async function checkCompany({ store, now }: Pick<RunContext, 'store' | 'now'>, target: Claimed): Promise<void> {
  const { key, access, ninja } = target;
  // A copy in this process.
  if (isRehearsal(key)) return;
  const { company } = access;
  if (company === null) {
    await checkUnknown(store, key);
    return;
  }
  if (isNamed(key)) await checkUnclaimed(store, key, ninja.url);
  const held = await store.claimTarget(describeClaim(key, company, now()));
  if (held.target !== key) throw otherTarget(key, company, held);
  if (held.company !== company.key) throw otherCompany(held, company);
}

export function describeClaim(key: string, { key: company, name: companyName }: Company, now: string): KnownTarget {
  return { target: key, company, companyName, since: now };
}

/** The server does not say it. Where it once did, or where a name stands for one company of several, that is no answer. */
async function checkUnknown(store: Store, key: string): Promise<void> {
  const known = (await store.listTargets()).find(({ target }) => target === key);
  if (known === undefined && !isNamed(key)) return;
  throw new SyncError('target-company', `${key}: the server does not say which company the token is for.`, {
    hint: 'POST /api/v1/refresh tells it: does a proxy in front of the server keep it away?',
  });
}

/** What ran before companies were noted may have been this company, under the address of its server. */
async function checkUnclaimed(store: Store, key: string, url: string): Promise<void> {
  if (!(await store.hasUnclaimedRuns(url))) return;
  const known = await store.listTargets();
  if (known.some(({ target }) => target === key)) return;
  throw new SyncError('target-company', `${key}: there are runs for ${url} of which nobody noted the company.`, {
    hint: `If they were of ${key}, its baselines become those of ${key} by: ninja-sync targets accept ${key}. Else first say whose they are: ninja-sync targets accept --url ${url} with the token of that time`,
  });
}

function otherCompany({ target, companyName, since }: KnownTarget, found: Company): SyncError {
  return new SyncError(
    'target-company',
    `${target}: the token is one of the company ${show(found.name)}, and the runs of this target have been for ${show(companyName)} since ${since}. Nothing was planned or sent.`,
    {
      hint: `Was a token swapped? Put the right one in place. If the other company is meant from now on: ninja-sync targets accept ${isNamed(target) ? target : `--url ${target}`}`,
    },
  );
}

function otherTarget(key: string, { name }: Company, { target }: KnownTarget): SyncError {
  return new SyncError(
    'target-company',
    `${key}: the token is one of the company ${show(name)}, which is the target ${target} already.`,
    {
      hint: `Give it one name. If it is ${key} from now on, with all that is known of ${target}: ninja-sync targets accept ${isNamed(key) ? key : `--url ${key}`}. A copy for tests needs a state of its own (DATA_DIR or STATE_URL).`,
    },
  );
}

const show = (name: string): string => JSON.stringify(name);
