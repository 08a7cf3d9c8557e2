import type { ProductData } from '../schema.js';

/** A sub-customer or project stands as `Parent:Child`; a currency is written behind the name by hand. */
const UNCLEAR = [
  {
    pattern: ':',
    hint: 'It is a project or sub-customer of the customer before the colon, and becomes a client of its own. Delete the row if its parent is invoiced.',
  },
  {
    pattern: ' - [A-Z]{3}$',
    hint: 'The currency behind the name stays part of it; rename the customer if it shall not stand on invoices.',
  },
];

export const quickbooksOnline: ProductData = {
  product: 'quickbooks-online',
  title: 'QuickBooks Online',
  source: 'third-party readers of the customer contact list; community.intuit.com 1583081',
  layouts: [
    {
      name: 'quickbooks-online-contacts',
      title: 'QuickBooks Online customer contact list',
      evidence: 'T',
      role: 'clients',
      file: { before: 'company, title of the report, date and a blank', after: 'a total, or a line with the time' },
      detect: {
        required: [
          ['Customer', 'Customer full name'],
          ['Phone Numbers'],
          ['Billing Address', 'Bill address', 'Open Balance'],
          ['Email', 'Full Name'],
        ],
        typical: ['Email', 'Full Name', 'Billing Address', 'Open Balance', 'Currency'],
      },
      mapping: {
        client: {
          'name': { 'first-of': ['Customer', 'Customer full name'] },
          'phone': { 'strip-prefix': 'Phone:', 'from': { split: 'Phone Numbers', by: 'Mobile:', part: 1 } },
          // One cell with the whole address: taken apart it would be a guess.
          'address1': { 'first-of': ['Billing Address', 'Bill address'] },
          'shipping_address1': { 'first-of': ['Shipping Address', 'Ship address'] },
          'settings.currency_code': 'Currency',
        },
        contacts: [
          {
            first_name: { 'first-name': 'Full Name' },
            last_name: { 'last-name': 'Full Name' },
            email: 'Email',
          },
        ],
        skip: [
          {
            column: 'Customer',
            from: { 'first-of': ['Customer', 'Customer full name'] },
            pattern: '\\(deleted\\)$',
            code: 'deleted-in-source',
          },
        ],
        unclear: UNCLEAR.map((rule) => ({
          ...rule,
          column: 'Customer',
          from: { 'first-of': ['Customer', 'Customer full name'] },
        })),
      },
      match: ['email'],
    },
    {
      name: 'quickbooks-online-customers',
      title: 'QuickBooks Online customer list',
      evidence: 'M',
      role: 'clients',
      detect: {
        required: [['Name'], ['Company name'], ['Attachments', 'Open balance'], ['Zip', 'Street Address']],
        typical: ['Street Address', 'City', 'State', 'Country', 'Zip', 'Phone', 'Email', 'Attachments', 'Open balance'],
        forbidden: ['Record ID'],
      },
      mapping: {
        client: {
          name: { 'first-of': ['Company name', 'Name'] },
          phone: 'Phone',
          address1: 'Street Address',
          city: 'City',
          state: 'State',
          postal_code: 'Zip',
          country_code: 'Country',
        },
        contacts: [
          {
            first_name: { 'first-name': 'Name' },
            last_name: { 'last-name': 'Name' },
            email: 'Email',
          },
        ],
        skip: [{ column: 'Name', pattern: '\\(deleted\\)$', code: 'deleted-in-source' }],
        unclear: UNCLEAR.map((rule) => ({ ...rule, column: 'Name' })),
      },
      match: ['email'],
    },
  ],
};
