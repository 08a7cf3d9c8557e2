import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SyncError } from '../../src/errors.js';
import { EVENTS, EVENTS_DEFAULT } from '../../src/job/notify-keys.js';
import { loadChannels, parseChannels, wishesOf } from '../../src/notify/channels.js';
import { NOTIFY_JSON_SCHEMA } from '../../src/notify/schema.js';

const FILE = '/srv/sync/notify.yaml';

function problemsOf(text: string): readonly string[] {
  try {
    parseChannels(text, FILE);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'notify-invalid')
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().replace(`${FILE}:`, ''));
    throw error;
  }
  return [];
}

describe('notify.yaml', () => {
  const [ops, anna] = [
    'ops: { slack: { url: { env: OPS } } }',
    'anna: { email: { to: a@b.example, from: c@b.example } }',
  ];

  it('tells all its channels what somebody has to act on, at most once an hour', () => {
    const channels = parseChannels(`channels: { ${ops}, ${anna} }`, FILE);
    expect(channels).toMatchObject({ to: ['ops', 'anna'], on: EVENTS_DEFAULT, repeatMs: 3_600_000, link: null });
    expect(channels.on).not.toContain('done');
    expect(wishesOf(channels, { notify: undefined })).toEqual({ to: ['ops', 'anna'], on: EVENTS_DEFAULT });
  });

  it('is overruled by a job, key by key', () => {
    const channels = parseChannels(`{ channels: { ${ops}, ${anna} }, to: [ops], on: [failed] }`, FILE);
    expect(wishesOf(channels, null)).toEqual({ to: ['ops'], on: ['failed'] });
    expect(wishesOf(channels, { notify: { on: ['done'] } })).toEqual({ to: ['ops'], on: ['done'] });
    expect(wishesOf(channels, { notify: { to: [] } })).toEqual({ to: [], on: ['failed'] });
  });

  it('has its schema for editors beside that of job files', () => {
    const file = new URL('../../jobs/notify.schema.json', import.meta.url);
    const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(schema, 'jobs/notify.schema.json is out of date: run "npm run schema"').toEqual(NOTIFY_JSON_SCHEMA);
  });

  it('fits its schema where it fits the program', () => {
    const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(NOTIFY_JSON_SCHEMA);
    const page = readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    parseChannels(example, FILE);
    expect(fits(parse(example)), JSON.stringify(fits.errors)).toBe(true);
    expect(fits(parse(`channels: { ${ops} }`))).toBe(true);
    expect(fits(parse('channels: { ops: { slakc: {} } }'))).toBe(false);
  });

  it('that is not there tells nobody', async () => {
    expect((await loadChannels('/nowhere/notify.yaml')).all).toEqual([]);
  });

  it('is refused with all that is wrong with it, line by line', () => {
    const text = [
      'channels:',
      '  ops:',
      '    slack: { url: https://hooks.slack.com/services/T0/B0/secret }',
      '  erp:',
      '    webhook: { url: http://erp.example.com/x, secret: abc, sign-with: { env: A, file: b } }',
      '  anna:',
      '    email: { to: anna, from: sync@example.com }',
      '    slakc: {}',
      '  none: {}',
      'to: [opps]',
      'on: [fialed]',
      'repeat: often',
    ].join('\n');
    const problems = problemsOf(text);
    expect(problems.join('\n')).not.toContain('T0/B0');
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(' ')))).toEqual(
      '3:19 5:21 5:47 5:71 7:18 8:5 9:9 10:6 11:6 12:9'.split(' '),
    );
    expect(problems[1]).toContain('add `internal: true`');
    expect(problems[2]).toContain('secrets never stand in this file');
    expect(problems[5]).toContain('did you mean `slack`?');
    expect(problems[7]).toBe('10:6 to[0]: there is no channel `opps`. Did you mean `ops`?');
    expect(problems[8]).toContain('did you mean `failed`?');
  });

  it.each([
    ['', 'the file is empty: it needs at least `channels`'],
    ['- ops', 'such as `channels:`, one notify.yaml a file'],
    ['channels: { a: { webhook: { url: "https://x.example/?token=1" } } }', 'this address is a secret'],
    ['channels: { a: { webhook: { url: "ftp://x.example" } } }', 'expected an https address'],
    ['channels: { a: { slack: { url: { env: A } }, email: { to: a@b.example, from: a@b.example } } }', 'two ways'],
    ['{ channels: {}, link: nowhere }', 'expected an http or https address'],
  ])('%j is refused', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });
});

describe('docs/notifications.md', () => {
  const text = readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8');

  it.each([...text.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => [match[1]!]))('%.40j loads', (example) => {
    expect(parseChannels(example, FILE).all.length).toBeGreaterThan(0);
  });

  it('explains every event', () => {
    for (const event of EVENTS) expect(text).toContain(`| \`${event}\` |`);
  });
});
