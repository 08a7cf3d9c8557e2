/**
 * Every layout that is known without configuration. A product is a file in `data/` and a line here; the files hold no
 * code, and a mistake in one shows when the program starts.
 */

import { PRODUCTS } from './data/index.js';
import { productSchema } from './schema.js';
import type { Layout } from '../layout.js';

/** Hints among them are only used when a job names them. */
export const LAYOUTS: readonly Layout[] = PRODUCTS.flatMap((product) => {
  productSchema.parse(product);
  return product.layouts.map((layout) => ({ ...layout, product: product.product, source: product.source }));
});

/** @throws Error when there is none: for names that stand in the code */
export function layoutNamed(name: string): Layout {
  const layout = LAYOUTS.find((known) => known.name === name);
  if (layout === undefined) throw new Error(`there is no layout ${name}`);
  return layout;
}
