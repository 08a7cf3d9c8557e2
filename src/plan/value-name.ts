/** A field's value as people read it: ids of industries and sizes by their names, everything else as it is. */

import type { ClientField, ContactField } from '../mapping/fields.js';
import { INDUSTRIES } from '../mapping/data/industries.js';
import { SIZES } from '../mapping/data/sizes.js';

const NAMES: Readonly<Partial<Record<ClientField | ContactField, ReadonlyMap<string, string>>>> = {
  industry_id: new Map(INDUSTRIES),
  size_id: new Map(SIZES.map(([id, name]) => [id, `${name} employees`])),
};

export function nameValue(field: ClientField | ContactField, value: string): string {
  return NAMES[field]?.get(value) ?? value;
}
