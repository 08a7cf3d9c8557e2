import { SIZES } from '../data/sizes.js';
import type { Layout } from '../layout.js';

/** The export writes the id of the size (1 to 6), which would read as a number of employees. */
const SIZE_LABELS = Object.fromEntries(SIZES);

export const invoiceninjaClients: Layout = {
  name: 'invoiceninja-clients',
  title: 'Invoice Ninja v5 client export',
  product: 'invoiceninja',
  role: 'clients',
  detect: {
    required: [['Name'], ['Number'], ['ID Number'], ['Client Phone', 'Client Size', 'Client Currency', 'Apt/Suite']],
    typical: [
      'VAT Number', 'Website', 'Private Notes', 'Public Notes', 'Street', 'Apt/Suite', 'City', 'State/Province', 'Postal Code',
      'Country', 'Shipping Street', 'Client Payment Terms', 'Contact Phone', 'First Name', 'Last Name', 'Email', 'Classification',
    ],
  },
  mapping: {
    client: {
      'name': 'Name',
      'number': 'Number',
      'id_number': 'ID Number',
      'vat_number': 'VAT Number',
      'website': 'Website',
      'phone': 'Client Phone',
      'private_notes': 'Private Notes',
      'public_notes': 'Public Notes',
      'industry_id': 'Industry',
      'size_id': { map: 'Client Size', values: SIZE_LABELS },
      'address1': 'Street',
      'address2': 'Apt/Suite',
      'city': 'City',
      'state': 'State/Province',
      'postal_code': 'Postal Code',
      'country_code': 'Country',
      'shipping_address1': 'Shipping Street',
      'shipping_address2': 'Shipping Apt/Suite',
      'shipping_city': 'Shipping City',
      'shipping_state': 'Shipping State/Province',
      'shipping_postal_code': 'Shipping Postal Code',
      'shipping_country_code': 'Shipping Country',
      'settings.currency_code': 'Client Currency',
      'settings.payment_terms': 'Client Payment Terms',
      'custom_value1': 'Custom Value 1',
      'custom_value2': 'Custom Value 2',
      'custom_value3': 'Custom Value 3',
      'custom_value4': 'Custom Value 4',
      'classification': 'Classification',
    },
    contacts: [
      {
        first_name: 'First Name',
        last_name: 'Last Name',
        email: 'Email',
        phone: 'Contact Phone',
        custom_value1: 'Contact Custom Value 1',
        custom_value2: 'Contact Custom Value 2',
        custom_value3: 'Contact Custom Value 3',
        custom_value4: 'Contact Custom Value 4',
      },
    ],
    // `Number` is unique and always there; `ID Number` is the client's registration number and often blank.
    group: 'Number',
  },
  keys: ['Number', 'Name'],
  match: ['number', 'id_number', 'email'],
  source: 'invoiceninja/invoiceninja, app/Export/CSV/ClientExport.php',
};
