/** Jobs × targets: which jobs a file becomes. */

import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src/job/load.js';
import { bindJob, expandJob, pickJob, staggerOf } from '../../src/targets/expand.js';
import { parseTargets } from '../../src/targets/load.js';

const TARGETS = parseTargets(
  JSON.stringify({
    defaults: { url: 'https://invoicing.co', token: { file: '{target}' } },
    targets: {
      acme: { 'labels': ['eu', 'hotel'], 'requests-per-minute': 30 },
      globex: { labels: ['eu'] },
      initech: { url: 'https://initech.example', concurrency: 1 },
    },
  }),
  '/srv/targets.yaml',
);
const job = (settings: object) => parseJob(JSON.stringify(settings), '/srv/jobs/crm.yaml', { layouts: [] });
const columns = { name: 'Name' };
const namesOf = (targets: unknown) => expandJob(job({ columns, targets }), TARGETS).map(({ name }) => name);

describe('a template', () => {
  it.each([
    ['all', ['crm@acme', 'crm@globex', 'crm@initech']],
    [
      ['initech', 'acme'],
      ['crm@initech', 'crm@acme'],
    ],
    [{ labels: ['eu'] }, ['crm@acme', 'crm@globex']],
    [{ labels: ['eu', 'hotel'] }, ['crm@acme']],
    [{ labels: ['us'] }, []],
  ])('for %j is a job for each', (targets, names) => {
    expect(namesOf(targets)).toEqual(names);
  });

  it('has the address, the limits and the name of each', () => {
    const template = job({
      columns,
      targets: 'all',
      description: 'The CRM of {target}',
      source: { files: ['in/{target}/a.csv', 'in/{target}/b.csv'] },
      drop: { folder: 'drop/{target}', pattern: '{target}-*.csv', together: ['{target}-a.csv', '{target}-b.csv'] },
    });
    const [acme, , initech] = expandJob(template, TARGETS);
    expect(acme).toMatchObject({
      name: 'crm@acme',
      description: 'The CRM of acme',
      target: { 'name': 'acme', 'url': 'https://invoicing.co', 'requests-per-minute': 30, 'concurrency': 4 },
      source: { files: ['in/acme/a.csv', 'in/acme/b.csv'] },
      drop: { folder: 'drop/acme', pattern: 'acme-*.csv', together: ['acme-a.csv', 'acme-b.csv'] },
    });
    expect(initech).toMatchObject({ target: { name: 'initech', url: 'https://initech.example', concurrency: 1 } });
  });

  it('fetches for each what is its own', () => {
    const from = {
      'url': 'sftp://out@files.example/crm/{target}',
      'host-key': `SHA256:${'a'.repeat(43)}`,
      'key': { file: 'secrets/{target}.key' },
      'pattern': '{target}-*.csv',
    };
    const [acme] = expandJob(job({ columns, targets: 'all', source: { from } }), TARGETS);
    expect(acme?.source.from).toMatchObject({
      url: 'sftp://out@files.example/crm/acme',
      key: { file: 'secrets/acme.key' },
      pattern: 'acme-*.csv',
    });
    const two = [
      'https://{target}.crm.example/a.csv',
      {
        url: 'https://crm.example/b.csv',
        headers: { 'X-Company': '{target}', 'Authorization': { file: 'secrets/{target}' } },
        together: ['{target}-a.csv', 'b.csv'],
      },
    ];
    const [, globex] = expandJob(job({ columns, targets: 'all', source: { from: two } }), TARGETS);
    expect(globex?.source.from).toMatchObject([
      'https://globex.crm.example/a.csv',
      {
        headers: { 'X-Company': 'globex', 'Authorization': { file: 'secrets/globex' } },
        together: ['globex-a.csv', 'b.csv'],
      },
    ]);
    const fetching = (place: object): unknown => job({ columns, targets: 'all', source: { from: place } });
    for (const place of [
      { ...from, url: 'sftp://out@files.example/crm' },
      { url: 's3://exports/crm', pattern: '{target}-*.csv', mark: 'move' },
    ])
      expect(() => fetching(place)).toThrow('all targets would take exports from one folder');
    expect(() => fetching({ url: 's3://exports/crm' })).not.toThrow();
  });

  it('is refused with a target that is not there, a folder for all, or two ways to name targets', () => {
    expect(() => namesOf(['acme', 'nobody'])).toThrow('No target "nobody"');
    expect(() => job({ columns, targets: 'all', drop: { folder: 'drop' } })).toThrow('write `{target}` in it');
    expect(() => job({ columns, targets: 'all', target: 'acme' })).toThrow('remove one');
  });

  it('is no job itself', () => {
    const template = job({ columns, targets: 'all' });
    const jobs = expandJob(template, TARGETS);
    expect(pickJob(jobs, 'crm@globex', template).target.name).toBe('globex');
    expect(() => pickJob(jobs, 'crm', template)).toThrow('crm is a template for 3 targets');
    expect(() => pickJob(jobs, 'crm@nobody', template)).toThrow('none of those of the template');
  });
});

describe('a job', () => {
  it('that names a target has its address; one that names none stays as it is', () => {
    expect(expandJob(job({ columns, target: 'acme' }), TARGETS)).toMatchObject([
      { name: 'crm', target: { name: 'acme', url: 'https://invoicing.co' } },
    ]);
    const plain = job({ columns, target: { url: 'https://x.example' } });
    expect(expandJob(plain, TARGETS)).toEqual([plain]);
    const [acme] = TARGETS.list;
    if (acme !== undefined) expect(bindJob(plain, acme)).toMatchObject({ name: 'crm', target: { name: 'acme' } });
  });
});

describe('schedules of a template', () => {
  it('begin at times that are spread over a quarter of an hour, and stay the same', () => {
    const list = Array.from({ length: 500 }, (_, n) => ({ ...TARGETS.list[0], name: `t${n}` }));
    const many = { ...TARGETS, list: list as unknown as typeof TARGETS.list };
    const jobs = expandJob(job({ columns, targets: 'all', schedule: { cron: '0 2 * * *' } }), many);
    const minutes = jobs.map((one) => Math.floor(staggerOf(one) / 60_000));
    const counts = Array.from({ length: 15 }, (_, minute) => minutes.filter((found) => found === minute).length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
    expect(Math.max(...counts)).toBeLessThan(60);
    expect(Math.min(...counts)).toBeGreaterThan(15);
    expect(expandJob(job({ columns, targets: 'all', schedule: { cron: '0 2 * * *' } }), many).map(staggerOf)).toEqual(
      jobs.map(staggerOf),
    );
  });

  it('begin on the minute when the job says so, as those of other jobs do', () => {
    const schedule = { cron: '0 2 * * *' };
    const [none] = expandJob(job({ columns, targets: 'all', schedule: { ...schedule, spread: '0s' } }), TARGETS);
    const plain = job({ columns, schedule });
    expect([none === undefined ? null : staggerOf(none), staggerOf(plain)]).toEqual([0, 0]);
    expect(staggerOf(job({ columns, schedule: { ...schedule, spread: '1h' } }))).toBeGreaterThan(0);
  });
});
