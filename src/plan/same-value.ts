/**
 * Two spellings of one value: a phone number that is only written otherwise, a VAT id with other blanks. They are no
 * difference, since whoever wrote the one in Invoice Ninja meant the same: nothing is planned for them.
 */

import type { ClientField, ContactField } from '../mapping/fields.js';
import { compactVat } from '../mapping/normalise/vat.js';
import { isSamePhone } from '../mapping/phone-number.js';

/**
 * Asked only for texts that differ.
 *
 * @param country ISO alpha-2 of the client; `''`: not known
 */
export function isSameValue(field: ClientField | ContactField, one: string, other: string, country: string): boolean {
  if (one === '' || other === '') return false;
  if (field === 'phone') return isSamePhone(one, other, country);
  return field === 'vat_number' && compactVat(one) === compactVat(other);
}
