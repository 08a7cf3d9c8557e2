import type { ProductData } from '../schema.js';

export const close: ProductData = {
  product: 'close',
  title: 'Close',
  source: 'five third-party readers of lead exports',
  layouts: [
    {
      name: 'close-leads',
      title: 'Close leads',
      evidence: 'T',
      role: 'clients',
      detect: {
        required: [
          ['display_name', 'lead_name'],
          ['id', 'lead_id'],
          ['status_label', 'primary_contact_name', 'primary_contact_primary_email'],
        ],
        typical: [
          'lead_name',
          'description',
          'url',
          'status_id',
          'status_label',
          'primary_contact_name',
          'primary_contact_first_name',
          'primary_contact_last_name',
          'primary_contact_primary_phone',
          'primary_contact_primary_email',
          'date_created',
          'date_updated',
        ],
      },
      mapping: {
        client: {
          id_number: { 'first-of': ['id', 'lead_id'] },
          name: { 'first-of': ['display_name', 'lead_name'] },
          website: 'url',
          phone: 'primary_contact_primary_phone',
          private_notes: 'description',
        },
        contacts: [
          {
            first_name: 'primary_contact_first_name',
            last_name: 'primary_contact_last_name',
            email: 'primary_contact_primary_email',
            phone: 'primary_contact_primary_phone',
          },
        ],
      },
    },
  ],
};
