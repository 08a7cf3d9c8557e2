/** What points from a person to its company: how it is compared, and what is wrong with it. */

import { foldKey } from '../plan/fold.js';
import { compileExpression } from './evaluate.js';
import type { Evaluator } from './evaluate.js';
import type { Expression } from './expression.js';
import type { Header } from './header.js';
import { cleanText } from './normalise/cell.js';
import { isScientific } from './normalise/damage.js';
import { addReject, addWarning, warnIfLost } from './read-field.js';
import type { RowRemarks } from './read-field.js';

/** As it is compared: without case, accents and superfluous blanks; `''` where there is none. */
export function foldLink(evaluator: Evaluator | undefined, cells: readonly string[]): string {
  if (evaluator === undefined) return '';
  const text = cleanText(evaluator.read(cells));
  return foldKey(/\s\s/.test(text) ? text.replaceAll(/\s+/g, ' ') : text);
}

/** A link that was lost makes a person of somebody who has a company; one that was rounded leads to a wrong one. */
export function checkLinks(
  links: readonly (Evaluator | undefined)[],
  texts: readonly string[],
  cells: readonly string[],
  remarks: RowRemarks,
): void {
  for (const [nth, link] of links.entries()) {
    const text = texts[nth] ?? '';
    if (link === undefined) continue;
    if (text === '') warnIfLost(remarks, link.column, link.read(cells));
    else if (isScientific(text)) {
      const hint = 'The last digits are lost; open the original export, not one saved by Excel.';
      addReject(remarks, link.column, 'damaged-key', link.read(cells), hint);
    }
  }
}

/** A cell with a list, of which the layout takes the first. */
export interface ListedLink {
  readonly list: Evaluator;
  readonly by: string;
}

export function compileSeveral(links: readonly Expression[], header: Header): readonly ListedLink[] {
  return links.flatMap((link) => {
    if (typeof link === 'string' || !('split' in link)) return [];
    const list = compileExpression(link.split, header);
    return list === undefined ? [] : [{ list, by: link.by }];
  });
}

/** A person of several companies is a contact of one client here: the others lack it. */
export function warnOfSeveral(links: readonly ListedLink[], cells: readonly string[], remarks: RowRemarks): void {
  for (const { list, by } of links) {
    const text = list.read(cells);
    if (!text.includes(by) || text.split(by).filter((part) => part.trim() !== '').length < 2) continue;
    const hint = 'The contact is put to the first company only; add a row for each of the others if they need it.';
    addWarning(remarks, list.column, 'several-companies', text, hint);
  }
}
