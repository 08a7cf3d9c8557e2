import type { ProductData } from '../schema.js';

export const odoo: ProductData = {
  product: 'odoo',
  title: 'Odoo',
  source: "Odoo's sample files, a German import file, and technical names of res.partner",
  layouts: [
    {
      name: 'odoo-partners',
      title: 'Odoo contacts (res.partner)',
      evidence: 'R',
      role: 'clients',
      detect: {
        required: [['Name'], ['Related Company'], ['Company Type', 'Is a company', 'Address Type']],
        typical: [
          'ID',
          'Company Type',
          'Is a company',
          'Address Type',
          'Street',
          'Street2',
          'City',
          'State',
          'ZIP',
          'Country',
          'Website',
          'Phone',
          'Mobile',
          'Email',
          'Tax ID',
        ],
      },
      languages: {
        technical: {
          'ID': 'id',
          'Name': 'name',
          'Is a company': 'is_company',
          'Related Company': 'parent_id',
          'State': 'state_id',
          'ZIP': 'zip',
          'Country': 'country_id',
          'Tax ID': 'vat',
          'Address Type': 'type',
          'Customer': 'customer',
          'Supplier': 'supplier',
          'Language': 'lang',
        },
        de: {
          'Name': 'Name',
          'Is a company': 'Ist ein Unternehmen',
          'Related Company': 'Verbundenes Unternehmen',
          'Street': 'Straße',
          'Street2': 'Straße2',
          'City': 'Stadt',
          'ZIP': 'PLZ',
          'Country': 'Land',
          'Tax ID': 'USt-IdNr.',
          'Phone': 'Telefon',
          'Mobile': 'Mobil',
          'Email': 'E-Mail',
          'Website': ['Websiten-Link', 'Website'],
        },
      },
      mapping: {
        client: {
          'id_number': { 'first-of': ['ID', 'External ID'] },
          'name': 'Name',
          'vat_number': { 'first-of': ['Tax ID', 'VAT'] },
          'website': 'Website',
          'phone': { 'first-of': ['Phone', 'Mobile'] },
          'address1': 'Street',
          'address2': 'Street2',
          'city': 'City',
          'state': 'State',
          'postal_code': 'ZIP',
          'country_code': 'Country',
          'settings.language_code': 'Language',
          'classification': {
            'first-of': [
              {
                map: 'Company Type',
                values: { Company: 'company', Individual: 'individual', Person: 'individual' },
                otherwise: '',
              },
              {
                map: 'Is a company',
                values: { 1: 'company', true: 'company', 0: 'individual', false: 'individual' },
                otherwise: '',
              },
            ],
          },
        },
        contacts: [{ email: 'Email', phone: { 'first-of': ['Mobile', 'Phone'] } }],
        group: 'Name',
        parent: {
          name: 'Related Company',
          client: { name: 'Related Company' },
          contacts: [
            {
              first_name: { split: 'Name', by: ' ', part: 1 },
              last_name: { split: 'Name', by: ' ', part: 2, rest: true },
              email: 'Email',
              phone: { 'first-of': ['Mobile', 'Phone'] },
            },
          ],
        },
        skip: [
          // Addresses of a company: the client has them already, or has no place for more.
          {
            column: 'Address Type',
            values: [
              'Invoice',
              'Invoice address',
              'Delivery',
              'Delivery address',
              'Shipping address',
              'Other',
              'Other address',
              'Private Address',
            ],
            code: 'not-a-customer',
          },
          {
            column: 'Supplier',
            from: {
              join: [
                { 'add-prefix': 'customer ', 'from': 'Customer' },
                { 'add-prefix': 'supplier ', 'from': 'Supplier' },
              ],
              with: ', ',
            },
            pattern: '^customer (?:false|0|no), supplier (?:true|1|yes)$',
            code: 'not-a-customer',
          },
        ],
      },
    },
  ],
};
