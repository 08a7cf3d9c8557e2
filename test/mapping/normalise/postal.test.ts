/** A postal code and its country. */

import { describe, expect, it } from 'vitest';
import { settlePostalCode } from '../../../src/mapping/normalise/postal.js';

describe('a postal code', () => {
  it.each([
    ['79098', 'DE', '79098'],
    ['D-80331', 'DE', '80331'],
    ['DE 80331', 'DE', '80331'],
    ['A-1010', 'AT', '1010'],
    ['LV-1010', 'LV', 'LV-1010'],
    ['D-80331', 'AT', 'D-80331'],
    ['TX 75218', 'US', 'TX 75218'],
    ['06652-1234', 'US', '06652-1234'],
    ['066521234', 'US', '066521234'],
    ['SW1A 1AA', 'GB', 'SW1A 1AA'],
    ['2826', 'GB', '2826'],
  ])('%s in %s is %s', (code, country, clean) => {
    expect(settlePostalCode(code, country)).toBe(clean);
  });

  it.each([
    ['1067', 'DE', '01067'],
    ['D-1067', 'DE', '01067'],
    ['501', 'US', '00501'],
    ['10', 'IT', '00010'],
    ['80.331', 'DE', '80331'],
    ['800', 'AU', '0800'],
    ['2108-1234', 'US', '02108-1234'],
    ['501-1234', 'US', '00501-1234'],
  ])('%s in %s has lost something and is %s', (code, country, clean) => {
    expect(settlePostalCode(code, country)).toMatchObject({ code: 'postal-code-padded', value: clean });
    expect(settlePostalCode(clean, country)).toBe(clean);
  });

  it.each([
    ['33', 'DE'],
    ['803311', 'DE'],
    ['0331', 'DE'],
    ['12', 'US'],
    ['801', 'CH'],
    ['12-1234', 'US'],
  ])('%s cannot be one in %s, and stays', (code, country) => {
    expect(settlePostalCode(code, country)).toMatchObject({ code: 'postal-code-suspect', value: code });
  });
});
