/**
 * What a token may do. Nothing in the clients API tells: a list of a user who may see only his own clients looks like a
 * small company, and a bulk call without permission is answered with 200 (FACTS.md [303, 304]).
 *
 * The application's own start-up call, `POST /api/v1/refresh`, carries the permissions and the company's settings. It
 * changes nothing. Where it is missing, the form of a new client is asked for: 401 means that the token may not write.
 */

import { z } from 'zod';
import { SyncError } from '../errors.js';
import type { Http } from './http.js';

export interface Access {
  /** Does the list hold all clients of the company? `null`: not known. */
  readonly seesAll: boolean | null;
  /** May it create and edit clients? `null`: not known. */
  readonly writes: boolean | null;
  /** Ids of the target, `null` when not known: what a client without a country or currency of its own gets. */
  readonly companyCountryId: string | null;
  readonly companyCurrencyId: string | null;
  /** `null`: the server does not say. */
  readonly company: Company | null;
}

/** What tells one company of a server from another: a URL and a token do not. */
export interface Company {
  /**
   * `company_key`: random, made once for each company, the same for all tokens, and still the same after the server moved.
   * A server that has none says its id, which is unique below its address only.
   */
  readonly key: string;
  readonly name: string;
}

const id = z.union([z.string(), z.number()]).nullish();
const refreshSchema = z.object({
  data: z
    .array(
      z.object({
        is_owner: z.coerce.boolean(),
        is_admin: z.coerce.boolean(),
        permissions: z.string().nullish(),
        company: z.object({
          id,
          company_key: z.string().nullish(),
          settings: z.object({ country_id: id, currency_id: id, name: z.string().nullish() }),
        }),
      }),
    )
    .length(1),
});

/** Answers that mean "not here", not "not now". */
const UNSUPPORTED = new Set([
  'target-not-found',
  'target-not-json',
  'target-forbidden',
  'target-invalid',
  'target-redirect',
  'target-answer-unexpected',
]);

export async function readAccess(http: Http, nowSeconds: number): Promise<Access> {
  try {
    const answer = await http.send({
      method: 'POST',
      path: '/refresh',
      // Only what changed since now: nothing but the company itself. The user may have several companies.
      query: { updated_at: String(nowSeconds), current_company: 'true' },
      reads: true,
      announcesLimit: false,
    });
    const parsed = refreshSchema.safeParse(answer.json);
    const user = parsed.data?.data[0];
    if (user !== undefined) {
      const { company } = user;
      return { ...judgePermissions(user), ...readCompany(company.settings), company: identify(http.url, company) };
    }
  } catch (error) {
    if (!(error instanceof SyncError) || !UNSUPPORTED.has(error.code)) throw error;
  }
  const writes = await mayWrite(http);
  return { seesAll: null, writes, companyCountryId: null, companyCurrencyId: null, company: null };
}

type User = z.infer<typeof refreshSchema>['data'][number];

function judgePermissions(user: User): Pick<Access, 'seesAll' | 'writes'> {
  const all = user.is_owner || user.is_admin;
  const granted = new Set((user.permissions ?? '').split(',').map((permission) => permission.trim()));
  const may = (verb: string): boolean => all || granted.has(`${verb}_all`) || granted.has(`${verb}_client`);
  return { seesAll: may('view'), writes: may('create') && may('edit') };
}

function readCompany(settings: User['company']['settings']): Pick<Access, 'companyCountryId' | 'companyCurrencyId'> {
  const read = (value: string | number | null | undefined): string | null => {
    const text = String(value ?? '');
    return text === '' ? null : text;
  };
  return { companyCountryId: read(settings.country_id), companyCurrencyId: read(settings.currency_id) };
}

function identify(url: string, { id: found, company_key: key, settings }: User['company']): Company | null {
  const name = settings.name ?? '';
  if (typeof key === 'string' && key !== '') return { key, name };
  const number = String(found ?? '');
  return number === '' ? null : { key: `${url} ${number}`, name };
}

async function mayWrite(http: Http): Promise<boolean | null> {
  try {
    await http.send({ method: 'GET', path: '/clients/create', reads: true });
    return null;
  } catch (error) {
    if (error instanceof SyncError && error.details['status'] === 401) return false;
    if (error instanceof SyncError && UNSUPPORTED.has(error.code)) return null;
    throw error;
  }
}
