import type { ProductData } from '../schema.js';

export const quickbooksDesktop: ProductData = {
  product: 'quickbooks-desktop',
  title: 'QuickBooks Desktop',
  source: "the vendor's table of IIF keywords and third-party readers of customer lists",
  layouts: [
    {
      name: 'quickbooks-desktop-iif',
      title: 'QuickBooks Desktop customer list (IIF)',
      evidence: 'D',
      role: 'clients',
      file: { delimiter: '\t', encoding: 'windows-1252', before: 'other tables of the same file' },
      detect: {
        required: [['!CUST'], ['NAME'], ['BADDR1', 'REFNUM', 'COMPANYNAME']],
        typical: [
          'REFNUM',
          'TIMESTAMP',
          'BADDR1',
          'BADDR2',
          'BADDR3',
          'SADDR1',
          'PHONE1',
          'EMAIL',
          'TERMS',
          'COMPANYNAME',
          'FIRSTNAME',
          'LASTNAME',
          'HIDDEN',
        ],
      },
      mapping: {
        client: {
          'id_number': 'REFNUM',
          'name': { 'first-of': ['COMPANYNAME', 'NAME'] },
          'phone': 'PHONE1',
          // The lines as they are printed: the name is often the first, city and postal code share one.
          'address1': 'BADDR1',
          'address2': { join: ['BADDR2', 'BADDR3', 'BADDR4', 'BADDR5'], with: ', ' },
          'shipping_address1': 'SADDR1',
          'shipping_address2': { join: ['SADDR2', 'SADDR3', 'SADDR4', 'SADDR5'], with: ', ' },
          'private_notes': 'NOTEPAD',
          'settings.payment_terms': 'TERMS',
        },
        contacts: [{ first_name: 'FIRSTNAME', last_name: 'LASTNAME', email: 'EMAIL', phone: 'PHONE2' }],
        lifecycle: { from: 'HIDDEN', active: ['N'], inactive: ['Y'], deleted: [] },
        skip: [
          { column: '!CUST', pattern: '^(?!CUST$)', code: 'not-a-customer' },
          // Jobs of a customer: `Customer:Job`.
          { column: 'NAME', pattern: ':', code: 'not-a-customer' },
        ],
      },
    },
  ],
};
