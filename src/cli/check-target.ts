/** Is one target of targets.yaml fit to be used? Asks its server; changes nothing, there or in the state. */

import { SyncError } from '../errors.js';
import type { Access } from '../ninja/access.js';
import { connectNinja } from '../ninja/client.js';
import type { Throttle } from '../push/throttle.js';
import type { KnownTarget } from '../run/store.js';
import { describeSecret } from '../secret.js';
import { readTargetSecret, readTargetToken } from '../targets/target.js';
import type { NamedTarget } from '../targets/target.js';

/** What was found out; `null` where it could not be. */
export interface Checkup {
  readonly target: string;
  readonly url: string;
  readonly ok: boolean;
  readonly company: string | null;
  /** `Company.key`. */
  readonly companyKey: string | null;
  readonly clients: number | null;
  readonly permissions: 'all' | 'read only' | 'too few' | 'unknown' | null;
  /** Of the server, for all of its companies together; `null` also where it announces none. */
  readonly requestsPerMinute: number | null;
  /** By how much the server's clock is ahead, in seconds. */
  readonly clockSeconds: number | null;
  readonly jobs: readonly string[];
  readonly problems: readonly { readonly code: string; readonly message: string; readonly hint: string | null }[];
}

export interface CheckOptions {
  /** Shared by all targets of one address: the server counts them together. */
  readonly throttle: Throttle;
  readonly jobs: readonly string[];
  /** What the state knows of companies. */
  readonly known: readonly KnownTarget[];
}

/** Never rejects for what a target does wrong. */
export async function checkTarget(target: NamedTarget, { throttle, jobs, known }: CheckOptions): Promise<Checkup> {
  const found: { -readonly [Key in keyof Checkup]: Checkup[Key] } = {
    target: target.name,
    url: target.url,
    ok: false,
    company: null,
    companyKey: null,
    clients: null,
    permissions: null,
    requestsPerMinute: null,
    clockSeconds: null,
    jobs,
    problems: [],
  };
  const problems: Checkup['problems'][number][] = [];
  try {
    const [token, secret] = [readTargetToken(target), readTargetSecret(target)];
    const ninja = connectNinja({ url: target.url, token, secret, throttle, concurrency: 1 });
    try {
      const { companyName, date } = await ninja.ping();
      found.company = companyName;
      found.clockSeconds = date === null ? null : Math.round((Date.parse(date) - Date.now()) / 1000);
      const access = await ninja.access();
      found.permissions = describeAccess(access);
      found.companyKey = access.company?.key ?? null;
      if (access.company !== null) found.company = access.company.name || companyName;
      problems.push(...checkAccess(access), ...checkKnown(target, access, known));
      found.clients = (await ninja.list({ perPage: 1 })).total;
      found.requestsPerMinute = throttle.limitPerMinute;
    } finally {
      await ninja.close();
    }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const { code, message, hint = null } = error;
    const where = `The token is in ${describeSecret(target.token)}.`;
    problems.push({ code, message, hint: code === 'target-unauthorised' ? where : hint });
  }
  return { ...found, ok: problems.length === 0, problems };
}

function describeAccess({ seesAll, writes }: Access): NonNullable<Checkup['permissions']> {
  if (seesAll === false) return 'too few';
  if (writes === false) return 'read only';
  return seesAll === null || writes === null ? 'unknown' : 'all';
}

function checkAccess(access: Access): Checkup['problems'] {
  const permissions = describeAccess(access);
  if (permissions === 'all' || permissions === 'unknown') return [];
  const message =
    permissions === 'too few'
      ? 'the token cannot see all clients: clients that exist would be created again'
      : 'the token may read but not write';
  const hint = 'Use a token of an administrator, or of a user who may view, create and edit all clients.';
  return [{ code: 'target-permission', message, hint }];
}

function checkKnown({ name }: NamedTarget, { company }: Access, known: readonly KnownTarget[]): Checkup['problems'] {
  if (company === null) {
    const message = 'the server does not say which company the token is for';
    return [{ code: 'target-company', message, hint: 'Does a proxy keep POST /api/v1/refresh away?' }];
  }
  const hint = `Was a token swapped? If it is right: ninja-sync targets accept ${name}`;
  const own = known.find(({ target }) => target === name);
  if (own !== undefined && own.company !== company.key) {
    const message = `the token is one of the company ${JSON.stringify(company.name)}, the runs so far were for ${JSON.stringify(own.companyName)}`;
    return [{ code: 'target-company', message, hint }];
  }
  const other = own === undefined ? known.find((one) => one.company === company.key) : undefined;
  if (other === undefined) return [];
  const message = `its company ${JSON.stringify(company.name)} is the target ${other.target} already`;
  return [
    {
      code: 'target-company',
      message,
      hint: `One company has one name. If this is it: ninja-sync targets accept ${name}`,
    },
  ];
}

/** Two names for one company, which no run has met so far: both are told. */
export function findTwins(all: readonly Checkup[]): readonly Checkup[] {
  const names = new Map<string, string[]>();
  for (const { companyKey, target } of all)
    if (companyKey !== null) names.set(companyKey, [...(names.get(companyKey) ?? []), target]);
  return all.map((one) => {
    const twins = (names.get(one.companyKey ?? '') ?? []).filter((name) => name !== one.target);
    if (twins.length === 0) return one;
    const message = `its token is one of the same company as that of ${twins.join(', ')}`;
    const problem = { code: 'target-company', message, hint: 'One company has one name: was a token copied twice?' };
    return { ...one, ok: false, problems: [...one.problems, problem] };
  });
}
