import { expect, it } from 'vitest';
import { SyncError } from '../src/errors.js';
import { createLogger } from '../src/log.js';

const CONFIG = {
  logLevel: null,
  token: 'the-token-of-the-target',
  secret: 'the-secret-of-the-server',
  redisUrl: 'redis://:pass%2Fword@cache:6379',
} as const;

function open(config: Parameters<typeof createLogger>[0] = CONFIG): {
  log: ReturnType<typeof createLogger>;
  lines: string[];
} {
  const lines: string[] = [];
  const log = createLogger(config, { level: 'info', destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

it('writes one line of JSON for each message, with the fields of its children', () => {
  const { log, lines } = open();
  log.child({ run: 7, job: 'acme' }).info({ rows: 1_000_000_000 }, 'read');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('\n')).toBe(true);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 30,
    run: 7,
    job: 'acme',
    rows: 1_000_000_000,
    msg: 'read',
  });
});

it('writes nothing below its level, which the environment sets above the command', () => {
  const quiet = open({ ...CONFIG, logLevel: 'error' });
  quiet.log.warn('nothing');
  expect(quiet.lines).toEqual([]);
  const usual = open();
  usual.log.info('something');
  usual.log.debug('nothing');
  expect(usual.lines).toHaveLength(1);
});

it('takes secrets and addresses of people out, wherever they stand', () => {
  const { log, lines } = open();
  const error = new SyncError('target-invalid', 'anna@kunde.example is taken, +49 30 1234567 too', {
    details: { headers: { 'x-api-token': 'another-token' }, list: ['the-secret-of-the-server'] },
    cause: new Error('sent the-token-of-the-target to bob@kunde.example'),
  });
  log.error({ err: error, nested: { deep: { password: 'x1' } }, url: CONFIG.redisUrl }, 'for eve@kunde.example');
  log.info({ authorization: 'Bearer abc', reply: 'WRONGPASS pass/word' });
  const text = lines.join('');
  for (const leak of [
    'anna@',
    'bob@',
    'eve@',
    '1234567',
    'another-token',
    'the-secret',
    'the-token',
    'x1',
    'pass%2F',
    'pass/',
    'abc',
  ])
    expect(text).not.toContain(leak);
  expect(text).toContain('a***@kunde.example is taken');
});
