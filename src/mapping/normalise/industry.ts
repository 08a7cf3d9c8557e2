/**
 * Industries of other products to the target's, where there is no doubt. What fits two of them, or none, is unknown: the
 * field only sorts clients, and a blank is better than a wrong one.
 */

import { INDUSTRIES } from '../data/industries.js';
import { foldWords } from './fold.js';
import { remember } from './memory.js';

/** Id of the target, and what HubSpot (`COMPUTER_SOFTWARE`), Salesforce, LinkedIn and Xing call it; compared folded. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  1: ['Accounting', 'Legal', 'Legal Services', 'Law Practice', 'Law', 'Rechtsberatung', 'Steuerberatung', 'Law firms'],
  2: ['Advertising Services', 'Werbung'],
  3: ['Airlines/Aviation & Aerospace', 'Aviation & Aerospace', 'Aerospace & Aviation', 'Luft- und Raumfahrt'],
  4: ['Farming', 'Dairy', 'Ranching', 'Fishery', 'Landwirtschaft', 'Agribusiness'],
  5: ['Automobile', 'Automotive Industry', 'Automobil', 'Automobilindustrie'],
  6: [
    'Banking',
    'Finance',
    'Financial Services',
    'Investment Banking',
    'Investment Management',
    'Capital Markets',
    'Banken',
    'Finanzdienstleistungen',
    'Finanzen',
    'Banking/Finance',
  ],
  7: ['Biotech', 'Biotechnologie'],
  8: ['Broadcast Media', 'Rundfunk'],
  11: ['Telecommunications', 'Telecom', 'Telekommunikation', 'Communication', 'Kommunikation'],
  10: ['Chemicals', 'Chemical', 'Chemie', 'Commodities'],
  12: [
    'Computer Software',
    'Computer Hardware',
    'Computer Networking',
    'Computer & Network Security',
    'Computer Games',
    'Information Technology & Services',
    'Information Technology',
    'Information Services & Technology',
    'IT',
    'IT Services',
    'Software',
    'Software Development',
    'Technology',
    'Hightech',
    'High Tech',
    'Semiconductors',
    'Internet',
    'EDV',
    'Computer',
    'Computers',
  ],
  13: ['Defense & Space', 'Defence', 'Military'],
  14: [
    'Oil & Energy',
    'Energie',
    'Renewables & Environment',
    'Renewable Energy',
    'Oil & Gas',
    'Utilities',
    'Energy & Utilities',
  ],
  15: ['Motion Pictures & Film', 'Music', 'Performing Arts', 'Unterhaltung'],
  16: [
    'Government Administration',
    'Government Relations',
    'Public Sector',
    'Public Administration',
    'Öffentliche Verwaltung',
    'Öffentlicher Dienst',
  ],
  17: [
    'Healthcare',
    'Health Care',
    'Hospital & Health Care',
    'Hospitals & Health Care',
    'Medical Devices',
    'Medical Practice',
    'Mental Health Care',
    'Gesundheitswesen',
    'Life Sciences',
  ],
  18: ['Versicherung', 'Versicherungen'],
  19: [
    'Machinery',
    'Mechanical or Industrial Engineering',
    'Electrical/Electronic Manufacturing',
    'Maschinenbau',
    'Produktion',
  ],
  20: ['Marketing & Advertising', 'Market Research', 'Marketing Services'],
  21: ['Media Production', 'Online Media', 'Publishing', 'Newspapers', 'Medien'],
  22: [
    'Nonprofit',
    'Non-profit',
    'Not For Profit',
    'Non-Profit Organization Management',
    'Nonprofit Organization Management',
    'Higher Education',
  ],
  23: ['Pharma', 'Pharmaceutical', 'Pharmaindustrie'],
  24: ['Consulting', 'Management Consulting', 'Professional Services', 'Unternehmensberatung', 'Beratung'],
  25: ['Commercial Real Estate', 'Immobilien', 'Property'],
  26: ['Retail', 'Wholesale', 'Einzelhandel', 'Großhandel', 'Handel', 'Retail & Consumer'],
  27: ['Sport'],
  28: [
    'Transportation/Trucking/Railroad',
    'Logistics & Supply Chain',
    'Logistics',
    'Transport',
    'Transportation & Logistics',
    'Shipping',
    'Maritime',
    'Package/Freight Delivery',
    'Logistik',
    'Transport und Logistik',
  ],
  29: ['Leisure, Travel & Tourism', 'Travel', 'Tourism', 'Luxury Goods & Jewelry', 'Tourismus', 'Travel & Tourism'],
  30: ['Sonstige', 'Sonstiges', 'Andere', 'Others', 'Autre', 'Otro', 'Altro'],
  31: ['Fotografie', 'Photographie', 'Fotografía'],
  32: ['Building & Construction', 'Bau', 'Baugewerbe', 'Bauwesen', 'Construction & Building'],
  33: ['Restaurants', 'Restaurant', 'Catering', 'Gastronomie', 'Food Service'],
};

const IDS: ReadonlyMap<string, string> = new Map([
  ...INDUSTRIES.map(([id]) => [id, id] as const),
  ...INDUSTRIES.map(([id, name]) => [foldWords(name), id] as const),
  ...Object.entries(ALIASES).flatMap(([id, names]) => names.map((name) => [foldWords(name), id] as const)),
]);

/** The target's industry id. Its ids (`12`) and names, and the other products' names for the same. */
export const industryId: (text: string) => string | undefined = remember((text) => IDS.get(foldWords(text)));
