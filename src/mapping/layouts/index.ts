/** Every layout that is recognised without configuration. */

import type { Layout } from '../layout.js';
import { hubspotCompanies } from './hubspot-companies.js';
import { hubspotContacts } from './hubspot-contacts.js';
import { invoiceninjaClients } from './invoiceninja-clients.js';
import { invoiceninjaContacts } from './invoiceninja-contacts.js';
import { salesforceAccounts } from './salesforce-accounts.js';
import { salesforceContacts } from './salesforce-contacts.js';

export const LAYOUTS: readonly Layout[] = [
  invoiceninjaClients,
  invoiceninjaContacts,
  hubspotCompanies,
  hubspotContacts,
  salesforceAccounts,
  salesforceContacts,
];
