import type { ProductData } from '../schema.js';

export const freshsales: ProductData = {
  product: 'freshsales',
  title: 'Freshsales',
  source: 'crmsupport.freshworks.com 50000002380; the headers are remembered only',
  layouts: [
    {
      name: 'freshsales-contacts',
      title: 'Freshsales contacts',
      evidence: 'M',
      role: 'contacts',
      detect: {
        required: [['Id'], ['First name'], ['Last name'], ['Emails'], ['Accounts', 'External ID', 'Zipcode']],
        typical: [
          'Job title',
          'Emails',
          'Work',
          'Mobile',
          'Accounts',
          'Address',
          'City',
          'State',
          'Zipcode',
          'Country',
          'External ID',
          'Tags',
          'Created at',
          'Updated at',
        ],
      },
      mapping: {
        client: { name: { split: 'Accounts', by: ';', part: 1 } },
        contacts: [
          {
            first_name: 'First name',
            last_name: 'Last name',
            email: 'Emails',
            phone: { 'first-of': ['Work', 'Mobile'] },
          },
        ],
      },
      links: [{ split: 'Accounts', by: ';', part: 1 }],
      person: {
        id_number: 'Id',
        name: { 'first-of': [{ join: ['First name', 'Last name'] }, 'Emails'] },
        classification: { constant: 'individual' },
        phone: { 'first-of': ['Work', 'Mobile'] },
        address1: 'Address',
        city: 'City',
        state: 'State',
        postal_code: 'Zipcode',
        country_code: 'Country',
      },
    },
  ],
};
