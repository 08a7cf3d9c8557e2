import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.js';
import { SyncError } from '../src/errors.js';

const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function messageOf(environment: Readonly<Record<string, string>>): string {
  try {
    loadConfig({}, environment);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'config-invalid') return error.message;
    throw error;
  }
  return '';
}

describe('an empty environment', () => {
  it('gives what a worker needs but the address of Redis', () => {
    expect(loadConfig({}, {})).toMatchObject({
      redisUrl: undefined,
      redisPrefix: 'ninja-sync',
      health: { host: '127.0.0.1', port: 9464 },
      workerConcurrency: 2,
      logLevel: null,
    });
  });
});

describe('values', () => {
  it.each([
    ['the address of Redis', { REDIS_URL: 'rediss://:pass@r:6380/2' }, { redisUrl: 'rediss://:pass@r:6380/2' }],
    [
      'a socket as a path, as ioredis wants it',
      { REDIS_URL: 'unix:///run/redis.sock?db=1' },
      { redisUrl: '/run/redis.sock?db=1' },
    ],
    ['a prefix', { REDIS_PREFIX: 'acme.sync-2' }, { redisPrefix: 'acme.sync-2' }],
    ['no health port', { HEALTH_PORT: '0' }, { health: null }],
    ['a health address', { HEALTH_PORT: '80', HEALTH_HOST: '::' }, { health: { host: '::', port: 80 } }],
    ['no collector', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, { tracing: null }],
    ['a collector', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, { tracing: { protocol: 'http/protobuf' } }],
    [
      'a collector for spans only',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/v1/traces', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      { tracing: { protocol: 'http/json' } },
    ],
    [
      'tracing that is switched off',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'TRUE' },
      { tracing: null },
    ],
    ['no spans', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' }, { tracing: null }],
    ['a concurrency', { WORKER_CONCURRENCY: ' 5 ' }, { workerConcurrency: 5 }],
    [
      'blank ones as if nobody set them',
      { REDIS_URL: ' ', HEALTH_PORT: '' },
      { redisUrl: undefined, health: { port: 9464 } },
    ],
  ])('are read: %s', (_, environment, expected) => {
    expect(loadConfig({}, environment)).toMatchObject(expected);
  });

  it('may stand in a file when they are secret', () => {
    const file = path.join(folder, 'redis');
    writeFileSync(file, 'redis://:secret@cache:6379\n');
    expect(loadConfig({}, { REDIS_URL_FILE: file }).redisUrl).toBe('redis://:secret@cache:6379');
    expect(loadConfig({}, { STATE_URL_FILE: file }).stateUrl).toBe('redis://:secret@cache:6379');
  });
});

describe('what cannot be used', () => {
  it('is said together, by name', () => {
    const message = messageOf({
      REDIS_URL: 'http://cache:6379',
      REDIS_PREFIX: 'a b',
      HEALTH_PORT: '99999',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      WORKER_CONCURRENCY: '0',
      LOG_LEVEL: 'loud',
      NINJA_TOKEN_FILE: path.join(folder, 'missing'),
    });
    const lines = message.split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(':')[0]).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'HEALTH_PORT',
      'LOG_LEVEL',
      'NINJA_TOKEN_FILE',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'REDIS_PREFIX',
      'REDIS_URL',
      'WORKER_CONCURRENCY',
    ]);
    expect(message).toContain('HEALTH_PORT: "99999" is no whole number from 0 to 65535');
    expect(message).toContain('REDIS_URL: "http:" is not Redis; write redis://HOST:PORT');
  });

  it.each(['http://user:hunter22@cache', 'hunter22', 'redis//:hunter22@cache'])(
    'does not show the password: %s',
    (url) => {
      const message = messageOf({ REDIS_URL: url });
      expect(message).toContain('REDIS_URL');
      expect(message).not.toContain('hunter22');
    },
  );
});
