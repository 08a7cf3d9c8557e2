/** Which export a header belongs to. Columns are chosen by users, so characteristic subsets decide, never the whole row. */

import { foldHeader } from './header.js';
import type { Layout } from './layout.js';

export interface DetectedLayout {
  readonly layout: Layout;
  /** 0.6 (only what must be there) to 1 (everything that is usually there). */
  readonly confidence: number;
}

/** The layout that fits best, or `null`: what every layout requires is in the header, and nothing that it forbids. */
export function detectLayout(columns: readonly string[], layouts: readonly Layout[]): DetectedLayout | null {
  const present = new Set(columns.map(foldHeader));
  const has = (name: string): boolean => present.has(foldHeader(name));
  let best: DetectedLayout | null = null;
  for (const layout of layouts) {
    const { required, typical, forbidden = [] } = layout.detect;
    if (!required.every((spellings) => spellings.some(has)) || forbidden.some(has)) continue;
    const share = typical.filter(has).length / typical.length;
    const confidence = Math.round((0.6 + 0.4 * share) * 100) / 100;
    if (best === null || confidence > best.confidence) best = { layout, confidence };
  }
  return best;
}
