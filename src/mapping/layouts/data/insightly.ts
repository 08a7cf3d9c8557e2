import type { ProductData } from '../schema.js';

export const insightly: ProductData = {
  product: 'insightly',
  title: 'Insightly',
  source: 'support.insight.ly, importing overview; the headers are remembered only',
  layouts: [
    {
      name: 'insightly-contacts',
      title: 'Insightly contacts',
      evidence: 'M',
      role: 'contacts',
      detect: {
        required: [
          ['Record Id'],
          ['First Name'],
          ['Last Name'],
          ['Email Address'],
          ['Organization', 'Mailing Postal Code'],
        ],
        typical: [
          'Salutation',
          'Organization',
          'Title',
          'Phone',
          'Mobile Phone',
          'Mailing Street',
          'Mailing City',
          'Mailing Postal Code',
          'Mailing Country',
        ],
      },
      mapping: {
        client: { name: 'Organization' },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: 'Email Address',
            phone: { 'first-of': ['Phone', 'Mobile Phone'] },
          },
        ],
      },
      links: ['Organization'],
      person: {
        id_number: 'Record Id',
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'Email Address'] },
        classification: { constant: 'individual' },
        phone: { 'first-of': ['Phone', 'Mobile Phone'] },
        address1: 'Mailing Street',
        city: 'Mailing City',
        state: 'Mailing State',
        postal_code: 'Mailing Postal Code',
        country_code: 'Mailing Country',
      },
    },
  ],
};
