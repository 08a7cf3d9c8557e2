import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectLayout } from '../../src/mapping/detect.js';
import { foldHeader } from '../../src/mapping/header.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';

const HEADERS = path.resolve(import.meta.dirname, '../../../shared/formats/headers.json');

interface Block {
  readonly id: string;
  readonly product: string;
  readonly columns: readonly string[];
}

/** What each real header is; every other one is none of the layouts. */
const EXPECTED: Readonly<Record<string, string>> = {
  'invoiceninja5.client_export': 'invoiceninja-clients',
  'invoiceninja5.contact_export': 'invoiceninja-contacts',
  'hubspot.companies': 'hubspot-companies',
  'hubspot.companies_properties': 'hubspot-companies',
  'hubspot.contacts': 'hubspot-contacts',
  'hubspot.contacts_associated': 'hubspot-contacts',
  'salesforce.data_export_account': 'salesforce-accounts',
  'salesforce.data_export_contact': 'salesforce-contacts',
  'salesforce.dataloader_account': 'salesforce-accounts',
  'salesforce.report_accounts': 'salesforce-accounts',
  'salesforce.report_contacts': 'salesforce-contacts',
};

const nameOf = (columns: readonly string[]): string | undefined => detectLayout(columns, LAYOUTS)?.layout.name;

describe.skipIf(!existsSync(HEADERS))('real headers', () => {
  const blocks = existsSync(HEADERS) ? (JSON.parse(readFileSync(HEADERS, 'utf8')) as readonly Block[]) : [];

  it.each(blocks.map((block) => [block.id, block] as const))('%s', (id, block) => {
    expect(nameOf(block.columns)).toBe(EXPECTED[id]);
  });

  it('are told by their columns, whatever their order and case', () => {
    for (const { id, columns } of blocks.filter((block) => EXPECTED[block.id] !== undefined)) {
      expect(nameOf(columns.toReversed().map((column) => ` ${column.toUpperCase()}`))).toBe(EXPECTED[id]);
    }
  });
});

describe('a layout', () => {
  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))(
    '%s is found by what it usually has',
    (name, layout) => {
      const columns = [...layout.detect.required.map(([first]) => first ?? ''), ...layout.detect.typical];
      const found = detectLayout([...new Set(columns)], LAYOUTS);
      expect(found?.layout.name).toBe(name);
      expect(found?.confidence).toBe(1);
    },
  );

  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))(
    '%s is not found when a required column is missing, or a forbidden one is there',
    (name, layout) => {
      const { required, forbidden = [] } = layout.detect;
      for (const missing of required) {
        const lacking = new Set(missing.map(foldHeader));
        const columns = required.flat().filter((column) => !lacking.has(foldHeader(column)));
        expect(nameOf(columns)).not.toBe(name);
      }
      for (const column of forbidden) {
        expect(nameOf([...required.flat(), column])).not.toBe(name);
      }
    },
  );

  it('is nothing for a header that says too little', () => {
    expect(nameOf(['Name', 'Email', 'Phone'])).toBeUndefined();
    expect(nameOf([])).toBeUndefined();
  });
});
