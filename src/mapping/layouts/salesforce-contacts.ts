import type { Layout } from '../layout.js';

export const salesforceContacts: Layout = {
  name: 'salesforce-contacts',
  title: 'Salesforce contacts',
  product: 'salesforce',
  role: 'contacts',
  detect: {
    required: [
      ['Id', 'Contact ID'],
      ['LastName', 'Last Name'],
      ['Email'],
      ['AccountId', 'Account ID', 'MailingStreet', 'Mailing Street', 'Account Name'],
    ],
    typical: [
      'IsDeleted',
      'AccountId',
      'Salutation',
      'FirstName',
      'LastName',
      'MailingStreet',
      'MailingCity',
      'MailingPostalCode',
      'MailingCountry',
      'Phone',
      'MobilePhone',
      'Email',
      'Title',
      'OwnerId',
      'CreatedDate',
      'SystemModstamp',
    ],
    forbidden: ['EmailID', 'Account Name.id', 'accountName', 'Name'],
  },
  mapping: {
    client: { id_number: { 'salesforce-id': { 'first-of': ['AccountId', 'Account ID'] } }, name: 'Account Name' },
    contacts: [
      {
        first_name: { 'first-of': ['FirstName', 'First Name'] },
        last_name: { 'first-of': ['LastName', 'Last Name'] },
        email: 'Email',
        phone: { 'first-of': ['Phone', 'MobilePhone', 'Mobile'] },
      },
    ],
    skip: [{ column: 'IsDeleted', values: ['1', 'true'], code: 'deleted-in-source' }],
  },
  links: [{ 'salesforce-id': { 'first-of': ['AccountId', 'Account ID'] } }, 'Account Name'],
  person: {
    id_number: { 'salesforce-id': { 'first-of': ['Id', 'Contact ID'] } },
    name: {
      'first-of': [
        { join: [{ 'first-of': ['FirstName', 'First Name'] }, { 'first-of': ['LastName', 'Last Name'] }] },
        'Email',
      ],
    },
    classification: { constant: 'individual' },
    phone: { 'first-of': ['Phone', 'MobilePhone', 'Mobile'] },
    address1: { split: { 'first-of': ['MailingStreet', 'Mailing Street'] }, by: '\n', part: 1 },
    address2: {
      join: [
        { split: { 'first-of': ['MailingStreet', 'Mailing Street'] }, by: '\n', part: 2 },
        { split: { 'first-of': ['MailingStreet', 'Mailing Street'] }, by: '\n', part: 3 },
      ],
      with: ', ',
    },
    city: { 'first-of': ['MailingCity', 'Mailing City'] },
    state: { 'first-of': ['MailingStateCode', 'MailingState', 'Mailing State/Province'] },
    postal_code: { 'first-of': ['MailingPostalCode', 'Mailing Zip/Postal Code'] },
    country_code: { 'first-of': ['MailingCountryCode', 'MailingCountry', 'Mailing Country'] },
  },
  source: 'Salesforce Data Export and Data Loader files (forcedotcom/dataloader)',
};
