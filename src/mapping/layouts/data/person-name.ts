/** First and last name of a product that also exports both in one column, whichever of the columns a file has. */

import type { Expression } from '../../expression.js';

interface PersonName {
  readonly first_name: Expression;
  readonly last_name: Expression;
}

/** The whole name is taken apart only where neither of the other two is filled. */
export function personName(first: string, last: string, whole: string): PersonName {
  // What stands before the mark: nothing once a part of the name is there.
  const either: Expression = { 'add-prefix': MARK, 'from': { join: [first, last] } };
  const alone: Expression = { split: { join: [either, whole], with: '' }, by: MARK, part: 1 };
  return {
    first_name: { 'first-of': [first, { 'first-name': alone }] },
    last_name: { 'first-of': [last, { 'last-name': alone }] },
  };
}

/** No name has it. */
const MARK = '|';
