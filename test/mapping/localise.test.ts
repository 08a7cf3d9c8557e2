import { describe, expect, it } from 'vitest';
import { detectLayout } from '../../src/mapping/detect.js';
import type { Layout } from '../../src/mapping/layout.js';
import { layoutNamed } from '../../src/mapping/layouts/index.js';

/** A layout whose French calls the company and the surname the same. */
const LAYOUT: Layout = {
  name: 'a-layout',
  title: 'A layout',
  product: 'a',
  evidence: 'R',
  role: 'clients',
  detect: { required: [['Company'], ['Town']], typical: ['Surname'] },
  languages: {
    fr: { Company: 'Nom#1', Town: 'Ville', Surname: 'Nom#2' },
    de: { Company: ['Firma', 'Unternehmen'], Town: 'Ort' },
  },
  mapping: {
    client: { name: { 'first-of': ['Company', { join: ['Surname', 'Town'] }] }, city: 'Town' },
    contacts: [{ last_name: 'Surname' }],
    group: 'Company',
    skip: [{ column: 'Town', values: ['-'], code: 'not-a-customer' }],
  },
  keys: ['Company'],
  source: 'this test',
};

const localised = (columns: readonly string[]): Layout | undefined => detectLayout(columns, [LAYOUT])?.layout;

describe('a layout in the language of a header', () => {
  it('stays as it is where the header is in its own', () => {
    expect(localised(['Company', 'Town'])).toBe(LAYOUT);
  });

  it('is rewritten everywhere, in the spelling that is there', () => {
    expect(localised(['Unternehmen', 'ORT', 'Surname'])).toMatchObject({
      mapping: {
        client: { name: { 'first-of': ['Unternehmen', { join: ['Surname', 'Ort'] }] }, city: 'Ort' },
        contacts: [{ last_name: 'Surname' }],
        group: 'Unternehmen',
        skip: [{ column: 'Ort' }],
      },
      keys: ['Unternehmen'],
    });
  });

  it('tells columns of one name by their position, when all of them are there', () => {
    expect(localised(['Nom', 'Ville', 'Nom'])?.mapping.contacts).toEqual([{ last_name: 'Nom#2' }]);
  });

  it('does not guess which of them a single one is, nor a third', () => {
    expect(localised(['Nom', 'Ville'])).toBeUndefined();
    expect(localised(['Nom', 'Ville', 'Nom', 'Nom'])).toBeUndefined();
  });

  it('never mixes two languages', () => {
    expect(localised(['Firma', 'Ville'])).toBeUndefined();
    expect(localised(['Company', 'Ort'])).toBeUndefined();
  });

  it('takes the language that says more when two of them fit', () => {
    const invoiceninja = layoutNamed('invoiceninja-clients');
    const { fr = {} } = invoiceninja.languages ?? {};
    const columns = Object.values(fr)
      .flat()
      .map((name) => name.replace(/#\d$/, ''));
    const found = detectLayout(columns, [invoiceninja]);
    expect(found?.layout.mapping.client).toMatchObject({
      name: 'Nom#1',
      address1: 'Rue#1',
      shipping_address1: 'Rue#2',
    });
    expect(found?.layout.mapping.contacts[0]).toMatchObject({ last_name: 'Nom#2' });
  });
});
