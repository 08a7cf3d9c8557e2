/** Two spellings of one value. */

import { describe, expect, it } from 'vitest';
import { isSamePhone, toE164 } from '../../src/mapping/phone-number.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import { isEdited } from '../../src/plan/edits.js';
import { isSameValue } from '../../src/plan/same-value.js';

describe('a phone number', () => {
  it.each([
    ['+49 30 123456', '030 / 123456', 'DE'],
    ['+49 30 123456', '0049 30 123456', ''],
    ['+49 (0)30 123456', '+49 30 12 34 56', ''],
    ['(303) 555-0142', '+1 303 555 0142', 'US'],
    ['+44 1632 960101', '01632 960101', 'GB'],
    ['+39 0583 990011', '0583 990011', 'IT'],
    ['030-123456', '030 123456', ''],
  ])('%s is %s in %j', (one, other, country) => {
    expect(isSamePhone(one, other, country)).toBe(true);
    expect(isSamePhone(other, one, country)).toBe(true);
  });

  it.each([
    ['+49 30 123456', '030 123456', ''],
    ['+49 30 123456', '030 123456', 'AT'],
    ['+49 30 123456', '+49 89 123456', 'DE'],
    ['+49 30 123456', '+49 30 123457', 'DE'],
    ['+1 303 555 0142 x752', '+1 303 555 0142', 'US'],
    ['12', '0012', 'DE'],
    ['Zentrale', 'Empfang', 'DE'],
  ])('%s is not %s in %j', (one, other, country) => {
    expect(isSamePhone(one, other, country)).toBe(false);
  });

  it('is written in its international form when a job asks for it, else left', () => {
    expect(toE164('030 / 123456', 'DE')).toBe('+4930123456');
    expect(toE164('0049 30 123456', undefined)).toBe('+4930123456');
    expect(toE164('030 / 123456', undefined)).toBeUndefined();
    expect(toE164('ask for Ada', 'DE')).toBeUndefined();
    expect(toE164('+1 303 555 0142 x752', 'US')).toBeUndefined();
  });
});

describe('the comparison', () => {
  it('knows a VAT id with blanks, and no other text with them', () => {
    expect(isSameValue('vat_number', 'DE 133 546 770', 'DE133546770', '')).toBe(true);
    expect(isSameValue('vat_number', 'DE133546771', 'DE133546770', '')).toBe(false);
    expect(isSameValue('city', 'Bad Homburg', 'BadHomburg', '')).toBe(false);
    expect(isSameValue('phone', '', '030 123456', 'DE')).toBe(false);
  });

  it('finds no edit in a number that somebody wrote otherwise', () => {
    expect(isEdited('phone', '030 123456', '+49 30 123456', 'DE')).toBe(false);
    expect(isEdited('phone', '030 123456', '+49 30 123457', 'DE')).toBe(true);
  });

  it('leaves the phone of a contact as it is held, and changes another one', () => {
    const held = {
      id: 'a',
      first_name: 'Ada',
      last_name: 'Byron',
      email: 'ada@example.org',
      phone: '+49 30 123456',
      custom_value1: '',
      custom_value2: '',
      custom_value3: '',
      custom_value4: '',
      is_primary: true,
      send_email: true,
    };
    const merge = (phone: string): unknown => {
      const merged = mergeContacts([held], [{ email: 'ada@example.org', phone }], {
        contacts: 'merge',
        complete: true,
        country: 'DE',
      });
      return 'changes' in merged ? merged.changes.map(({ kind }) => kind) : merged;
    };
    expect(merge('030 / 123456')).toEqual(['keep']);
    expect(merge('030 / 123457')).toEqual(['change']);
  });
});
