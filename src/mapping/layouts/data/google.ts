import type { ProductData } from '../schema.js';

export const google: ProductData = {
  product: 'google',
  title: 'Google Contacts',
  source: 'files in the tests of Roundcube and of other readers',
  layouts: [
    {
      name: 'google-contacts',
      title: 'Google Contacts (since 2024)',
      evidence: 'T',
      role: 'contacts',
      detect: {
        required: [
          ['First Name'],
          ['Last Name'],
          ['E-mail 1 - Value', 'Phone 1 - Value'],
          ['Labels', 'File As', 'Organization Name', 'E-mail 1 - Label'],
        ],
        typical: [
          'Middle Name',
          'Phonetic First Name',
          'Name Prefix',
          'Nickname',
          'File As',
          'Organization Name',
          'Organization Title',
          'Birthday',
          'Notes',
          'Labels',
          'E-mail 1 - Label',
          'E-mail 1 - Value',
          'Phone 1 - Label',
          'Phone 1 - Value',
        ],
      },
      mapping: {
        // Whether an address is the company's or the person's is in a label that anybody may reword.
        client: { name: 'Organization Name' },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: { 'first-of': ['E-mail 1 - Value', 'E-mail 2 - Value', 'E-mail 3 - Value'] },
            phone: {
              'first-of': [
                { split: 'Phone 1 - Value', by: ' ::: ', part: 1 },
                { split: 'Phone 2 - Value', by: ' ::: ', part: 1 },
              ],
            },
          },
        ],
      },
      links: ['Organization Name'],
      person: {
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'File As', 'E-mail 1 - Value'] },
        classification: { constant: 'individual' },
        phone: { split: 'Phone 1 - Value', by: ' ::: ', part: 1 },
        website: { split: 'Website 1 - Value', by: ' ::: ', part: 1 },
        address1: { split: 'Address 1 - Street', by: '\n', part: 1 },
        address2: {
          join: [{ split: 'Address 1 - Street', by: '\n', part: 2 }, 'Address 1 - Extended Address'],
          with: ', ',
        },
        city: 'Address 1 - City',
        state: 'Address 1 - Region',
        postal_code: 'Address 1 - Postal Code',
        country_code: 'Address 1 - Country',
        private_notes: 'Notes',
      },
      match: ['email'],
    },
    {
      name: 'google-contacts-old',
      title: 'Google Contacts (until 2024)',
      evidence: 'R',
      role: 'contacts',
      detect: {
        required: [['Given Name'], ['Family Name'], ['E-mail 1 - Value', 'Phone 1 - Value']],
        typical: [
          'Name',
          'Additional Name',
          'Yomi Name',
          'Name Prefix',
          'Nickname',
          'Birthday',
          'Notes',
          'Group Membership',
          'E-mail 1 - Type',
          'E-mail 1 - Value',
          'Phone 1 - Type',
          'Phone 1 - Value',
          'Organization 1 - Name',
        ],
      },
      mapping: {
        // Whether an address is the company's or the person's is in a label that anybody may reword.
        client: { name: 'Organization 1 - Name' },
        contacts: [
          {
            first_name: 'Given Name',
            last_name: 'Family Name',
            email: { 'first-of': ['E-mail 1 - Value', 'E-mail 2 - Value', 'E-mail 3 - Value'] },
            phone: {
              'first-of': [
                { split: 'Phone 1 - Value', by: ' ::: ', part: 1 },
                { split: 'Phone 2 - Value', by: ' ::: ', part: 1 },
              ],
            },
          },
        ],
      },
      links: ['Organization 1 - Name'],
      person: {
        name: { 'first-of': ['Name', { join: ['Given Name', 'Family Name'] }, 'File As', 'E-mail 1 - Value'] },
        classification: { constant: 'individual' },
        phone: { split: 'Phone 1 - Value', by: ' ::: ', part: 1 },
        website: { split: 'Website 1 - Value', by: ' ::: ', part: 1 },
        address1: { split: 'Address 1 - Street', by: '\n', part: 1 },
        address2: {
          join: [{ split: 'Address 1 - Street', by: '\n', part: 2 }, 'Address 1 - Extended Address'],
          with: ', ',
        },
        city: 'Address 1 - City',
        state: 'Address 1 - Region',
        postal_code: 'Address 1 - Postal Code',
        country_code: 'Address 1 - Country',
        private_notes: 'Notes',
      },
      match: ['email'],
    },
  ],
};
