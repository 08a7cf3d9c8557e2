/** The users behind the tokens and what they may do. */

import { createHash } from 'node:crypto';

import { encodeId } from './ids.js';
import { refusePermission, refuseToken } from './refusal.js';
import type { Company, Store, StoredClient } from './store.js';

export interface Tokens {
  readonly admin: string;
  readonly view_only: string;
  readonly none: string;
  readonly locked: string;
  readonly other_company: string;
}

export interface User {
  readonly id: number;
  readonly company: Company;
  readonly isAdmin: boolean;
  readonly mayView: boolean;
}

/** The password of every user here, for what asks for one in `X-API-PASSWORD`. */
export const SANDBOX_PASSWORD = 'sandbox-password';

const USER_IDS = { admin: 1, view_only: 2, none: 3, other_company: 5 } as const;

export function nameTokens(admin: string): Tokens {
  return {
    admin,
    view_only: 'sandbox-view-only-token',
    none: 'sandbox-no-permission-token',
    locked: 'sandbox-locked-token',
    other_company: 'sandbox-other-company-token',
  };
}

/** Throws a `Refusal` of kind 'token'. Letter case does not count [003-011]. */
export function findUser(store: Store, tokens: Tokens, token: string | undefined): User {
  const [main, other] = store.companies;
  const wanted = (token ?? '').toLowerCase();
  const name = (Object.keys(tokens) as (keyof Tokens)[]).find((key) => tokens[key].toLowerCase() === wanted);
  if (name === undefined) throw refuseToken('Invalid token');
  if (name === 'locked') throw refuseToken('User access locked');
  return {
    id: USER_IDS[name],
    company: name === 'other_company' ? other : main,
    isAdmin: name === 'admin' || name === 'other_company',
    mayView: name !== 'none',
  };
}

/** Throws a `Refusal` of kind 'permission': also for a client of another company [092, 157, 335]. */
export function checkView(user: User, client: StoredClient): void {
  if (!user.mayView || client.company !== user.company) throw refusePermission();
}

export function checkEdit(user: User, client?: StoredClient): void {
  if (!user.isAdmin || (client !== undefined && client.company !== user.company)) throw refusePermission();
}

/** POST /refresh: the token's user in its company, as far as a client needs it to learn what the token may do [344]. */
export function renderCompanyUser(user: User, tokens: Tokens): string {
  const { company } = user;
  const companyUser = {
    permissions: user.isAdmin || !user.mayView ? '' : 'view_client',
    is_owner: user.isAdmin,
    is_admin: user.isAdmin,
    is_locked: false,
    company: {
      id: encodeId(company.id),
      company_key: keyOf(company, tokens),
      settings: {
        country_id: company.countryId,
        currency_id: company.currencyId,
        language_id: '1',
        timezone_id: '1',
        date_format_id: '1',
        name: nameCompany(company),
        payment_terms: '',
        client_number_pattern: '',
        client_number_counter: company.nextNumber,
        counter_padding: 4,
      },
    },
    user: { id: encodeId(user.id), first_name: 'Sandbox', last_name: 'User', email: `user${user.id}@sandbox.example` },
  };
  const pagination = { total: 1, count: 1, per_page: 20, current_page: 1, total_pages: 1, links: {} };
  return JSON.stringify({ data: [companyUser], meta: { pagination } });
}

/** As a new company is called until somebody names it. */
export function nameCompany(company: Company): string {
  return company.id === 1 ? 'Untitled Company' : 'Other Company';
}

/** On a real server it is random. Here it is the same after a restart, and another one where the tokens are others. */
function keyOf({ id }: Company, { admin }: Tokens): string {
  return createHash('sha256').update(`${admin} ${id}`).digest('hex').slice(0, 32);
}
