import type { ProductData } from '../schema.js';

export const woocommerce: ProductData = {
  product: 'woocommerce',
  title: 'WooCommerce',
  source: "the source of WooCommerce's analytics, customers report",
  layouts: [
    {
      name: 'woocommerce-customers',
      title: 'WooCommerce customers report',
      evidence: 'C',
      role: 'clients',
      detect: {
        required: [['Name'], ['Username'], ['Email'], ['AOV', 'Total Spend', 'Last Active']],
        typical: [
          'Last Active',
          'Sign Up',
          'Orders',
          'Total Spend',
          'AOV',
          'Country / Region',
          'City',
          'Region',
          'Postal Code',
        ],
      },
      mapping: {
        client: {
          name: { 'first-of': ['Name', 'Email'] },
          phone: 'Billing Phone',
          city: 'City',
          state: 'Region',
          postal_code: 'Postal Code',
          country_code: 'Country / Region',
        },
        contacts: [
          {
            first_name: { 'first-name': 'Name' },
            last_name: { 'last-name': 'Name' },
            email: 'Email',
            phone: 'Billing Phone',
          },
        ],
      },
      match: ['email'],
    },
  ],
};
