import { describe, expect, it } from 'vitest';
import type { Fragment } from '../../src/mapping/fragment.js';
import { decodeFragment, encodeFragment } from '../../src/run/fragment-code.js';
import { aFragment } from '../support/mapping.js';

const row = { file: 1, line: 7 };
const content = { client: { name: 'Acme' }, contacts: [{ email: 'jane@acme.example' }] };

describe('a fragment as a short text', () => {
  it.each<readonly [string, Fragment]>([
    ['with nothing but a key', aFragment()],
    ['of a company', aFragment({ names: ['1', 'acme'], lifecycle: 'inactive' })],
    ['of a contact', aFragment({ links: ['', 'acme'], ...content, rejected: true })],
    [
      'whose key is its content',
      aFragment({ key: `c:${JSON.stringify([content.client, content.contacts])}`, ...content }),
    ],
    [
      'with documents',
      aFragment({
        row,
        documents: ['a.pdf', 'https://example.com/ü.pdf'].map((reference) => ({ row, column: 'Files', reference })),
      }),
    ],
  ])('%s comes back as it was', (_, fragment) => {
    expect(decodeFragment(encodeFragment(fragment))).toEqual(fragment);
  });

  it('costs nothing for documents that it does not have', () => {
    const fragment = aFragment({ row });
    const documents = [{ row, column: 'Files', reference: 'a.pdf' }];
    const [without, some] = [encodeFragment(fragment), encodeFragment({ ...fragment, documents })];
    expect(some).toBe(without.replace(/\]$/, ',["Files","a.pdf"]]'));
  });
});
