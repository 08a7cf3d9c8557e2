import type { ProductData } from '../schema.js';

export const myob: ProductData = {
  product: 'myob',
  title: 'MYOB',
  source: 'three third-party readers of card files',
  layouts: [
    {
      name: 'myob-cards',
      title: 'MYOB customer cards',
      evidence: 'T',
      role: 'clients',
      file: { delimiter: '\t', before: 'a line with `{}`' },
      detect: {
        required: [['Co./Last Name'], ['First Name'], ['Card ID'], ['Addr 1 - Line 1', 'Addr 1 - City', 'Card Status']],
        typical: [
          'Card Status',
          'Addr 1 - Line 1',
          'Addr 1 - City',
          'Addr 1 - State',
          'Addr 1 - Postcode',
          'Addr 1 - Country',
          'Addr 1 - Phone # 1',
          'Addr 1 - Email',
          'Addr 1 - Contact Name',
          'A.B.N.',
        ],
      },
      mapping: {
        client: {
          id_number: { map: 'Card ID', values: { '*None': '' } },
          name: { join: ['First Name', 'Co./Last Name'] },
          vat_number: 'A.B.N.',
          website: 'Addr 1 - WWW',
          phone: 'Addr 1 - Phone # 1',
          address1: 'Addr 1 - Line 1',
          address2: { join: ['Addr 1 - Line 2', 'Addr 1 - Line 3', 'Addr 1 - Line 4'], with: ', ' },
          city: 'Addr 1 - City',
          state: 'Addr 1 - State',
          postal_code: 'Addr 1 - Postcode',
          country_code: 'Addr 1 - Country',
          shipping_address1: 'Addr 2 - Line 1',
          shipping_address2: { join: ['Addr 2 - Line 2', 'Addr 2 - Line 3', 'Addr 2 - Line 4'], with: ', ' },
          shipping_city: 'Addr 2 - City',
          shipping_state: 'Addr 2 - State',
          shipping_postal_code: 'Addr 2 - Postcode',
          shipping_country_code: 'Addr 2 - Country',
        },
        contacts: [
          {
            first_name: { 'first-name': 'Addr 1 - Contact Name' },
            last_name: { 'last-name': 'Addr 1 - Contact Name' },
            email: 'Addr 1 - Email',
            phone: { 'first-of': ['Addr 1 - Phone # 2', 'Addr 1 - Phone # 1'] },
          },
        ],
      },
    },
  ],
};
