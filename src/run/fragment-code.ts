/** Fragments as short texts for the spill file: a list instead of an object, and nothing that can be made again. */

import type { Fragment } from '../mapping/fragment.js';
import type { DocumentReference, RowRef } from '../mapping/record.js';

type Code = readonly [
  file: number,
  line: number,
  key: string,
  names: Fragment['names'] | 0,
  links: Fragment['links'] | 0,
  client: Fragment['client'],
  contacts: Fragment['contacts'],
  lifecycle: Fragment['lifecycle'] | 0,
  rejected: 0 | 1,
  documents?: DocumentsCode,
];
type DocumentsCode = readonly [column: string, ...references: readonly string[]];

export function encodeFragment(fragment: Fragment): string {
  const code: Code = [
    fragment.row.file,
    fragment.row.line,
    // A key that is the content itself would double the text.
    fragment.key.startsWith('c:') ? 'c:' : fragment.key,
    fragment.names.length === 0 ? 0 : fragment.names,
    fragment.links ?? 0,
    fragment.client,
    fragment.contacts,
    fragment.lifecycle ?? 0,
    fragment.rejected ? 1 : 0,
  ];
  const { documents } = fragment;
  return JSON.stringify(documents === undefined ? code : [...code, encodeDocuments(documents)]);
}

export function decodeFragment(text: string): Fragment {
  const [file, line, key, names, links, client, contacts, lifecycle, rejected, documents] = JSON.parse(text) as Code;
  const row = { file, line };
  const fragment = {
    row,
    key: key === 'c:' ? `c:${JSON.stringify([client, contacts])}` : key,
    names: names === 0 ? [] : names,
    links: links === 0 ? null : links,
    client,
    contacts,
    lifecycle: lifecycle === 0 ? null : lifecycle,
    rejected: rejected === 1,
  };
  return documents === undefined ? fragment : { ...fragment, documents: decodeDocuments(row, documents) };
}

/** The documents of a row all stand in one cell. */
function encodeDocuments(documents: readonly DocumentReference[]): DocumentsCode {
  return [documents[0]?.column ?? '', ...documents.map(({ reference }) => reference)];
}

function decodeDocuments(row: RowRef, [column, ...references]: DocumentsCode): readonly DocumentReference[] {
  return references.map((reference) => ({ row, column, reference }));
}
