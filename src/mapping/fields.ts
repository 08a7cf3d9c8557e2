/**
 * The fields that a record can carry, with the rules that the server applies to each in silence.
 *
 * Names are the API's, except three that hold codes instead of the target's ids (`country_code`,
 * `shipping_country_code`, `settings.currency_code`, `settings.language_code`): ids belong to a target, records do not.
 * Lengths: FACTS.md "POST create" [346-349, 067-069, 075, 076]: longer text is cut without an error.
 */

type FieldKind =
  | 'text'
  | 'notes'
  | 'key'
  | 'phone'
  | 'postal'
  | 'vat'
  | 'url'
  | 'country'
  | 'currency'
  | 'language'
  | 'days'
  | 'boolean'
  | 'industry'
  | 'size'
  | 'classification'
  | 'email';

export interface FieldRule {
  readonly kind: FieldKind;
  /** Characters that the server keeps. */
  readonly lengthMax: number;
  /** False: the server puts a value of its own when the field is blank, so a blank cannot be asked for. */
  readonly clearable: boolean;
}

const text = (lengthMax = 191): FieldRule => ({ kind: 'text', lengthMax, clearable: true });
const rule = (kind: FieldKind, lengthMax: number, clearable = true): FieldRule => ({ kind, lengthMax, clearable });

export const CLIENT_FIELDS = {
  'name': text(),
  'id_number': rule('key', 191),
  'number': rule('key', 191, false),
  'vat_number': rule('vat', 191),
  'website': rule('url', 191),
  'phone': rule('phone', 255),
  'address1': text(),
  'address2': text(),
  'city': text(),
  'state': text(),
  'postal_code': rule('postal', 191),
  'country_code': rule('country', 2, false),
  'shipping_address1': text(),
  'shipping_address2': text(),
  'shipping_city': text(),
  'shipping_state': text(),
  'shipping_postal_code': rule('postal', 191),
  'shipping_country_code': rule('country', 2),
  'private_notes': rule('notes', 65_535),
  'public_notes': rule('notes', 65_535),
  'industry_id': rule('industry', 10),
  'size_id': rule('size', 10),
  'classification': rule('classification', 20),
  'is_tax_exempt': rule('boolean', 5, false),
  'routing_id': text(),
  'group_settings_id': text(),
  'custom_value1': text(),
  'custom_value2': text(),
  'custom_value3': text(),
  'custom_value4': text(),
  'settings.currency_code': rule('currency', 3, false),
  'settings.language_code': rule('language', 10),
  'settings.payment_terms': rule('days', 5),
} as const satisfies Record<string, FieldRule>;

export const CONTACT_FIELDS = {
  first_name: text(),
  last_name: text(),
  email: rule('email', 100),
  phone: rule('phone', 255),
  custom_value1: text(),
  custom_value2: text(),
  custom_value3: text(),
  custom_value4: text(),
  is_primary: rule('boolean', 5, false),
  send_email: rule('boolean', 5, false),
} as const satisfies Record<string, FieldRule>;

export type ClientField = keyof typeof CLIENT_FIELDS;
export type ContactField = keyof typeof CONTACT_FIELDS;

export const CLIENT_FIELD_NAMES = Object.keys(CLIENT_FIELDS) as readonly ClientField[];
export const CONTACT_FIELD_NAMES = Object.keys(CONTACT_FIELDS) as readonly ContactField[];

/** The fields by which a record can find its client; `email` is that of any contact. */
export const MATCH_KEYS = [
  'id_number',
  'number',
  'vat_number',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
  'email',
] as const;

export type MatchKey = (typeof MATCH_KEYS)[number];

export function isClientField(name: string): name is ClientField {
  return Object.hasOwn(CLIENT_FIELDS, name);
}

export function isContactField(name: string): name is ContactField {
  return Object.hasOwn(CONTACT_FIELDS, name);
}
