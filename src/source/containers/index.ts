/** The formats that are read besides delimited text. */

import type { Container } from './container.js';

/** In the order in which they are asked. */
export const CONTAINERS: readonly Container[] = [];

export function findContainer(head: Buffer, text: string, name: string): Container | undefined {
  return CONTAINERS.find((container) => container.recognises(head, text, name));
}
