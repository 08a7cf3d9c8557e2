import type { ProductData } from '../schema.js';

export const chargebee: ProductData = {
  product: 'chargebee',
  title: 'Chargebee',
  source: 'names of the fields in its API; the headers of its exports are remembered only',
  layouts: [
    {
      name: 'chargebee-customers',
      title: 'Chargebee customers',
      evidence: 'M',
      role: 'clients',
      detect: {
        required: [['Customer Id'], ['Email'], ['Auto Collection', 'Net Term Days', 'Taxability']],
        typical: [
          'First Name',
          'Last Name',
          'Phone',
          'Company',
          'Auto Collection',
          'Net Term Days',
          'VAT Number',
          'Locale',
          'Preferred Currency Code',
          'Billing Address Line1',
          'Billing Address City',
          'Billing Address Zip',
        ],
      },
      mapping: {
        client: {
          'id_number': 'Customer Id',
          'name': {
            'first-of': ['Company', 'Billing Address Company', { join: ['First Name', 'Last Name'] }, 'Email'],
          },
          'vat_number': 'VAT Number',
          'phone': 'Phone',
          'address1': 'Billing Address Line1',
          'address2': { join: ['Billing Address Line2', 'Billing Address Line3'], with: ', ' },
          'city': 'Billing Address City',
          'state': 'Billing Address State',
          'postal_code': 'Billing Address Zip',
          'country_code': 'Billing Address Country',
          'settings.payment_terms': 'Net Term Days',
          'settings.currency_code': 'Preferred Currency Code',
          'settings.language_code': 'Locale',
        },
        contacts: [{ first_name: 'First Name', last_name: 'Last Name', email: 'Email', phone: 'Phone' }],
      },
    },
  ],
};
