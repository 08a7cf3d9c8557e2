/**
 * The checks of a POST or PUT of a client. All violations are reported at once [052]; what the server does not check
 * itself breaks it later (create.ts, update.ts).
 */

import { COUNTRIES } from '../mapping/data/countries.js';
import { breakDown, refuseFields } from './refusal.js';
import type { Company, StoredClient } from './store.js';
import type { Input } from './value.js';
import { isObject, toText } from './value.js';

const COUNTRY_IDS: ReadonlySet<string> = new Set(COUNTRIES.map(([id]) => id));

const CLASSIFICATIONS: ReadonlySet<unknown> = new Set([
  'individual',
  'business',
  'company',
  'partnership',
  'trust',
  'charity',
  'government',
  'other',
]);

/**
 * Throws a `Refusal` of kind 'validation', or 'broken' where the real server dies on the input before it checks it [071, 143].
 * `self` is the client that a PUT changes.
 */
export function validateClient(input: Input, company: Company, self?: StoredClient): void {
  const { settings } = input;
  const breaks =
    settings === null ? self !== undefined && 'settings' in input : settings !== undefined && !isObject(settings);
  if (breaks) throw breakDown();

  const errors: Record<string, string[]> = {};
  for (const [field, index, name] of [
    ['number', company.numbers, 'number'],
    ['id_number', company.idNumbers, 'id number'],
  ] as const) {
    if (index.findOther(toText(input[field]), self) !== undefined)
      errors[field] = [`The ${name} has already been taken.`];
  }
  for (const [field, name] of [
    ['country_id', 'country id'],
    ['shipping_country_id', 'shipping country id'],
  ] as const) {
    const problem = findCountryProblem(input[field], name);
    if (problem !== undefined) errors[field] = [problem];
  }
  const { classification } = input;
  if (classification !== undefined && classification !== null && !CLASSIFICATIONS.has(classification)) {
    errors['classification'] = ['The selected classification is invalid.'];
  }
  Object.assign(errors, findContactProblems(input, self === undefined));
  if (isObject(settings)) {
    const problem = findSettingProblem(settings);
    if (problem !== undefined) errors['settings'] = [problem];
  }
  if ('documents' in input && !isObject(input['documents'])) errors['documents'] = ['The documents must be an array.'];
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
}

/** [056-058] */
function findCountryProblem(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^-?\d+$/.test(text)) return `The ${name} must be an integer.`;
  return COUNTRY_IDS.has(String(Number(text))) ? undefined : `The selected ${name} is invalid.`;
}

/** [025, 046, 047, 051, 053, 070, 129]: the text for a bad e-mail differs between POST and PUT. */
function findContactProblems(input: Input, isNew: boolean): Record<string, string[]> {
  if (!('contacts' in input)) return {};
  const { contacts } = input;
  if (!isObject(contacts)) return { contacts: ['The contacts must be an array.'] };
  const errors: Record<string, string[]> = {};
  const entries = Array.isArray(contacts) ? contacts : Object.values(contacts);
  const emails = entries.map((entry: unknown) => (isObject(entry) ? (entry['email'] ?? null) : null));
  entries.forEach((entry: unknown, i) => {
    if (!isObject(entry)) return;
    const key = `contacts.${i}.email`;
    const email = emails[i];
    if (email !== null && emails.filter((other) => other === email).length > 1) {
      errors[key] = [`The ${key} field has a duplicate value.`];
    } else if (email !== null && !(typeof email === 'string' && isEmail(email))) {
      errors[key] = [`The ${isNew ? key : 'email'} must be a valid email address.`];
    }
    const { password } = entry;
    if (typeof password === 'string' && password.length < 7) {
      errors[`contacts.${i}.password`] = [`The contacts.${i}.password must be at least 7 characters.`];
    }
  });
  return errors;
}

/** RFC 5322 without comments; a domain needs no dot [047]. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (at < 1) return false;
  const isQuoted = /^"(?:[^"\\]|\\.)*"$/.test(local);
  if (!isQuoted && !/^[^\s.@"(),:;<>\\[\]]+(?:\.[^\s.@"(),:;<>\\[\]]+)*$/u.test(local)) return false;
  return /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?)*$/u.test(
    domain,
  );
}

/** [072, 073, 142] */
function findSettingProblem(settings: Input): string | undefined {
  for (const [key, value] of Object.entries(settings)) {
    const isInteger =
      key.endsWith('_id') || key.endsWith('number_counter') || key === 'payment_terms' || key === 'valid_until';
    if (!isInteger || value === null) continue;
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    if (!/^-?\d+$/.test(text)) return `${key} is not a valid integer`;
  }
  return undefined;
}
