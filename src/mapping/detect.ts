/** Which export a header belongs to. Columns are chosen by users, so characteristic subsets decide, never the whole row. */

import type { Layout } from './layout.js';
import { localise, namingsOf } from './localise.js';
import type { Naming } from './localise.js';

export interface DetectedLayout {
  /** In the language of the header. */
  readonly layout: Layout;
  /** 0.6 (only what must be there) to 1 (everything that is usually there). */
  readonly confidence: number;
}

/**
 * The layout that fits best, or `null`: what every layout requires is in the header, and nothing that it forbids. Those
 * that are only remembered do not count: `hintLayout` names them for a person to decide.
 */
export function detectLayout(columns: readonly string[], layouts: readonly Layout[]): DetectedLayout | null {
  return findBest(
    columns,
    layouts.filter((layout) => layout.evidence !== 'M'),
  );
}

/** What an unrecognised header looks like, by layouts that nobody has confirmed. Never to be used without asking. */
export function hintLayout(columns: readonly string[], layouts: readonly Layout[]): DetectedLayout | null {
  return findBest(
    columns,
    layouts.filter((layout) => layout.evidence === 'M'),
  );
}

/** A layout that a job names, in the language of the header. */
export function layoutFor(columns: readonly string[], layout: Layout): Layout {
  return fit(columns, layout)?.layout ?? layout;
}

function findBest(columns: readonly string[], layouts: readonly Layout[]): DetectedLayout | null {
  let best: DetectedLayout | null = null;
  for (const layout of layouts) {
    const found = fit(columns, layout);
    if (found !== null && (best === null || found.confidence > best.confidence)) best = found;
  }
  return best;
}

/** The layout in the language in which most of its columns are there; `null` where it does not fit in any. */
function fit(columns: readonly string[], layout: Layout): DetectedLayout | null {
  const { required, typical, forbidden = [], only } = layout.detect;
  const [own, ...others] = namingsOf(layout, columns);
  if (own === undefined || forbidden.some((column) => own(column) !== undefined)) return null;
  let best: { readonly naming: Naming; readonly confidence: number } | null = null;
  for (const naming of [own, ...others]) {
    const has = (column: string): boolean => naming(column) !== undefined;
    if (!required.every((spellings) => spellings.some(has)) || forbidden.some(has)) continue;
    if (only === true && columns.length > new Set([...required.flat(), ...typical].filter(has)).size) continue;
    const confidence = Math.round((0.6 + (0.4 * typical.filter(has).length) / typical.length) * 100) / 100;
    if (best === null || confidence > best.confidence) best = { naming, confidence };
  }
  if (best === null) return null;
  const { naming, confidence } = best;
  return { layout: naming === own ? layout : localise(layout, naming), confidence };
}
