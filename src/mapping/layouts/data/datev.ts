import type { ProductData } from '../schema.js';

export const datev: ProductData = {
  product: 'datev',
  title: 'DATEV',
  source: 'developer.datev.de, DATEV-Format, Debitoren/Kreditoren, and its sample files',
  layouts: [
    {
      name: 'datev-debitors',
      title: 'DATEV Debitoren/Kreditoren',
      evidence: 'R',
      role: 'clients',
      file: { delimiter: ';', encoding: 'windows-1252', before: 'a line that begins with `EXTF` or `DTVF`' },
      detect: {
        required: [
          ['Konto'],
          ['Name (Adressattyp Unternehmen)', 'Name (Adressatentyp Unternehmen)'],
          ['Kurzbezeichnung', 'Adressattyp', 'Adressatentyp', 'EU-UStID', 'Ort'],
        ],
        typical: [
          'Name (Adressattyp natürl. Person)',
          'Vorname (Adressattyp natürl. Person)',
          'Adressattyp',
          'Kurzbezeichnung',
          'EU-Land',
          'EU-UStID',
          'Straße',
          'Postleitzahl',
          'Ort',
          'Land',
          'Telefon',
          'E-Mail',
          'Ansprechpartner',
        ],
      },
      mapping: {
        client: {
          'id_number': 'Konto',
          'name': {
            'first-of': [
              'Name (Adressattyp Unternehmen)',
              'Name (Adressatentyp Unternehmen)',
              {
                join: [
                  'Vorname (Adressattyp natürl. Person)',
                  'Name (Adressattyp natürl. Person)',
                  'Vorname (Adressatentyp natürl. Person)',
                  'Name (Adressatentyp natürl. Person)',
                ],
              },
              'Name (Adressattyp keine Angabe)',
              'Name (Adressatentyp keine Angabe)',
              'Kurzbezeichnung',
            ],
          },
          'vat_number': { join: ['EU-Land', { 'first-of': ['EU-UStID', 'EU-USt-IdNr.', 'EU-UStIdNr.'] }], with: '' },
          'website': 'Internet',
          'phone': 'Telefon',
          'address1': { 'first-of': ['Straße', 'Postfach'] },
          'address2': 'Adresszusatz',
          'city': 'Ort',
          'postal_code': 'Postleitzahl',
          'country_code': 'Land',
          // 0 stands where nothing was agreed.
          'settings.payment_terms': { map: 'Fälligkeit in Tagen (Debitor)', values: { 0: '' } },
        },
        contacts: [
          {
            first_name: {
              'first-of': ['Vorname (Adressattyp natürl. Person)', 'Vorname (Adressatentyp natürl. Person)'],
            },
            last_name: {
              'first-of': [
                'Name (Adressattyp natürl. Person)',
                'Name (Adressatentyp natürl. Person)',
                // Often with a salutation, so not taken apart.
                'Ansprechpartner',
              ],
            },
            email: 'E-Mail',
          },
        ],
        // Accounts from 70000 on (with as many digits more as the ledger has) are suppliers.
        skip: [{ column: 'Konto', pattern: '^[7-9]\\d{4,8}$', code: 'not-a-customer' }],
      },
    },
  ],
};
