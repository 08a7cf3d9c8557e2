import type { ProductData } from '../schema.js';

export const monday: ProductData = {
  product: 'monday',
  title: 'monday CRM',
  source: 'a third-party reader of board exports; the headers are remembered only',
  layouts: [
    {
      name: 'monday-contacts',
      title: 'monday CRM contacts board',
      evidence: 'M',
      role: 'contacts',
      file: { before: 'the name of the board and of its first group' },
      detect: {
        required: [['Name'], ['Subitems', 'Item ID (auto generated)'], ['Email']],
        typical: ['Phone', 'Company', 'Title', 'Type', 'Item ID (auto generated)'],
      },
      mapping: {
        client: { name: 'Company' },
        contacts: [
          {
            first_name: { 'first-name': 'Name' },
            last_name: { 'last-name': 'Name' },
            email: 'Email',
            phone: 'Phone',
          },
        ],
      },
      links: ['Company'],
      person: {
        id_number: 'Item ID (auto generated)',
        name: 'Name',
        classification: { constant: 'individual' },
        phone: 'Phone',
      },
    },
  ],
};
