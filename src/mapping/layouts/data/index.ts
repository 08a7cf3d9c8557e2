/** The products, the most common ones first: of two that fit a header equally well the first is taken. */

import type { ProductData } from '../schema.js';
import { chargebee } from './chargebee.js';
import { close } from './close.js';
import { copper } from './copper.js';
import { datev } from './datev.js';
import { dynamics } from './dynamics.js';
import { espocrm } from './espocrm.js';
import { freshbooks } from './freshbooks.js';
import { freshsales } from './freshsales.js';
import { google } from './google.js';
import { harvest } from './harvest.js';
import { hubspot } from './hubspot.js';
import { insightly } from './insightly.js';
import { invoicely } from './invoicely.js';
import { invoiceninja } from './invoiceninja.js';
import { lexoffice } from './lexoffice.js';
import { linkedin } from './linkedin.js';
import { mailchimp } from './mailchimp.js';
import { monday } from './monday.js';
import { myob } from './myob.js';
import { odoo } from './odoo.js';
import { outlook } from './outlook.js';
import { pipedrive } from './pipedrive.js';
import { quickbooksDesktop } from './quickbooks-desktop.js';
import { quickbooksOnline } from './quickbooks-online.js';
import { sage } from './sage.js';
import { salesforce } from './salesforce.js';
import { sevdesk } from './sevdesk.js';
import { shopify } from './shopify.js';
import { stripe } from './stripe.js';
import { suitecrm } from './suitecrm.js';
import { thunderbird } from './thunderbird.js';
import { vcard } from './vcard.js';
import { wave } from './wave.js';
import { woocommerce } from './woocommerce.js';
import { xero } from './xero.js';
import { zohoBooks } from './zoho-books.js';
import { zohoCrm } from './zoho-crm.js';

export const PRODUCTS: readonly ProductData[] = [
  invoiceninja,
  hubspot,
  salesforce,
  pipedrive,
  zohoCrm,
  zohoBooks,
  dynamics,
  outlook,
  google,
  thunderbird,
  vcard,
  linkedin,
  xero,
  quickbooksOnline,
  quickbooksDesktop,
  freshbooks,
  wave,
  stripe,
  shopify,
  woocommerce,
  mailchimp,
  odoo,
  suitecrm,
  espocrm,
  copper,
  close,
  harvest,
  sage,
  myob,
  lexoffice,
  sevdesk,
  datev,
  invoicely,
  chargebee,
  insightly,
  freshsales,
  monday,
];
