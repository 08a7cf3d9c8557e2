import type { ProductData } from '../schema.js';

export const invoicely: ProductData = {
  product: 'invoicely',
  title: 'Invoicely and Invoice2go',
  source: 'invoiceninja/invoiceninja, tests/Feature/Import/invoicely_clients.csv and i2g_clients.csv',
  layouts: [
    {
      name: 'invoicely-clients',
      title: 'Invoicely or Invoice2go clients',
      evidence: 'R',
      role: 'clients',
      detect: {
        required: [['Client Name'], ['Email'], ['Phone'], ['Country']],
        typical: ['Client Name', 'Email', 'Phone', 'Country'],
        only: true,
      },
      mapping: {
        client: { name: 'Client Name', phone: 'Phone', country_code: 'Country' },
        contacts: [{ email: 'Email', phone: 'Phone' }],
      },
      match: ['email'],
    },
  ],
};
