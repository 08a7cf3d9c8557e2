/** Fragments as short texts for the spill file: a list instead of an object, and nothing that can be made again. */

import type { Fragment } from '../mapping/fragment.js';

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
];

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
  return JSON.stringify(code);
}

export function decodeFragment(text: string): Fragment {
  const [file, line, key, names, links, client, contacts, lifecycle, rejected] = JSON.parse(text) as Code;
  return {
    row: { file, line },
    key: key === 'c:' ? `c:${JSON.stringify([client, contacts])}` : key,
    names: names === 0 ? [] : names,
    links: links === 0 ? null : links,
    client,
    contacts,
    lifecycle: lifecycle === 0 ? null : lifecycle,
    rejected: rejected === 1,
  };
}
