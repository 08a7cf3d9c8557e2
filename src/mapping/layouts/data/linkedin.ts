import type { ProductData } from '../schema.js';

export const linkedin: ProductData = {
  product: 'linkedin',
  title: 'LinkedIn',
  source: 'a third-party reader of Connections.csv',
  layouts: [
    {
      name: 'linkedin-connections',
      title: 'LinkedIn connections',
      evidence: 'T',
      role: 'contacts',
      file: { before: 'notes' },
      detect: {
        required: [['First Name'], ['Last Name'], ['Connected On'], ['Email Address']],
        typical: ['URL', 'Company', 'Position', 'Connected On'],
      },
      mapping: {
        client: { name: 'Company' },
        contacts: [{ first_name: 'First Name', last_name: 'Last Name', email: 'Email Address' }],
      },
      links: ['Company'],
      person: {
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'Email Address'] },
        classification: { constant: 'individual' },
      },
      match: ['email'],
    },
  ],
};
