import type { ProductData } from '../schema.js';

export const vcard: ProductData = {
  product: 'vcard',
  title: 'vCard',
  source:
    'RFC 2426, RFC 6350 and the vCard 2.1 specification, and cards of several programs in the tests of address book readers',
  layouts: [
    {
      name: 'vcard-cards',
      title: 'Contacts of Apple, Google, Outlook, Android and others (.vcf)',
      evidence: 'R',
      role: 'contacts',
      detect: {
        // The reader of cards writes these columns, see src/source/containers/vcard/columns.ts.
        required: [['KIND'], ['FN'], ['FN alone'], ['N.family'], ['ORG TEL'], ['ADR street']],
        typical: ['N.given', 'ORG', 'EMAIL', 'TEL work', 'TEL cell', 'ADR city', 'UID'],
      },
      mapping: {
        client: {
          name: 'ORG',
          phone: 'ORG TEL',
          website: 'ORG URL',
          address1: { split: 'ADR street', by: '\n', part: 1 },
          address2: {
            join: [{ split: 'ADR street', by: '\n', part: 2, rest: true }, 'ADR extended', 'ADR pobox'],
            with: ', ',
          },
          city: 'ADR city',
          state: 'ADR region',
          postal_code: 'ADR code',
          country_code: 'ADR country',
          private_notes: 'ORG NOTE',
        },
        contacts: [
          {
            first_name: { 'first-of': ['N.given', 'FN alone'] },
            last_name: 'N.family',
            email: { 'first-of': ['EMAIL', 'EMAIL 2', 'EMAIL 3'] },
            phone: { 'first-of': ['TEL work', 'TEL cell', 'TEL other', 'TEL home'] },
          },
        ],
      },
      links: ['ORG'],
      person: {
        name: { 'first-of': ['FN', { join: ['N.given', 'N.family'] }, 'EMAIL'] },
        classification: { constant: 'individual' },
        phone: { 'first-of': ['TEL cell', 'TEL home', 'TEL other', 'TEL work'] },
        website: 'URL',
        address1: { split: 'ADR street', by: '\n', part: 1 },
        address2: {
          join: [{ split: 'ADR street', by: '\n', part: 2, rest: true }, 'ADR extended', 'ADR pobox'],
          with: ', ',
        },
        city: 'ADR city',
        state: 'ADR region',
        postal_code: 'ADR code',
        country_code: 'ADR country',
        private_notes: 'NOTE',
      },
      match: ['email'],
    },
  ],
};
