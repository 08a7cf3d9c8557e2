/** The headers that are known from real exports, where they are at hand, and the layout that each must be. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const HEADERS = path.resolve(import.meta.dirname, '../../../shared/formats/headers.json');

export interface Block {
  readonly id: string;
  readonly evidence: string;
  readonly columns: readonly string[];
}

export const hasBlocks: boolean = existsSync(HEADERS);

export const BLOCKS: readonly Block[] = hasBlocks
  ? (JSON.parse(readFileSync(HEADERS, 'utf8')) as readonly Block[])
  : [];

export const LAYOUT_OF_BLOCK: Readonly<Record<string, string>> = {
  'invoiceninja5.client_export': 'invoiceninja-clients',
  'invoiceninja5.contact_export': 'invoiceninja-contacts',
  'invoiceninja4.client_export': 'invoiceninja-v4-clients',
  'hubspot.companies': 'hubspot-companies',
  'hubspot.companies_properties': 'hubspot-companies',
  'hubspot.contacts': 'hubspot-contacts',
  'hubspot.contacts_associated': 'hubspot-contacts',
  'salesforce.data_export_account': 'salesforce-accounts',
  'salesforce.data_export_contact': 'salesforce-contacts',
  'salesforce.dataloader_account': 'salesforce-accounts',
  'salesforce.report_accounts': 'salesforce-accounts',
  'salesforce.report_contacts': 'salesforce-contacts',
  'salesforce.wizard_sample_accounts': 'salesforce-import-accounts',
  'pipedrive.organizations': 'pipedrive-organizations',
  'pipedrive.people': 'pipedrive-people',
  'zoho_crm.accounts': 'zoho-crm-accounts',
  'zoho_crm.contacts': 'zoho-crm-contacts',
  'zoho_books.contacts': 'zoho-books-contacts',
  'dynamics.accounts': 'dynamics-accounts',
  'dynamics.contacts': 'dynamics-contacts',
  'outlook.desktop_en': 'outlook-contacts',
  'outlook.com': 'outlook-com-contacts',
  'google.outlook_csv': 'google-outlook-contacts',
  'outlook.desktop_de_part': 'outlook-contacts',
  'google.contacts_2024': 'google-contacts',
  'google.contacts_old': 'google-contacts-old',
  'xero.contacts': 'xero-contacts',
  'qbo.customer_contact_list': 'quickbooks-online-contacts',
  'qbd.iif_cust': 'quickbooks-desktop-iif',
  'freshbooks.clients_new': 'freshbooks-clients',
  'freshbooks.clients_2021': 'freshbooks-clients',
  'wave.customers': 'wave-customers',
  'stripe.customers_2026': 'stripe-customers',
  'stripe.customers_old': 'stripe-customers',
  'odoo.partner_en': 'odoo-partners',
  'odoo.partner_o2m': 'odoo-partners',
  'odoo.partner_de': 'odoo-partners',
  'odoo.partner_technical': 'odoo-partners',
  'suitecrm.accounts': 'suitecrm-accounts',
  'suitecrm.contacts': 'suitecrm-contacts',
  'espocrm.accounts': 'espocrm-accounts',
  'espocrm.contacts': 'espocrm-contacts',
  'shopify.customers_2026': 'shopify-customers',
  'shopify.customers_2023': 'shopify-customers',
  'shopify.customers_2018': 'shopify-customers',
  'woocommerce.customers_report': 'woocommerce-customers',
  'mailchimp.audience': 'mailchimp-audience',
  'copper.full_export_people': 'copper-people',
  'copper.list_export_companies': 'copper-companies',
  'close.leads': 'close-leads',
  'harvest.clients': 'harvest-clients',
  'harvest.contacts': 'harvest-contacts',
  'sage50.customers': 'sage50-customers',
  'sage_accounting.customers': 'sage-accounting-customers',
  'myob.cards': 'myob-cards',
  'lexoffice.contacts_export': 'lexoffice-contacts',
  'lexoffice.contacts_import': 'lexoffice-contacts',
  'sevdesk.contacts': 'sevdesk-contacts',
  'datev.debkred': 'datev-debitors',
  'thunderbird.addressbook': 'thunderbird-contacts',
  'linkedin.connections': 'linkedin-connections',
  'invoicely.clients': 'invoicely-clients',
};

/** Headers that nobody has confirmed: never recognised, only hinted at. */
export const HINT_OF_BLOCK: Readonly<Record<string, string>> = {
  'qbo.customers_xls': 'quickbooks-online-customers',
  'chargebee.customers': 'chargebee-customers',
  'insightly.contacts': 'insightly-contacts',
  'freshsales.contacts': 'freshsales-contacts',
  'monday.contacts_board': 'monday-contacts',
};
