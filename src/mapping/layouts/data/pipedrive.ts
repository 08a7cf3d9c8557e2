import type { ProductData } from '../schema.js';
import { personName } from './person-name.js';

export const pipedrive: ProductData = {
  product: 'pipedrive',
  title: 'Pipedrive',
  source: 'six third-party readers of list exports, one of them with the whole list of organization columns',
  layouts: [
    {
      name: 'pipedrive-organizations',
      title: 'Pipedrive organizations',
      evidence: 'T',
      role: 'clients',
      detect: {
        required: [['Organization - Name'], ['Organization - ID', 'Organization - Owner', 'Organization - Address']],
        typical: [
          'Organization - ID',
          'Organization - Labels',
          'Organization - Owner',
          'Organization - Address',
          'Organization - City/town/village/locality of Address',
          'Organization - Country of Address',
          'Organization - ZIP/Postal code of Address',
          'Organization - Open deals',
          'Organization - Organization created',
          'Organization - Update time',
        ],
        forbidden: ['Person - ID', 'Person - Name', 'Deal - ID', 'Deal - Title'],
      },
      mapping: {
        client: {
          id_number: 'Organization - ID',
          name: 'Organization - Name',
          website: 'Organization - Website',
          address1: {
            'first-of': [
              { join: ['Organization - Street/road name of Address', 'Organization - House number of Address'] },
              'Organization - Full/combined address of Address',
              'Organization - Address',
            ],
          },
          city: 'Organization - City/town/village/locality of Address',
          state: { 'first-of': ['Organization - State/county of Address', 'Organization - Region of Address'] },
          postal_code: 'Organization - ZIP/Postal code of Address',
          country_code: 'Organization - Country of Address',
          industry_id: 'Organization - Industry',
          size_id: 'Organization - Number of employees',
        },
        contacts: [],
      },
      keys: ['Organization - ID', 'Organization - Name'],
    },
    {
      name: 'pipedrive-people',
      title: 'Pipedrive people',
      evidence: 'T',
      role: 'contacts',
      detect: {
        required: [
          ['Person - Name', 'Person - Last name'],
          ['Person - ID', 'Person - Organization', 'Person - Organization ID', 'Person - Owner'],
        ],
        typical: [
          'Person - ID',
          'Person - First name',
          'Person - Last name',
          'Person - Organization',
          'Person - Organization ID',
          'Person - Email - Work',
          'Person - Phone - Work',
          'Person - Phone - Mobile',
          'Person - Owner',
          'Person - Person created',
          'Person - Update time',
        ],
        forbidden: ['Deal - ID', 'Deal - Title'],
      },
      mapping: {
        client: { id_number: 'Person - Organization ID', name: 'Person - Organization' },
        contacts: [
          {
            ...personName('Person - First name', 'Person - Last name', 'Person - Name'),
            email: {
              'first-of': [
                'Person - Email - Work',
                'Person - Email',
                'Person - Email - Home',
                'Person - Email - Other',
              ],
            },
            phone: {
              'first-of': [
                'Person - Phone - Work',
                'Person - Phone - Mobile',
                'Person - Phone',
                'Person - Phone - Home',
                'Person - Phone - Other',
              ],
            },
          },
        ],
      },
      links: ['Person - Organization ID', 'Person - Organization'],
      person: {
        // Persons and organizations have number ranges of their own: the prefix keeps them apart.
        id_number: { 'add-prefix': 'person-', 'from': 'Person - ID' },
        name: { 'first-of': ['Person - Name', { join: ['Person - First name', 'Person - Last name'] }] },
        classification: { constant: 'individual' },
        phone: {
          'first-of': [
            'Person - Phone - Work',
            'Person - Phone - Mobile',
            'Person - Phone',
            'Person - Phone - Home',
            'Person - Phone - Other',
          ],
        },
        address1: { 'first-of': ['Person - Full/combined address of Postal address', 'Person - Postal address'] },
        city: 'Person - City/town/village/locality of Postal address',
        state: 'Person - State/county of Postal address',
        postal_code: 'Person - ZIP/Postal code of Postal address',
        country_code: 'Person - Country of Postal address',
        private_notes: 'Person - Notes',
      },
    },
  ],
};
