import type { Layout } from '../layout.js';

export const hubspotCompanies: Layout = {
  name: 'hubspot-companies',
  title: 'HubSpot companies',
  product: 'hubspot',
  role: 'clients',
  detect: {
    required: [
      ['Record ID', 'Record ID - Company', 'Company ID'],
      ['Company name'],
      ['Company owner', 'Company Domain Name', 'Lifecycle Stage', 'Associated Contact'],
    ],
    typical: [
      'Company Domain Name', 'Phone Number', 'Street Address', 'City', 'State/Region', 'Postal Code', 'Country/Region', 'Website URL',
      'Industry', 'Company owner', 'Create Date', 'Last Activity Date',
    ],
    forbidden: ['Email', 'First Name', 'Last Name', 'Contact owner'],
  },
  mapping: {
    client: {
      id_number: { 'first-of': ['Record ID - Company', 'Record ID', 'Company ID'] },
      name: { 'first-of': ['Company name', 'Company Domain Name'] },
      website: { 'first-of': ['Website URL', 'Website', 'Company Domain Name'] },
      phone: 'Phone Number',
      address1: 'Street Address',
      address2: 'Street Address 2',
      city: 'City',
      state: 'State/Region',
      postal_code: 'Postal Code',
      country_code: { 'first-of': ['Country/Region', 'Country'] },
      industry_id: 'Industry',
      size_id: 'Number of Employees',
      private_notes: 'Description',
    },
    contacts: [],
    skip: [{ column: 'Type', values: ['Vendor', 'VENDOR'], code: 'not-a-customer' }],
  },
  keys: [{ 'first-of': ['Record ID - Company', 'Record ID', 'Company ID'] }, 'Company Domain Name', 'Company name'],
  source: 'exports of HubSpot portals; knowledge.hubspot.com/import-and-export/set-up-your-import-file',
};
