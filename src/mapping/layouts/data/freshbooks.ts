import type { ProductData } from '../schema.js';

export const freshbooks: ProductData = {
  product: 'freshbooks',
  title: 'FreshBooks',
  source: 'invoiceninja/invoiceninja, tests/Feature/Import/freshbooks_clients.csv, and third-party readers',
  layouts: [
    {
      name: 'freshbooks-clients',
      title: 'FreshBooks clients',
      evidence: 'R',
      role: 'clients',
      detect: {
        required: [
          ['Organization'],
          ['First Name'],
          ['Last Name'],
          ['Email'],
          ['Province/State'],
          ['Address Line 1', 'Street'],
        ],
        typical: ['Phone', 'City', 'Province/State', 'Country', 'Postal Code', 'Notes'],
        forbidden: ['Account Number', 'Apt/Suite', 'Client Phone', 'ID Number', 'Record ID'],
      },
      mapping: {
        client: {
          name: { 'first-of': ['Organization', { join: ['First Name', 'Last Name'] }, 'Email'] },
          phone: 'Phone',
          address1: { 'first-of': ['Address Line 1', 'Street'] },
          address2: 'Address Line 2',
          city: 'City',
          state: 'Province/State',
          postal_code: 'Postal Code',
          country_code: 'Country',
          private_notes: 'Notes',
        },
        contacts: [{ first_name: 'First Name', last_name: 'Last Name', email: 'Email', phone: 'Phone' }],
      },
      match: ['email'],
    },
  ],
};
