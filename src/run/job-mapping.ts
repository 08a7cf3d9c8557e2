/**
 * What a job says of a file, put over what its layout says.
 *
 * A file of persons has two kinds of rows: persons of a company, and persons who are clients themselves. The number of
 * a person is no number of the company: wherever a job sends that column, it goes there for the second kind only, in
 * the form in which the layout keeps it apart from the numbers of companies.
 */

import { SyncError } from '../errors.js';
import { nearestWord } from '../job/nearest.js';
import type { Job } from '../job/schema.js';
import { namedColumns } from '../mapping/evaluate.js';
import type { Expression } from '../mapping/expression.js';
import type { ClientField } from '../mapping/fields.js';
import { foldHeader, readHeader } from '../mapping/header.js';
import type { Layout } from '../mapping/layout.js';
import type { ClientColumns, MappingSpec } from '../mapping/spec.js';
import type { FileProfile } from '../source/profile.js';

/** @param layout `null`: the columns of the job, or names alone, say what goes where */
export function withJob(spec: MappingSpec, layout: Layout | null, job: Job | null): MappingSpec {
  if (job === null) return spec;
  const isPersonId = personIdOf(layout);
  const columns = Object.entries(job.columns).filter(([, expression]) => !isPersonId(expression));
  return {
    ...spec,
    client: { ...spec.client, ...Object.fromEntries(columns) },
    contacts: job.contacts ?? spec.contacts,
    ...(job.group === undefined ? {} : { group: job.group }),
    ...(job.conflicts === undefined ? {} : { conflicts: job.conflicts }),
    ...(job.lifecycle === undefined ? {} : { lifecycle: job.lifecycle }),
    ...(job.documents === undefined ? {} : { documents: job.documents }),
  };
}

/** The client's fields where a person is the client. */
export function personColumns(layout: Layout | null, job: Job | null): ClientColumns {
  const own = layout?.person ?? {};
  if (job === null || layout?.role !== 'contacts') return own;
  const isPersonId = personIdOf(layout);
  const columns: Partial<Record<ClientField, Expression>> = { ...own };
  for (const [name, expression] of Object.entries(job.columns)) {
    const field = name as ClientField;
    const known = own[field];
    if (isPersonId(expression)) columns[field] = own.id_number ?? expression;
    // `Company` is blank here: what the layout takes for a person fills the gap.
    else columns[field] = known === undefined ? expression : { 'first-of': [expression, known] };
  }
  return columns;
}

/** Whether an expression is the id of a person in this layout. */
function personIdOf(layout: Layout | null): (expression: Expression | undefined) => boolean {
  const id = layout?.role === 'contacts' ? layout.person?.id_number : undefined;
  const ids = new Set(id === undefined ? [] : namedColumns(id).map(foldHeader));
  return (expression) => {
    const named = expression === undefined ? [] : namedColumns(expression);
    return named.length > 0 && named.every((column) => ids.has(foldHeader(column)));
  };
}

/**
 * A job that names a layout counts on its id: without that column every client would be looked for by e-mail address.
 *
 * @throws SyncError `columns-unmapped` when the column is gone and the job says nothing else of it
 */
export function checkIdColumn(profile: FileProfile, layout: Layout, job: Job): void {
  const field = (['id_number', 'number'] as const).find((key) => idExpression(layout, key) !== undefined);
  if (field === undefined || job.ignore.includes(field) || job.columns[field] !== undefined) return;
  const header = readHeader(profile.columns);
  const expression = idExpression(layout, field);
  const named = expression === undefined ? [] : namedColumns(expression);
  // Where an export may come without it, the columns of earlier runs tell that it is gone.
  const [first] = layout.detect.required.find((spellings) => spellings.every((column) => named.includes(column))) ?? [];
  if (first === undefined || named.some((column) => header.find(column) !== undefined)) return;
  const near = nearestWord(first, profile.columns);
  throw new SyncError(
    'columns-unmapped',
    `${profile.name}: ${layout.title} finds its clients by "${first}", and there is no such column${near === undefined ? '' : `: is it "${near}" now?`}`,
    {
      hint: `Export it with that column. If clients shall be found by something else, write "ignore: [${field}]" and "match" into ${job.path}.`,
    },
  );
}

function idExpression(layout: Layout, field: 'id_number' | 'number'): Expression | undefined {
  return layout.mapping.client[field] ?? layout.person?.[field];
}
