/** Clients as the API sends them, with all keys of a real answer. */

import { buildCodeTable } from '../../src/ninja/codes.js';

export const statics = {
  countries: [
    { id: '4', iso_3166_2: 'AF', iso_3166_3: 'AFG', name: 'Afghanistan' },
    { id: '276', iso_3166_2: 'DE', iso_3166_3: 'DEU', name: 'Germany' },
    { id: '840', iso_3166_2: 'US', iso_3166_3: 'USA', name: 'United States' },
  ],
  currencies: [
    { id: '1', code: 'USD', name: 'US Dollar', precision: 2 },
    { id: '3', code: 'EUR', name: 'Euro', precision: 2 },
  ],
  languages: [
    { id: '1', name: 'English', locale: 'en' },
    { id: '3', name: 'German', locale: 'de' },
    { id: '5', name: 'Portuguese - Brazilian', locale: 'pt_BR' },
  ],
  industries: [{ id: '1', name: 'Accounting & Legal' }],
  sizes: [{ id: '1', name: '1 - 3' }],
  gateways: [],
};

export const codes = buildCodeTable(statics);

export type Raw = Record<string, unknown>;

export function rawContact(id: string, values: Raw = {}): Raw {
  return {
    id,
    first_name: '',
    last_name: '',
    email: ' ',
    created_at: 1_795_340_409,
    updated_at: 1_795_340_409,
    archived_at: 0,
    is_primary: true,
    is_locked: false,
    phone: '',
    custom_value1: '',
    custom_value2: '',
    custom_value3: '',
    custom_value4: '',
    contact_key: 'HoCcVzHUonmLoBQunbXpTZHLooAyeeZn',
    send_email: true,
    last_login: 0,
    password: '',
    link: 'https://ninja.example/client/key_login/HoCcVzHUonmLoBQunbXpTZHLooAyeeZn',
    ...values,
  };
}

export function rawClient(id: string, values: Raw = {}): Raw {
  const blanks = Object.fromEntries(BLANKS.map((key) => [key, '']));
  return {
    id,
    user_id: 'VolejRejNm',
    ...blanks,
    name: `Client ${id}`,
    balance: 0,
    paid_to_date: 0,
    payment_balance: 0,
    credit_balance: 0,
    last_login: 0,
    client_hash: 'Tq70SEdtpnGMlsvKq3AEVUxu1Zhu7nFFtOyH5iUQ',
    country_id: '840',
    settings: { entity: 'App\\Models\\Client', industry_id: '', size_id: '', currency_id: '1' },
    is_deleted: false,
    updated_at: 1_795_340_409,
    archived_at: 0,
    created_at: 1_795_340_409,
    display_name: `Client ${id}`,
    has_valid_vat_number: false,
    is_tax_exempt: false,
    tax_info: {},
    e_invoice: {},
    contacts: [rawContact(`c-${id}`)],
    documents: [],
    gateway_tokens: [],
    ...values,
  };
}

const BLANKS = [
  'assigned_user_id',
  'website',
  'private_notes',
  'group_settings_id',
  'size_id',
  'public_notes',
  'address1',
  'address2',
  'phone',
  'city',
  'state',
  'postal_code',
  'industry_id',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
  'shipping_address1',
  'shipping_address2',
  'shipping_city',
  'shipping_state',
  'shipping_postal_code',
  'shipping_country_id',
  'vat_number',
  'id_number',
  'number',
  'routing_id',
  'classification',
];

/** One page of a list; `total` is what the server counts, by default what is on the page. */
export function rawPage(clients: readonly Raw[], { total = clients.length, page = 1, perPage = 1000 } = {}): Raw {
  return {
    data: clients,
    meta: {
      pagination: {
        total,
        count: clients.length,
        per_page: perPage,
        current_page: page,
        total_pages: Math.max(1, Math.ceil(total / perPage)),
        links: {},
      },
    },
  };
}
