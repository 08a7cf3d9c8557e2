import type { ProductData } from '../schema.js';
import { THUNDERBIRD_LANGUAGES } from './address-book-languages.js';

export const thunderbird: ProductData = {
  product: 'thunderbird',
  title: 'Thunderbird',
  source:
    'files in the tests of address book readers; the importer of Roundcube, with its header texts in many languages',
  layouts: [
    {
      name: 'thunderbird-contacts',
      title: 'Thunderbird address book',
      evidence: 'R',
      role: 'contacts',
      file: { encoding: 'UTF-8; older ones in the code page of the system' },
      detect: {
        required: [
          ['First Name'],
          ['Last Name'],
          ['Primary Email'],
          ['Organization'],
          ['Work Phone', 'Home Phone', 'Work Address', 'Home Address'],
        ],
        typical: [
          'Display Name',
          'Nickname',
          'Secondary Email',
          'Work Phone',
          'Home Phone',
          'Mobile Number',
          'Home Address',
          'Home City',
          'Home ZipCode',
          'Work Address',
          'Work City',
          'Work ZipCode',
          'Work Country',
          'Web Page 1',
          'Notes',
        ],
      },
      languages: THUNDERBIRD_LANGUAGES,
      mapping: {
        client: {
          name: 'Organization',
          address1: 'Work Address',
          address2: 'Work Address 2',
          city: 'Work City',
          state: 'Work State',
          postal_code: 'Work ZipCode',
          country_code: 'Work Country',
        },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: { 'first-of': ['Primary Email', 'Secondary Email'] },
            phone: { 'first-of': ['Work Phone', 'Mobile Number', 'Home Phone'] },
          },
        ],
      },
      links: ['Organization'],
      person: {
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'Display Name', 'Primary Email'] },
        classification: { constant: 'individual' },
        phone: { 'first-of': ['Mobile Number', 'Home Phone', 'Work Phone'] },
        website: 'Web Page 1',
        address1: 'Home Address',
        address2: 'Home Address 2',
        city: 'Home City',
        state: 'Home State',
        postal_code: 'Home ZipCode',
        country_code: 'Home Country',
        private_notes: 'Notes',
      },
      match: ['email'],
    },
  ],
};
