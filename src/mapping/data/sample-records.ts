/** What products put into every new account to look at: names and addresses that no real client has. */

export const SAMPLE_NAMES: ReadonlySet<string> = new Set([
  // Salesforce
  'GenePoint',
  'Burlington Textiles Corp of America',
  'Dickenson plc',
  'Edge Communications',
  'Express Logistics and Transport',
  'Grand Hotels & Resorts Ltd',
  'Pyramid Construction Inc.',
  'sForce',
  'United Oil & Gas Corp.',
  'United Oil & Gas, Singapore',
  'United Oil & Gas, UK',
  // HubSpot
  'Brian Halligan (Sample Contact)',
  'Maria Johnson (Sample Contact)',
  // Odoo
  'Azure Interior',
  'Deco Addict',
  'Gemini Furniture',
]);

export const SAMPLE_EMAILS: ReadonlySet<string> = new Set([
  'bh@hubspot.com',
  'emailmaria@hubspot.com',
  'coolrobot@hubspot.com',
]);
