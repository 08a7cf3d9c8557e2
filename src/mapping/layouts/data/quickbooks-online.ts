import type { ProductData } from '../schema.js';

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
            first_name: { split: 'Full Name', by: ' ', part: 1 },
            last_name: { split: 'Full Name', by: ' ', part: 2, rest: true },
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
            first_name: { split: 'Name', by: ' ', part: 1 },
            last_name: { split: 'Name', by: ' ', part: 2, rest: true },
            email: 'Email',
          },
        ],
      },
      match: ['email'],
    },
  ],
};
