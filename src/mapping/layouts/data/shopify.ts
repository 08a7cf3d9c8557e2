import type { ProductData } from '../schema.js';

export const shopify: ProductData = {
  product: 'shopify',
  title: 'Shopify',
  source: 'customers_export.csv of three generations, one of them as a real file',
  layouts: [
    {
      name: 'shopify-customers',
      title: 'Shopify customers',
      evidence: 'R',
      role: 'clients',
      file: { guards: 'an apostrophe before ids, phones and postal codes' },
      detect: {
        required: [
          ['First Name'],
          ['Last Name'],
          ['Email'],
          ['Accepts Email Marketing', 'Accepts Marketing'],
          ['Total Spent', 'Total Orders'],
        ],
        typical: [
          'Customer ID',
          'Accepts Email Marketing',
          'Default Address Company',
          'Default Address Address1',
          'Default Address City',
          'Default Address Country Code',
          'Default Address Zip',
          'Phone',
          'Accepts SMS Marketing',
          'Total Spent',
          'Total Orders',
          'Note',
          'Tax Exempt',
          'Tags',
        ],
      },
      mapping: {
        client: {
          id_number: 'Customer ID',
          name: { 'first-of': ['Default Address Company', 'Company', { join: ['First Name', 'Last Name'] }, 'Email'] },
          phone: { 'first-of': ['Phone', 'Default Address Phone'] },
          address1: { 'first-of': ['Default Address Address1', 'Address1'] },
          address2: { 'first-of': ['Default Address Address2', 'Address2'] },
          city: { 'first-of': ['Default Address City', 'City'] },
          state: { 'first-of': ['Default Address Province Code', 'Province Code', 'Province'] },
          postal_code: { 'first-of': ['Default Address Zip', 'Zip'] },
          country_code: { 'first-of': ['Default Address Country Code', 'Country Code', 'Country'] },
          private_notes: 'Note',
          is_tax_exempt: 'Tax Exempt',
        },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: 'Email',
            phone: { 'first-of': ['Phone', 'Default Address Phone'] },
          },
        ],
        apostropheGuard: true,
      },
    },
  ],
};
