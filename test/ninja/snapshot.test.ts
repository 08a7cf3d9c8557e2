/** Reading all clients from a server that pages by offset, chokes on large pages, and is worked on meanwhile. */

import { afterEach, describe, expect, it } from 'vitest';
import { connectNinja } from '../../src/ninja/client.js';
import { readSnapshot } from '../../src/ninja/snapshot.js';
import type { SnapshotOptions } from '../../src/ninja/snapshot.js';
import { codes, rawClient, rawPage } from './builders.js';
import { startScripted } from './scripted-server.js';
import type { Received, Step } from './scripted-server.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Company {
  /** In the order of creation. */
  readonly ids: string[];
  /** Called before the n-th request (from 0) is answered; a step answers instead of the list. */
  readonly before?: (index: number, size: number, page: number) => Step | undefined;
  readonly perPageMax?: number;
}

interface Read {
  readonly ids: string[];
  readonly batches: number[];
  /** `page/size` of each request. */
  readonly requests: string[];
  readonly progress: string[];
}

async function readAll(company: Company, options: Partial<SnapshotOptions> = {}): Promise<Read> {
  const requests: string[] = [];
  const answer = ({ path }: Received, index: number): Step => {
    const query = new URL(path, 'http://x').searchParams;
    expect(query.get('sort')).toBe('id|asc');
    expect(query.has('status')).toBe(false);
    const page = Number(query.get('page'));
    const asked = Number(query.get('per_page'));
    requests.push(`${page}/${asked}`);
    const step = company.before?.(index, asked, page);
    if (step !== undefined) return step;
    const perPage = Math.min(asked, company.perPageMax ?? 5000);
    const slice = company.ids.slice((page - 1) * perPage, page * perPage);
    return {
      json: rawPage(
        slice.map((id) => rawClient(id)),
        { total: company.ids.length, page, perPage },
      ),
    };
  };
  const server = await startScripted(answer);
  const ninja = connectNinja({ url: server.url, token: 't', sleep: () => Promise.resolve(), requestTimeoutMs: 2000 });
  closers.push(
    () => ninja.close(),
    () => server.close(),
  );
  const read: Read = { ids: [], batches: [], requests, progress: [] };
  const onProgress = (progress: { read: number; total: number }): void => {
    read.progress.push(`${progress.read} of ${progress.total}`);
  };
  for await (const batch of readSnapshot(ninja, { codes, onProgress, ...options })) {
    read.batches.push(batch.length);
    read.ids.push(...batch.map((client) => client.id));
  }
  return read;
}

const ids = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `c${index + from}`);
const failed: Step = { status: 500, json: { message: 'Server Error' } };
const outOfMemory: Step = {
  text: '{"data":[]}{"message":"Server Error"}',
  headers: { 'content-type': 'application/json' },
};

describe('a quiet target', () => {
  it.each([0, 1, 99, 100, 101, 350])('with %i clients is read once each, in order', async (count) => {
    const read = await readAll({ ids: ids(count) }, { perPage: 100 });
    expect(read.ids).toEqual(ids(count));
    expect(read.requests).toHaveLength(Math.max(1, Math.ceil(count / 100)));
  });

  it('tells its progress', async () => {
    expect((await readAll({ ids: ids(250) }, { perPage: 100 })).progress).toEqual([
      '100 of 250',
      '200 of 250',
      '250 of 250',
    ]);
  });

  it('with a smaller maximum than was asked for is read in its pages', async () => {
    const read = await readAll({ ids: ids(120), perPageMax: 50 });
    expect(read.ids).toEqual(ids(120));
    expect(read.requests).toEqual(['1/1000', '1/50', '2/50', '3/50']);
  });

  it('stops when nobody asks for more', async () => {
    const server = await startScripted(({ path }) => {
      const page = Number(new URL(path, 'http://x').searchParams.get('page'));
      const clients = ids(100, (page - 1) * 100).map((id) => rawClient(id));
      return { json: rawPage(clients, { total: 100_000, page, perPage: 100 }) };
    });
    const ninja = connectNinja({ url: server.url, token: 't' });
    closers.push(
      () => ninja.close(),
      () => server.close(),
    );
    for await (const batch of readSnapshot(ninja, { codes, perPage: 100 })) {
      expect(batch).toHaveLength(100);
      break;
    }
    await ninja.close();
    expect(server.received.length).toBeLessThanOrEqual(2);
  });
});

describe('a target that cannot answer large pages', () => {
  it.each<readonly [string, Step, number]>([
    ['out of memory', outOfMemory, 1],
    ['with 500', failed, 2],
    ['with a reset', 'reset', 2],
  ])('(%s) is read in smaller ones', async (_name, step, attempts) => {
    const company: Company = { ids: ids(1100), before: (_index, size) => (size > 250 ? step : undefined) };
    const read = await readAll(company);
    expect(read.ids).toEqual(ids(1100));
    expect(read.requests.filter((request) => request === '1/1000')).toHaveLength(attempts);
    expect(read.requests.slice(-5)).toEqual(['1/250', '2/250', '3/250', '4/250', '5/250']);
  });

  it('from some row on begins again at a multiple of the new size', async () => {
    const company: Company = {
      ids: ids(1300),
      before: (_index, size, page) => (size > 100 && page * size > 250 ? outOfMemory : undefined),
    };
    const read = await readAll(company, { perPage: 250 });
    expect(read.ids).toEqual(ids(1300));
    // 250 rows were read; 200 is the last multiple of 100 before them.
    expect(read.requests.slice(0, 3)).toEqual(['1/250', '2/250', '3/100']);
    expect(read.batches.slice(0, 2)).toEqual([250, 50]);
  });

  it('nor small ones fails with what it answers', async () => {
    const company: Company = { ids: ids(10), before: () => failed };
    await expect(readAll(company)).rejects.toMatchObject({ code: 'target-server-error' });
    const refused: Company = { ids: ids(10), before: () => ({ status: 403, json: { message: 'Invalid token' } }) };
    await expect(readAll(refused)).rejects.toMatchObject({ code: 'target-unauthorised' });
  });

  it('once only is asked again for the same page', async () => {
    const company: Company = { ids: ids(250), before: (index) => (index === 1 ? failed : undefined) };
    const read = await readAll(company, { perPage: 100 });
    expect(read.ids).toEqual(ids(250));
    expect(read.requests).toEqual(['1/100', '2/100', '2/100', '3/100']);
  });
});

describe('a target that is worked on meanwhile', () => {
  it('by creating clients is read to its new end', async () => {
    const company: Company = {
      ids: ids(250),
      before: (index) => {
        if (index === 2) company.ids.push(...ids(80, 250));
        return undefined;
      },
    };
    const read = await readAll(company, { perPage: 100 });
    expect(read.ids).toEqual(ids(330));
    expect(read.requests).toEqual(['1/100', '2/100', '3/100', '4/100']);
  });

  it.each<readonly [string, number, number]>([
    ['a client that was read already', 3, 1],
    ['several that were read already', 3, 40],
    ['more than a page that was read already', 4, 150],
    ['one that was not read yet', 290, 1],
    ['one of the page that comes', 199, 2],
  ])('by purging %s is read without a gap', async (_name, from, count) => {
    const company: Company = {
      ids: ids(450),
      before: (index) => {
        if (index === 2) company.ids.splice(from, count);
        return undefined;
      },
    };
    const read = await readAll(company, { perPage: 100 });
    const left = new Set(read.ids);
    expect(company.ids.filter((id) => !left.has(id))).toEqual([]);
    expect(left.size).toBe(read.ids.length);
    expect(read.ids.length).toBeLessThanOrEqual(450);
  });

  it('without end fails instead of giving half a picture', async () => {
    const company: Company = {
      ids: ids(900),
      before: () => {
        company.ids.shift();
        return undefined;
      },
    };
    await expect(readAll(company, { perPage: 100 })).rejects.toMatchObject({
      code: 'snapshot-inconsistent',
      retry: 'later',
    });
  });

  it('and whose pages overlap although nothing changes fails', async () => {
    const company: Company = {
      ids: ids(300),
      before: (_index, _size, page) => {
        const clients = ids(100, page === 2 ? 50 : (page - 1) * 100).map((id) => rawClient(id));
        return { json: rawPage(clients, { total: 300, page, perPage: 100 }) };
      },
    };
    await expect(readAll(company, { perPage: 100 })).rejects.toMatchObject({ code: 'snapshot-inconsistent' });
  });

  it('that counts more than it shows fails', async () => {
    const company: Company = {
      ids: ids(3),
      before: () => ({
        json: rawPage(
          ids(3).map((id) => rawClient(id)),
          { total: 5, page: 1, perPage: 100 },
        ),
      }),
    };
    await expect(readAll(company, { perPage: 100 })).rejects.toMatchObject({
      code: 'snapshot-inconsistent',
      details: { read: 3, total: 5 },
    });
  });
});
