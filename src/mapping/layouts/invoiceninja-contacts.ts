/** The layout that `ninja-sync clients --csv` writes. */

import type { Layout } from '../layout.js';
import { layoutNamed } from './index.js';

export const invoiceninjaContacts: Layout = layoutNamed('invoiceninja-contacts');
