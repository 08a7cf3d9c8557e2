import type { ProductData } from '../schema.js';

export const hubspot: ProductData = {
  product: 'hubspot',
  title: 'HubSpot',
  source: 'exports of HubSpot portals; knowledge.hubspot.com/import-and-export/set-up-your-import-file',
  layouts: [
    {
      name: 'hubspot-companies',
      title: 'HubSpot companies',
      evidence: 'T',
      role: 'clients',
      detect: {
        required: [
          ['Record ID', 'Record ID - Company', 'Company ID'],
          ['Company name'],
          ['Company owner', 'Company Domain Name', 'Lifecycle Stage', 'Associated Contact'],
        ],
        typical: [
          'Company Domain Name',
          'Phone Number',
          'Street Address',
          'City',
          'State/Region',
          'Postal Code',
          'Country/Region',
          'Website URL',
          'Industry',
          'Company owner',
          'Create Date',
          'Last Activity Date',
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
    },
    {
      name: 'hubspot-contacts',
      title: 'HubSpot contacts',
      evidence: 'T',
      role: 'contacts',
      detect: {
        required: [
          ['Record ID', 'Record ID - Contact', 'Contact ID'],
          ['Email'],
          ['First Name'],
          ['Last Name'],
          [
            'Contact owner',
            'Lifecycle Stage',
            'Lead Status',
            'Associated Company',
            'Associated Company IDs',
            'Associated Company Domain',
          ],
        ],
        typical: [
          'Phone Number',
          'Mobile Phone Number',
          'Job Title',
          'Contact owner',
          'Lifecycle Stage',
          'Lead Status',
          'Create Date',
          'Last Activity Date',
          'Associated Company',
          'Company Name',
        ],
        forbidden: ['Company owner', 'Account Name.id', 'Contact Owner.id'],
      },
      mapping: {
        client: {
          name: { 'first-of': ['Associated Company', 'Company Name', 'Associated Company Domain'] },
        },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: 'Email',
            phone: { 'first-of': ['Phone Number', 'Mobile Phone Number'] },
          },
        ],
      },
      links: [
        {
          split: { 'first-of': ['Associated Company IDs', 'Record ID - Company', 'Associated Company ID'] },
          by: ';',
          part: 1,
        },
        'Associated Company Domain',
        { 'first-of': ['Associated Company', 'Company Name'] },
      ],
      person: {
        // Contacts and companies have number ranges of their own in HubSpot: the prefix keeps them apart.
        id_number: {
          'add-prefix': 'contact-',
          'from': { 'first-of': ['Record ID - Contact', 'Record ID', 'Contact ID'] },
        },
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'Email'] },
        classification: { constant: 'individual' },
        phone: { 'first-of': ['Phone Number', 'Mobile Phone Number'] },
        address1: 'Street Address',
        city: 'City',
        state: 'State/Region',
        postal_code: 'Postal Code',
        country_code: { 'first-of': ['Country/Region', 'Country'] },
      },
    },
  ],
};
