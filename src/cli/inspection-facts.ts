/** What inspecting files found, in words: the same sentences for a terminal and for the page. */

import type { FileInspection, Inspection, Join } from '../run/inspect.js';
import type { InspectedColumn, RecognisedLayout } from '../run/inspect-file.js';
import type { Problem } from '../run/inspect-problems.js';
import { SURE_SCORE } from '../mapping/suggest.js';
import type { FileProfile } from '../source/profile.js';
import { EVIDENCE } from './layouts-page.js';
import { plural, showBytes } from './text.js';

export interface Fact {
  readonly term: string;
  readonly text: string;
}

const FORMATS: Readonly<Partial<Record<FileProfile['format'], string>>> = {
  csv: 'delimited text (CSV)',
  xlsx: 'Excel workbook (XLSX)',
  ods: 'OpenDocument workbook (ODS)',
  json: 'JSON',
  jsonl: 'JSON lines',
  vcard: 'address book (vCard)',
  ldif: 'directory export (LDIF)',
  iif: 'QuickBooks list (IIF)',
};

const DELIMITERS: Readonly<Record<FileProfile['delimiter'], string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};

const LINE_ENDS: Readonly<Record<FileProfile['lineEnd'], string>> = {
  lf: 'LF',
  crlf: 'CRLF',
  cr: 'CR',
  mixed: 'mixed',
};

export function describeFile(file: FileInspection): readonly Fact[] {
  const { profile, layout, hint } = file;
  const { format, sheet, encoding, bom, delimiter, quote, lineEnd } = profile;
  return [
    { term: 'format', text: `${FORMATS[format] ?? format}${sheet === undefined ? '' : `, sheet "${sheet}"`}` },
    ...(format === 'csv'
      ? [
          {
            term: 'encoding',
            text: `${encoding}${bom ? ' with byte order mark' : ''}, line ends ${LINE_ENDS[lineEnd]}`,
          },
          { term: 'delimiter', text: `${DELIMITERS[delimiter]}, quote ${quote}` },
        ]
      : []),
    { term: 'header', text: describeHeader(profile) },
    ...(layout === null
      ? [{ term: 'layout', text: 'not known: columns are taken by their names' }]
      : describeLayout(layout)),
    ...(hint === null
      ? []
      : [
          {
            term: 'perhaps',
            text: `${hint.title}: if it is, write "layout: ${hint.name}" under source in the job, and look at each field`,
          },
        ]),
    { term: 'rows', text: describeCounts(file.counts) },
    ...(profile.partial
      ? [{ term: 'part', text: 'rejected rows that were corrected: nobody who is not in it is missing' }]
      : []),
  ];
}

function describeHeader({ headerLine, preambleLines, footerLines, unit, columns }: FileProfile): string {
  const around = [
    ...(preambleLines > 0 ? [`${plural(preambleLines, unit)} before it`] : []),
    ...(footerLines > 0 ? [`${plural(footerLines, unit)} at the end ${footerLines === 1 ? 'is' : 'are'} no rows`] : []),
  ];
  const where = headerLine === 0 ? 'none of its own' : `${unit} ${headerLine}`;
  return [`${where}, ${plural(columns.length, 'column')}`, ...around].join('; ');
}

function describeLayout({ title, name, confidence, evidence, by, usual }: RecognisedLayout): readonly Fact[] {
  return [
    { term: 'layout', text: `${title} (${name}), confidence ${confidence}` },
    {
      term: 'because',
      text: `it has ${by.map((column) => `"${column}"`).join(', ')} and ${usual.found} of the ${usual.of} usual columns; known from ${EVIDENCE[evidence]}`,
    },
  ];
}

function describeCounts({ rows, rejects, skipped, warnings }: FileInspection['counts']): string {
  return `${rows} read: ${rejects} rejected, ${skipped} skipped; ${plural(warnings, 'warning')}`;
}

/** `client.name`, `contact.email? (0.6)` where it is not sure, `—` where it goes nowhere. */
export function describeField({ proposed, score }: InspectedColumn): string {
  if (proposed === null) return '—';
  return score >= SURE_SCORE ? proposed : `${proposed}? (${score})`;
}

/** `lines 3, 7, 9 and 12 more` */
export function describePlaces({ rows, lines }: Problem, { unit }: FileProfile): string {
  const more = rows > lines.length ? ` and ${rows - lines.length} more` : '';
  return `${rows === 1 ? unit : `${unit}s`} ${lines.join(', ')}${more}`;
}

export function describeJoin({ contacts, companies, by, orphans }: Join): string {
  const words = by.map(({ link, key }) => `"${link}" = "${key}"`);
  if (words.length === 0)
    return `${contacts}: none of its columns says which company of ${companies} a contact belongs to.`;
  const lost = orphans === 0 ? 'every contact finds its company' : `${plural(orphans, 'contact')} without a company`;
  return `${contacts} joins ${companies} by ${words.join(', else ')}; ${lost}.`;
}

export function describeTotals({ totals }: Inspection): string {
  const { records, contacts, rows, rejects, skipped, warnings } = totals;
  return `${plural(records, 'record')} with ${plural(contacts, 'contact')} from ${plural(rows, 'row')}; ${plural(rejects, 'row')} rejected, ${skipped} skipped, ${plural(warnings, 'warning')}.`;
}

export function describeSize({ name, bytes }: FileProfile): string {
  return `${name}: ${showBytes(bytes)}`;
}
