import { describe, expect, it } from 'vitest';
import { foldCompanyName } from '../../src/mapping/normalise/company-name.js';

describe('names of one company', () => {
  it.each([
    ['Müller & Söhne GmbH', 'MUELLER UND SOEHNE', 'Mueller & Soehne GmbH & Co. KG'],
    ['Harbour Lane Books Ltd.', 'Harbour Lane Books Limited', 'harbour-lane books'],
    ['Frutas del Sur S.L.', 'FRUTAS DEL SUR, SL', 'Frutas del Sur'],
    ['Zielony Młyn Sp. z o.o.', 'Zielony Mlyn sp z o. o.', 'zielony mlyn'],
    ['ООО «Ромашка»', 'Ромашка', '"РОМАШКА"'],
    ['株式会社さくら', 'さくら', 'さくら 株式会社'],
    ['Nordlys A/S', 'Nordlys', 'NORDLYS AS'],
    ['AG', 'ag', 'A.G.'],
  ])('%s, %s and %s are alike', (...names) => {
    expect(new Set(names.map(foldCompanyName)).size).toBe(1);
  });

  it.each([
    ['Acme North', 'Acme South'],
    ['Müller', 'Möller'],
    ['Company A', 'Company B'],
    ['Region 1 GmbH', 'Region 2 GmbH'],
  ])('%s and %s are not', (one, other) => {
    expect(foldCompanyName(one)).not.toBe(foldCompanyName(other));
  });

  it('a name without letters is nobody’s', () => {
    expect(foldCompanyName(' – ')).toBe('');
  });
});
