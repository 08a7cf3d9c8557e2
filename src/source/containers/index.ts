/** The formats that are read besides delimited text. */

import type { Container } from './container.js';
import { IIF } from './iif.js';
import { JSON_FILE } from './json.js';
import { JSON_LINES } from './jsonl.js';
import { LDIF } from './ldif.js';
import { ODS } from './ods.js';
import { VCARD } from './vcard.js';
import { XLSX } from './xlsx.js';

/** In the order in which they are asked. */
const CONTAINERS: readonly Container[] = [XLSX, ODS, JSON_LINES, JSON_FILE, VCARD, LDIF, IIF];

export function findContainer(head: Buffer, text: string, name: string): Container | undefined {
  return CONTAINERS.find((container) => container.recognises(head, text, name));
}
