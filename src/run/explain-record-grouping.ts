/** Why several rows are one client, in sentences. The keys are those of `mapping/compile.ts`. */

import { namedColumns } from '../mapping/evaluate.js';
import type { Expression } from '../mapping/expression.js';
import type { Fragment } from '../mapping/fragment.js';
import { readHeader } from '../mapping/header.js';
import type { RowRef } from '../mapping/record.js';
import type { SourceFile } from './sources.js';

/** One sentence for each way in which rows belong together; none for a single row. */
export function describeGrouping(fragments: readonly Fragment[], sources: readonly SourceFile[]): readonly string[] {
  if (fragments.length < 2) return [];
  const nameRow = ({ file, line }: RowRef): string =>
    sources.length > 1 ? `${sources[file]?.profile.name}:${line}` : `${sources[file]?.profile.unit ?? 'line'} ${line}`;
  const ways = new Map<string, string[]>();
  for (const fragment of fragments) {
    const way = describeLink(fragment, fragments, sources) ?? describeKey(fragment, sources[fragment.row.file]);
    ways.set(way, [...(ways.get(way) ?? []), nameRow(fragment.row)]);
  }
  // One row has nothing to agree with but the contacts that point to it.
  return [...ways].map(([way, rows]) => `${rows.join(', ')}: ${rows.length === 1 && isOwn(way) ? OWN_ROW : way}`);
}

const OWN_ROW = "the client's own row.";
const SAME = 'rows of one client, since';

function isOwn(way: string): boolean {
  return way.startsWith(SAME);
}

/** Of a contact of another file: its link is one of the names of a company's row. */
function describeLink(
  { row, links }: Fragment,
  fragments: readonly Fragment[],
  sources: readonly SourceFile[],
): string | undefined {
  for (const [nth, link] of (links ?? []).entries()) {
    const company = link === '' ? undefined : fragments.find(({ names }) => names[nth] === link);
    if (company === undefined) continue;
    const contactColumn = showColumns(sources[row.file], (source) => source.layout?.links?.[nth]);
    const companyColumn = showColumns(sources[company.row.file], (source) => source.layout?.keys?.[nth]);
    return `a contact of the client, since ${contactColumn} is "${link}", as ${companyColumn} of the client's own row is.`;
  }
  return undefined;
}

function describeKey({ key, client }: Fragment, source: SourceFile | undefined): string {
  const value = key.slice(key.indexOf(':') + 1);
  if (key.startsWith('g:')) {
    const column = showColumns(source, ({ spec }) => spec.group ?? spec.parent?.name);
    return `${SAME} ${column} is "${value}" in each.`;
  }
  if (key.startsWith('i:')) return `${SAME} their id_number is "${client.id_number ?? value}".`;
  if (key.startsWith('l')) return `persons of one company, since what points to it is "${value}" in each.`;
  return `${SAME} they say exactly the same and have no id_number.`;
}

/** Those of the columns that the file has. */
function showColumns(source: SourceFile | undefined, pick: (source: SourceFile) => Expression | undefined): string {
  const expression = source === undefined ? undefined : pick(source);
  if (source === undefined || expression === undefined) return 'what names the client';
  const header = readHeader(source.profile.columns);
  return namedColumns(expression)
    .filter((column) => header.find(column) !== undefined)
    .map((column) => `"${column}"`)
    .join(' or ');
}
