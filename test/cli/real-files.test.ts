/** Real exports, where they are at hand: what each is recognised as, and how many records its rows make. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { collectRecords } from '../../src/run/records.js';
import { openSources } from '../../src/run/sources.js';

const SAMPLES = path.resolve(import.meta.dirname, '../../../shared/samples');

/** Layout, rows, records, rejected rows, skipped rows; or the code of the error. */
type Expected = readonly [layout: string, rows: number, records: number, rejected: number, skipped: number] | string;

const EXPECTED: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  hubspot: {
    'dummy_hubspot_companies.csv': ['hubspot-companies', 200, 200, 0, 0],
    'dummy_hubspot_contacts.csv': ['hubspot-contacts', 950, 464, 0, 0],
  },
  salesforce: {
    'dataloader_accountData.csv': ['salesforce-accounts', 423, 423, 0, 0],
    'dataloader_csvEscapedQuotes.csv': 'columns-unmapped',
    'dataloader_csvtext_BOM_UTF16LE.csv': 'columns-unmapped',
    'dataloader_csvtext_BOM_UTF8.csv': 'columns-unmapped',
    'weekly_data_export_Account.csv': ['salesforce-accounts', 1, 1, 0, 0],
  },
  shopify: {
    'shopify_customer_import_template_rows.csv': ['shopify-customers', 2, 2, 0, 0],
  },
  odoo: {
    'mintsystem_res.partner_de.csv': ['odoo-partners', 10, 9, 0, 0],
  },
  google: {
    'rolomind_google_new_layout.csv': ['google-contacts', 4, 4, 0, 0],
  },
  addressbook: {
    'rolomind_linkedin_connections.csv': ['linkedin-connections', 5, 5, 0, 0],
    'roundcube_all.csv': ['dictionary', 1, 1, 0, 0],
    'roundcube_gmail.csv': ['google-contacts-old', 1, 1, 0, 0],
    'roundcube_outlook.csv': ['dictionary', 1, 1, 0, 0],
    'roundcube_tb_plain.csv': ['thunderbird-contacts', 1, 1, 0, 0],
    'thunderbird_export.csv': ['thunderbird-contacts', 2, 2, 0, 0],
    'thunderbird_utf16_addressbook.csv': ['thunderbird-contacts', 1, 1, 0, 0],
  },
  datev: {
    'datev_2024_EXTF_DebKred_Stamm.csv': ['datev-debitors', 4, 4, 0, 0],
  },
  invoiceninja: {
    'clients.csv': ['invoiceninja-v4-clients', 20, 20, 0, 0],
    'freshbooks_clients.csv': ['freshbooks-clients', 2, 2, 0, 0],
    'i2g_clients.csv': ['invoicely-clients', 2, 2, 0, 0],
    'invoicely_clients.csv': ['invoicely-clients', 2, 2, 0, 0],
    'wave_clients.csv': ['wave-customers', 4, 3, 1, 0],
    'zoho_contacts.csv': ['zoho-books-contacts', 5, 5, 0, 0],
  },
  transcribed: {
    'harvest_clients.csv': ['harvest-clients', 2, 2, 0, 0],
    'harvest_contacts.csv': ['harvest-contacts', 2, 2, 0, 0],
    'hubspot_companies_export.csv': ['hubspot-companies', 5, 4, 1, 0],
    'hubspot_contacts_export.csv': ['hubspot-contacts', 5, 4, 1, 0],
    'invoiceninja_v5_client_export_HEADER_ONLY.csv': 'file-header-only',
    'lexoffice_kontakte_cp1252.csv': ['lexoffice-contacts', 1, 1, 0, 0],
    'mailchimp_audience_export.csv': ['mailchimp-audience', 1, 1, 0, 0],
    'odoo_o2m_customers_contacts.csv': ['odoo-partners', 8, 4, 0, 3],
    'outlook_desktop_x500.csv': ['outlook-contacts', 2, 2, 0, 0],
    'quickbooks_desktop_customers_HEADER_ONLY.iif': 'file-header-only',
    'sevdesk_import_template_HEADER_ONLY.csv': 'file-header-only',
    'shopify_customers_export_2026.csv': ['shopify-customers', 2, 2, 0, 0],
    'stripe_customers_2026_HEADER_ONLY.csv': 'file-header-only',
    'xero_contacts_full_HEADER_ONLY.csv': 'file-header-only',
    'zoho_crm_Accounts_001.csv': ['zoho-crm-accounts', 2, 2, 0, 0],
    'zoho_crm_Contacts_001.csv': ['zoho-crm-contacts', 2, 2, 0, 0],
  },
  messy: {
    '01-facebook-leads-standard.csv': ['dictionary', 5, 5, 0, 0],
    '02-facebook-leads-messy-headers.csv': ['dictionary', 3, 2, 1, 0],
    '03-google-ads-leads.csv': ['dictionary', 3, 2, 1, 0],
    '04-google-ads-export-utf8.csv': ['dictionary', 3, 3, 0, 0],
    '05-excel-export.csv': ['dictionary', 3, 3, 0, 0],
    '06-agency-crm-export.csv': ['dictionary', 4, 4, 0, 0],
    '07-real-estate-crm.csv': ['dictionary', 3, 3, 0, 0],
    '08-broken-headers-typos.csv': 'columns-unmapped',
    '09-duplicate-headers.csv': ['dictionary', 2, 2, 0, 0],
    '10-mixed-date-formats.csv': ['dictionary', 3, 3, 0, 0],
    '11-international-names.csv': ['dictionary', 4, 4, 0, 0],
    '12-unicode-emoji.csv': ['dictionary', 3, 3, 0, 0],
    '13-mixed-languages.csv': ['dictionary', 3, 3, 0, 0],
    '14-blank-rows.csv': ['dictionary', 3, 2, 0, 1],
    '15-duplicate-rows.csv': ['dictionary', 5, 3, 0, 0],
    '16-messy-formatting.csv': ['dictionary', 3, 3, 0, 0],
    '17-formula-injection.csv': ['dictionary', 5, 5, 0, 0],
    '18-international-phones.csv': ['dictionary', 6, 6, 0, 0],
    '19-empty-columns.csv': ['dictionary', 3, 3, 0, 0],
    '20-tiny-two-row.csv': ['dictionary', 2, 2, 0, 0],
    '21-tab-separated.csv': ['dictionary', 2, 2, 0, 0],
    '22-trailing-commas.csv': ['dictionary', 2, 2, 0, 0],
    '23-quoted-fields-multiline.csv': ['dictionary', 2, 2, 0, 0],
    '24-salesforce-style.csv': ['dictionary', 3, 3, 0, 0],
    '25-hubspot-export.csv': ['hubspot-contacts', 3, 3, 0, 0],
    'tgourdel_shopify_customers_dirty.csv': ['dictionary', 300, 290, 6, 0],
  },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-real-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

async function readFile(file: string): Promise<Expected> {
  try {
    const sources = await openSources([file], null);
    const set = await collectRecords(sources, folder);
    try {
      let [records, rejected] = [0, set.rejectedRows];
      for (let group = 0; group < set.count; group += 1) {
        const { record, rejects } = set.assemble(group);
        rejected += new Set(rejects.map((reject) => reject.row)).size;
        if (record !== null) records += 1;
      }
      return [sources[0]?.layoutName ?? '', set.rows, records, rejected, set.skippedRows];
    } finally {
      set.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

describe.skipIf(!existsSync(SAMPLES))('real files', () => {
  const cases = Object.entries(EXPECTED).flatMap(([product, files]) =>
    Object.entries(files).map(([name, expected]) => [`${product}/${name}`, expected] as const),
  );

  it.each(cases)('%s', async (file, expected) => {
    expect(await readFile(path.join(SAMPLES, file))).toEqual(expected);
  });

  it.each(Object.keys(EXPECTED))('are all of %s', (product) => {
    expect(Object.keys(EXPECTED[product] ?? {}).sort()).toEqual(readdirSync(path.join(SAMPLES, product)).sort());
  });
});
