import { SIZES } from '../data/sizes.js';
import type { Layout } from '../layout.js';

/** The export writes the id of the size (1 to 6), which would read as a number of employees. */
const SIZE_LABELS = Object.fromEntries(SIZES);

export const invoiceninjaContacts: Layout = {
  name: 'invoiceninja-contacts',
  title: 'Invoice Ninja v5 contact export',
  product: 'invoiceninja',
  role: 'clients',
  detect: {
    required: [['Client Name'], ['Client Number'], ['Contact Email', 'Contact First Name', 'Contact Last Name']],
    typical: [
      'Client ID Number', 'Client VAT Number', 'Client Website', 'Client Street', 'Client City', 'Client Postal Code', 'Client Country',
      'Contact Phone', 'Contact First Name', 'Contact Last Name', 'Contact Email', 'Client Payment Terms', 'Client Currency',
    ],
  },
  mapping: {
    client: {
      'name': 'Client Name',
      'number': 'Client Number',
      'id_number': 'Client ID Number',
      'vat_number': 'Client VAT Number',
      'website': 'Client Website',
      'phone': 'Client Phone',
      'private_notes': 'Client Private Notes',
      'public_notes': 'Client Public Notes',
      'industry_id': 'Client Industry',
      'size_id': { map: 'Client Size', values: SIZE_LABELS },
      'address1': 'Client Street',
      'address2': 'Client Apt/Suite',
      'city': 'Client City',
      'state': 'Client State/Province',
      'postal_code': 'Client Postal Code',
      'country_code': 'Client Country',
      'shipping_address1': 'Client Shipping Street',
      'shipping_address2': 'Client Shipping Apt/Suite',
      'shipping_city': 'Client Shipping City',
      'shipping_state': 'Client Shipping State/Province',
      'shipping_postal_code': 'Client Shipping Postal Code',
      'shipping_country_code': 'Client Shipping Country',
      'settings.currency_code': 'Client Currency',
      'settings.payment_terms': 'Client Payment Terms',
      'custom_value1': 'Client Custom Value 1',
      'custom_value2': 'Client Custom Value 2',
      'custom_value3': 'Client Custom Value 3',
      'custom_value4': 'Client Custom Value 4',
      'classification': 'Client Classification',
    },
    contacts: [
      {
        first_name: 'Contact First Name',
        last_name: 'Contact Last Name',
        email: 'Contact Email',
        phone: 'Contact Phone',
        custom_value1: 'Contact Custom Value 1',
        custom_value2: 'Contact Custom Value 2',
        custom_value3: 'Contact Custom Value 3',
        custom_value4: 'Contact Custom Value 4',
      },
    ],
    group: { 'first-of': ['Client Number', 'Client Name'] },
  },
  match: ['number', 'id_number', 'email'],
  source: 'invoiceninja/invoiceninja, app/Export/CSV/ContactExport.php',
};
