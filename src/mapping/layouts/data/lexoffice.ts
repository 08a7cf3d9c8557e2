import type { ProductData } from '../schema.js';

export const lexoffice: ProductData = {
  product: 'lexoffice',
  title: 'Lexware Office (lexoffice)',
  source: 'support.lexoffice.de 2112664 and third-party readers',
  layouts: [
    {
      name: 'lexoffice-contacts',
      title: 'Lexware Office contacts',
      evidence: 'T',
      role: 'clients',
      file: { delimiter: ';', encoding: 'windows-1252' },
      detect: {
        required: [['Kundennummer'], ['Firmenname'], ['Straße 1', 'PLZ 1', 'E-Mail 1']],
        typical: [
          'Anrede',
          'Vorname',
          'Nachname',
          'Umsatzsteuer ID',
          'Straße 1',
          'PLZ 1',
          'Ort 1',
          'Land 1',
          'Telefon 1',
          'E-Mail 1',
        ],
      },
      mapping: {
        client: {
          id_number: 'Kundennummer',
          name: { 'first-of': ['Firmenname', { join: ['Vorname', 'Nachname'] }] },
          vat_number: 'Umsatzsteuer ID',
          phone: 'Telefon 1',
          address1: 'Straße 1',
          city: 'Ort 1',
          postal_code: 'PLZ 1',
          country_code: 'Land 1',
          shipping_address1: 'Straße 2',
          shipping_city: 'Ort 2',
          shipping_postal_code: 'PLZ 2',
          shipping_country_code: 'Land 2',
        },
        contacts: [
          {
            first_name: 'Vorname',
            last_name: 'Nachname',
            email: { 'first-of': ['E-Mail 1', 'E-Mail 2'] },
            phone: { 'first-of': ['Telefon 2', 'Telefon 1'] },
          },
          {
            first_name: 'Ansprechpartner 1 Vorname',
            last_name: 'Ansprechpartner 1 Nachname',
            email: 'Ansprechpartner 1 E-Mail',
            phone: 'Ansprechpartner 1 Telefon',
          },
        ],
        // A contact with a number as supplier and none as customer.
        skip: [
          {
            column: 'Lieferantennummer',
            from: {
              'first-of': [
                { 'add-prefix': 'customer ', 'from': 'Kundennummer' },
                { 'add-prefix': 'supplier ', 'from': 'Lieferantennummer' },
              ],
            },
            pattern: '^supplier ',
            code: 'not-a-customer',
          },
        ],
      },
    },
  ],
};
