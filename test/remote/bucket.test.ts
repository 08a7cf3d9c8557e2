/** A folder of a bucket at a server that never ends its list. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openBucket } from '../../src/remote/bucket.js';

it('refuses a folder of which it would see a part only: what it does not see may be the newest', async () => {
  let pages = 0;
  const server = createServer((_, response) => {
    pages += 1;
    const object = `<Contents><Key>crm/${pages}.csv</Key><ETag>"1"</ETag><Size>1</Size></Contents>`;
    const next = `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages}</NextContinuationToken>`;
    response.setHeader('content-type', 'application/xml');
    response.end(`<?xml version="1.0"?><ListBucketResult>${object}${next}</ListBucketResult>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { endpoint, region: 'us-east-1', pathStyle: true, accessKeyId: 'id', secretAccessKey: 'key' };
  const bucket = openBucket(settings, 's3://exports/crm', AbortSignal.timeout(20_000));
  try {
    await expect(bucket.list()).rejects.toMatchObject({
      code: 'source-unusable',
      message: 's3://exports/crm/ holds more than can be looked at.',
    });
    expect(pages).toBe(100);
  } finally {
    bucket.close();
    server.closeAllConnections();
    server.close();
  }
});
