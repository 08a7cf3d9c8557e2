import type { ProductData } from '../schema.js';

export const harvest: ProductData = {
  product: 'harvest',
  title: 'Harvest',
  source: 'help.getharvest.com, the columns of its import',
  layouts: [
    {
      name: 'harvest-clients',
      title: 'Harvest clients',
      evidence: 'D',
      role: 'clients',
      detect: { required: [['Client Name'], ['Client Address']], typical: ['Client Currency'], only: true },
      mapping: {
        client: {
          'name': 'Client Name',
          'address1': { split: 'Client Address', by: '\n', part: 1 },
          'address2': {
            join: [
              { split: 'Client Address', by: '\n', part: 2 },
              { split: 'Client Address', by: '\n', part: 3 },
              { split: 'Client Address', by: '\n', part: 4 },
            ],
            with: ', ',
          },
          'settings.currency_code': 'Client Currency',
        },
        contacts: [],
        group: 'Client Name',
      },
      keys: ['Client Name'],
      match: ['email'],
    },
    {
      name: 'harvest-contacts',
      title: 'Harvest contacts',
      evidence: 'D',
      role: 'contacts',
      detect: {
        required: [['Client'], ['First Name'], ['Last Name'], ['Email'], ['Office Phone', 'Mobile Phone']],
        typical: ['Title', 'Office Phone', 'Mobile Phone', 'Fax'],
        only: true,
      },
      mapping: {
        client: { name: 'Client' },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: 'Email',
            phone: { 'first-of': ['Office Phone', 'Mobile Phone'] },
          },
        ],
      },
      links: ['Client'],
      person: {
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'Email'] },
        classification: { constant: 'individual' },
      },
      match: ['email'],
    },
  ],
};
