import type { ProductData } from '../schema.js';

export const wave: ProductData = {
  product: 'wave',
  title: 'Wave',
  source: 'invoiceninja/invoiceninja, tests/Feature/Import/wave_clients.csv',
  layouts: [
    {
      name: 'wave-customers',
      title: 'Wave customers',
      evidence: 'R',
      role: 'clients',
      detect: {
        required: [['customer_name'], ['contact_first_name', 'contact_last_name', 'account_number'], ['email']],
        typical: [
          'contact_first_name',
          'contact_last_name',
          'customer_currency',
          'account_number',
          'toll_free',
          'province/state',
          'address_line_1',
          'postal_code/zip_code',
          'shipping_address',
          'ship-to_country',
          'delivery_instructions',
        ],
      },
      mapping: {
        client: {
          'id_number': 'account_number',
          'name': 'customer_name',
          'phone': 'phone',
          'website': 'website',
          'address1': 'address_line_1',
          'address2': 'address_line_2',
          'city': 'city',
          'state': 'province/state',
          'postal_code': 'postal_code/zip_code',
          'country_code': 'country',
          'shipping_address1': 'ship-to_address_line_1',
          'shipping_address2': 'ship-to_address_line_2',
          'shipping_city': 'ship-to_city',
          'shipping_state': 'ship-to_province/state',
          'shipping_postal_code': 'ship-to_postal_code/zip_code',
          'shipping_country_code': 'ship-to_country',
          'settings.currency_code': 'customer_currency',
          'public_notes': 'delivery_instructions',
        },
        contacts: [
          {
            first_name: 'contact_first_name',
            last_name: 'contact_last_name',
            email: 'email',
            phone: { 'first-of': ['mobile', 'phone'] },
          },
        ],
      },
    },
  ],
};
