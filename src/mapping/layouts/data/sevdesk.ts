import type { ProductData } from '../schema.js';

export const sevdesk: ProductData = {
  product: 'sevdesk',
  title: 'sevDesk',
  source: 'a third-party reader of contact exports',
  layouts: [
    {
      name: 'sevdesk-contacts',
      title: 'sevDesk contacts',
      evidence: 'T',
      role: 'clients',
      file: { delimiter: ';' },
      detect: {
        required: [['Kunden-Nr.'], ['Organisation'], ['Nachname'], ['Umsatzsteuer-ID', 'Namenszusatz', 'Kategorie']],
        typical: [
          'Anrede',
          'Titel',
          'Vorname',
          'Namenszusatz',
          'Kategorie',
          'Umsatzsteuer-ID',
          'Strasse',
          'PLZ',
          'Ort',
          'Land',
          'Adress-Kategorie',
          'Telefon',
          'E-Mail',
          'Webseite',
          'Debitoren/Kreditoren-Nr.',
        ],
      },
      mapping: {
        client: {
          id_number: 'Kunden-Nr.',
          name: { 'first-of': ['Organisation', { join: ['Vorname', 'Nachname'] }] },
          vat_number: 'Umsatzsteuer-ID',
          website: 'Webseite',
          phone: 'Telefon',
          address1: 'Strasse',
          city: 'Ort',
          postal_code: 'PLZ',
          country_code: 'Land',
          private_notes: 'Beschreibung',
        },
        contacts: [
          {
            first_name: 'Vorname',
            last_name: 'Nachname',
            email: 'E-Mail',
            phone: { 'first-of': ['Mobil', 'Telefon'] },
          },
        ],
        skip: [{ column: 'Kategorie', values: ['Lieferant', 'Partner'], code: 'not-a-customer' }],
      },
    },
  ],
};
