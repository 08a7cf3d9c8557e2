import { describe, expect, it } from 'vitest';
import { pairFiles } from '../../../src/worker/drop/pairing.js';
import type { WholeFile } from '../../../src/worker/drop/pairing.js';

const file = (name: string, mtimeMs: number): WholeFile => ({
  name,
  pattern: name.startsWith('companies') ? 0 : 1,
  mtimeMs,
  complete: name.endsWith('.zip'),
});

/** As `companies.csv+contacts.csv`. */
function pair(files: readonly WholeFile[], patterns = 2) {
  const { groups, waiting } = pairFiles(files, patterns);
  return {
    groups: groups.map((group) => group.map(({ name }) => name).join('+')),
    waiting: waiting.map((one) => one.name),
  };
}

describe('files that belong together', () => {
  it('are each a run of their own without a second pattern, oldest first', () => {
    expect(pair([file('companies-2', 20), file('companies-1', 10)], 1)).toEqual({
      groups: ['companies-1', 'companies-2'],
      waiting: [],
    });
  });

  it('are one of each pattern, in the order of the patterns', () => {
    expect(pair([file('contacts', 1), file('companies', 2)])).toEqual({ groups: ['companies+contacts'], waiting: [] });
  });

  it('wait for each other', () => {
    expect(pair([file('companies', 1)])).toEqual({ groups: [], waiting: ['companies'] });
    expect(pair([file('contacts', 1)])).toEqual({ groups: [], waiting: ['contacts'] });
  });

  it('are those that changed last at about the same time', () => {
    const files = [file('companies-a', 10), file('companies-b', 100), file('contacts-x', 103), file('contacts-y', 12)];
    expect(pair(files).groups).toEqual(['companies-a+contacts-y', 'companies-b+contacts-x']);
  });

  it('leave the one whose partner never came, also when it is older', () => {
    const files = [file('companies-a', 10), file('companies-b', 100), file('contacts-b', 103)];
    expect(pair(files)).toEqual({ groups: ['companies-b+contacts-b'], waiting: ['companies-a'] });
  });

  it('are of the same date where both names hold one', () => {
    const files = [
      file('companies-2026-11-21.csv', 10),
      file('contacts_20261122.csv', 11),
      file('contacts_20261121.csv', 90),
    ];
    expect(pair(files)).toEqual({
      groups: ['companies-2026-11-21.csv+contacts_20261121.csv'],
      waiting: ['contacts_20261122.csv'],
    });
  });

  it('may be in one archive', () => {
    expect(pair([file('contacts.zip', 1), file('companies', 2)])).toEqual({
      groups: ['contacts.zip'],
      waiting: ['companies'],
    });
  });
});
