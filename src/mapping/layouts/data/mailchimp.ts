import type { ProductData } from '../schema.js';

export const mailchimp: ProductData = {
  product: 'mailchimp',
  title: 'Mailchimp',
  source: 'five third-party readers of audience exports',
  layouts: [
    {
      name: 'mailchimp-audience',
      title: 'Mailchimp audience',
      evidence: 'T',
      role: 'contacts',
      detect: {
        required: [
          ['Email Address'],
          ['MEMBER_RATING', 'LEID', 'EUID'],
          ['OPTIN_TIME', 'CONFIRM_TIME', 'LAST_CHANGED'],
        ],
        typical: [
          'First Name',
          'Last Name',
          'MEMBER_RATING',
          'OPTIN_TIME',
          'OPTIN_IP',
          'CONFIRM_TIME',
          'TIMEZONE',
          'CC',
          'LAST_CHANGED',
          'LEID',
          'EUID',
          'NOTES',
        ],
        // People who have left.
        forbidden: ['UNSUB_TIME', 'CLEAN_TIME'],
      },
      mapping: {
        client: { name: { 'first-of': ['Company', 'Company Name', 'Organization'] } },
        contacts: [
          {
            first_name: 'First Name',
            last_name: 'Last Name',
            email: 'Email Address',
            phone: { 'first-of': ['Phone Number', 'Phone'] },
          },
        ],
      },
      links: [{ 'first-of': ['Company', 'Company Name', 'Organization'] }],
      person: {
        id_number: { 'first-of': ['EUID', 'LEID'] },
        name: { 'first-of': [{ join: ['First Name', 'Last Name'] }, 'Email Address'] },
        classification: { constant: 'individual' },
        phone: { 'first-of': ['Phone Number', 'Phone'] },
        // One cell with the whole address: taken apart it would be a guess.
        address1: 'Address',
      },
    },
  ],
};
