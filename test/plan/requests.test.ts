import { describe, expect, it } from 'vitest';
import { requestsFor } from '../../src/plan/requests.js';

const NONE = { create: 0, update: 0, restore: 0, upload: 0, archive: 0, delete: 0, documents: 0 };

describe('requests of a plan', () => {
  it.each([
    ['nothing', {}, 0],
    ['one create: the look before it, and the one that sees it stored', { create: 1 }, 3],
    ['250 updates', { update: 250 }, 250 + 3 + 1],
    ['101 archives', { archive: 101 }, 2 + 2],
    ['restores are written as well', { restore: 2 }, 2 + 1 + 1 + 1],
    ['an upload of three documents: two looks before them', { upload: 1, documents: 3 }, 1 + 1 + 3],
  ])('%s', (_, counts, requests) => {
    expect(requestsFor({ ...NONE, ...counts })).toBe(requests);
  });

  it('look once at each client that gets documents with another change', () => {
    expect(requestsFor({ ...NONE, create: 2, documents: 3 }, 2)).toBe(2 + 1 + 1 + 2 + 3);
  });
});
