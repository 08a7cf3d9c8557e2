import type { ProductData } from '../schema.js';

export const stripe: ProductData = {
  product: 'stripe',
  title: 'Stripe',
  source: 'third-party readers of customer exports',
  layouts: [
    {
      name: 'stripe-customers',
      title: 'Stripe customers',
      evidence: 'T',
      role: 'clients',
      detect: {
        required: [['id'], ['Email'], ['Created (UTC)'], ['Delinquent', 'Payment Count', 'Card ID']],
        typical: [
          'Description',
          'Name',
          'Delinquent',
          'Plan',
          'Status',
          'Total Spend',
          'Payment Count',
          'Refunded Volume',
          'Dispute Losses',
        ],
        // Those files hold card numbers.
        forbidden: ['CARD.NUMBER', 'Amount', 'Customer ID'],
      },
      mapping: {
        client: {
          'id_number': 'id',
          'name': { 'first-of': ['Name', 'Description', 'Email'] },
          'vat_number': 'Business Vat ID',
          'settings.currency_code': 'Currency',
        },
        contacts: [
          {
            first_name: { 'first-name': 'Name' },
            last_name: { 'last-name': 'Name' },
            email: 'Email',
          },
        ],
      },
    },
  ],
};
