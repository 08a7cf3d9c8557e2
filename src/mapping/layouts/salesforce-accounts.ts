import type { Layout } from '../layout.js';

export const salesforceAccounts: Layout = {
  name: 'salesforce-accounts',
  title: 'Salesforce accounts',
  product: 'salesforce',
  role: 'clients',
  detect: {
    required: [
      ['Id', 'Account ID'],
      ['Name', 'Account Name'],
      ['BillingStreet', 'Billing Street', 'MasterRecordId', 'SystemModstamp', 'BillingCity', 'Billing City'],
    ],
    typical: [
      'IsDeleted', 'Type', 'BillingStreet', 'BillingCity', 'BillingPostalCode', 'BillingCountry', 'ShippingStreet', 'ShippingCity', 'Phone',
      'Website', 'Industry', 'OwnerId', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp',
    ],
    forbidden: ['Email', 'FirstName', 'LastName', 'First Name', 'Last Name', 'EmailID', 'emailAddress', 'Contact ID'],
  },
  mapping: {
    client: {
      'id_number': { 'salesforce-id': { 'first-of': ['Id', 'Account ID'] } },
      'name': { 'first-of': ['Name', 'Account Name'] },
      'phone': 'Phone',
      'website': 'Website',
      'address1': { split: { 'first-of': ['BillingStreet', 'Billing Street'] }, by: '\n', part: 1 },
      'address2': {
        join: [
          { split: { 'first-of': ['BillingStreet', 'Billing Street'] }, by: '\n', part: 2 },
          { split: { 'first-of': ['BillingStreet', 'Billing Street'] }, by: '\n', part: 3 },
        ],
        with: ', ',
      },
      'city': { 'first-of': ['BillingCity', 'Billing City'] },
      'state': { 'first-of': ['BillingStateCode', 'BillingState', 'Billing State/Province'] },
      'postal_code': { 'first-of': ['BillingPostalCode', 'Billing Zip/Postal Code'] },
      'country_code': { 'first-of': ['BillingCountryCode', 'BillingCountry', 'Billing Country'] },
      'shipping_address1': { split: { 'first-of': ['ShippingStreet', 'Shipping Street'] }, by: '\n', part: 1 },
      'shipping_address2': {
        join: [
          { split: { 'first-of': ['ShippingStreet', 'Shipping Street'] }, by: '\n', part: 2 },
          { split: { 'first-of': ['ShippingStreet', 'Shipping Street'] }, by: '\n', part: 3 },
        ],
        with: ', ',
      },
      'shipping_city': { 'first-of': ['ShippingCity', 'Shipping City'] },
      'shipping_state': { 'first-of': ['ShippingStateCode', 'ShippingState', 'Shipping State/Province'] },
      'shipping_postal_code': { 'first-of': ['ShippingPostalCode', 'Shipping Zip/Postal Code'] },
      'shipping_country_code': { 'first-of': ['ShippingCountryCode', 'ShippingCountry', 'Shipping Country'] },
      'industry_id': 'Industry',
      'size_id': { 'first-of': ['NumberOfEmployees', 'Employees'] },
      'private_notes': 'Description',
      'settings.currency_code': { 'first-of': ['CurrencyIsoCode', 'Account Currency'] },
    },
    contacts: [],
    skip: [
      { column: 'IsDeleted', values: ['1', 'true'], code: 'deleted-in-source' },
      { column: 'Type', values: ['Vendor', 'Partner', 'Competitor'], code: 'not-a-customer' },
    ],
  },
  keys: [{ 'salesforce-id': { 'first-of': ['Id', 'Account ID'] } }, { 'first-of': ['Name', 'Account Name'] }],
  source: 'Salesforce Data Export and Data Loader files (forcedotcom/dataloader)',
};
