/** `source.from`: what may stand there, and that no secret does. */

import { describe, expect, it } from 'vitest';
import { placesOf } from '../../src/job/source-address.js';
import { parseJob } from '../../src/job/load.js';
import type { SyncError } from '../../src/errors.js';

const parse = (source: string) =>
  parseJob(`columns: { name: Company }\nsource:\n${source}`, '/project/jobs/crm.yaml', { layouts: [] });

function problems(source: string): string {
  try {
    parse(source);
    return 'none';
  } catch (error) {
    return (error as SyncError).message;
  }
}

describe('source.from', () => {
  it('is an address alone, with its settings, or a list', () => {
    const alone = placesOf(parse('  from: https://crm.example.com/export.csv').source.from);
    expect(alone).toMatchObject([
      { 'url': 'https://crm.example.com/export.csv', 'max-size': 1_000_000_000, 'allow-private': false },
    ]);
    const settings = `  from:
    url: https://crm.example.com/export.csv?token=\${CRM_KEY}
    headers: { Authorization: { env: CRM_TOKEN }, X-Api-Key: "\${CRM_KEY}", Accept: text/csv }
    max-size: 20 MB`;
    expect(placesOf(parse(settings).source.from)).toMatchObject([
      { 'headers': { 'Authorization': { env: 'CRM_TOKEN' }, 'X-Api-Key': '${CRM_KEY}' }, 'max-size': 20_000_000 },
    ]);
    expect(
      placesOf(parse('  from: [https://a.example/1.csv, { url: https://a.example/2.csv }]').source.from),
    ).toHaveLength(2);
    const sftp = `  from:
    url: sftp://exports@files.example.com:2222/out
    host-key: SHA256:${'a'.repeat(43)}
    password: { file: secrets/sftp }
    together: ["companies*.csv", "contacts*.csv"]`;
    expect(placesOf(parse(sftp).source.from)).toMatchObject([{ complete: 'settle', settle: 5000 }]);
  });

  it.each([
    ['from: ftp://a.example/x.csv', 'expected `https://…`, `s3://BUCKET/FOLDER` or `sftp://USER@HOST/FOLDER`'],
    ['from: http://a.example/x.csv', 'expected `https://…`, `s3://BUCKET/FOLDER` or `sftp://USER@HOST/FOLDER`'],
    ['from: https://', 'expected `https://…`'],
    ['from: https://me:sesame-open@a.example/x', 'the address holds a password'],
    ['from: https://a.example/x?api_key=sesame-open', 'holds a secret (`api_key`)'],
    ['from: s3://key:sesame-open@exports/crm', 'the address holds a password'],
    ['from: { url: s3://exports/crm, key: { env: KEY } }', 'is for `sftp://`'],
    ['from: { url: https://a.example/x, take: newest }', 'is for `s3://`'],
    ['from: sftp://a.example/out', 'names no user'],
    ['from: sftp://me@a.example/out', 'needs the host key'],
    ['from: { url: sftp://me@a.example/out }', 'needs either `key` or `password`'],
    ['from: { url: sftp://me:sesame-open@a.example/out, key: { env: KEY } }', 'the address holds a password'],
    ['from: { url: sftp://me@a.example/out, password: sesame-open }', '`{ env: NAME }`, or its file'],
    [
      'from: { url: sftp://me@a.example/out, key: { env: KEY }, host-key: SHA256:short }',
      'the fingerprint of a host key',
    ],
    ['from: { url: sftp://me@a.example/out, key: { env: KEY }, headers: {} }', 'is for `https://`'],
    ['from: { url: https://a.example/x, key: { env: KEY } }', 'is for `sftp://`'],
    ['from: { url: https://a.example/x, headers: { Authorization: sesame-open } }', '`{ env: NAME }`, or its file'],
    ['from: { url: https://a.example/x, headers: { X-Auth-Token: sesame-open } }', '`{ env: NAME }`, or its file'],
    ['from: { url: https://a.example/x, headers: { Cookie: sesame-open } }', 'secrets never stand in job files'],
    ['from: { url: https://a.example/x, headers: { "a b": c } }', 'is no name of a header'],
    ['from: { url: https://a.example/x, max-size: lots }', 'a size such as 200 MB'],
    ['from: { url: https://a.example/x, hedaers: {} }', 'did you mean `headers`?'],
    ['from: [https://a.example/x, sftp://me@a.example/out]', 'only https addresses stand in a list'],
    ['from: https://a.example/x\n  files: x.csv', 'stands beside `files`'],
  ])('%s is refused', (source, message) => {
    const said = problems(`  ${source}`);
    expect(said).toContain(message);
    expect(said).not.toContain('sesame');
  });
});
