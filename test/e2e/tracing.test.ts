/** Traces as an operator sees them: built commands and a worker, a real Redis, a collector that takes what they send. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/run/open-store.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { startCollector } from '../support/otlp.js';
import type { ReceivedSpan, TestCollector } from '../support/otlp.js';
import { findPort } from '../support/port.js';
import { openRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { eventually } from '../worker/stage.js';
import { readLines, runCli, startCli } from './cli.js';
import type { Environment } from './cli.js';

const TOKEN = 'a-token-that-must-not-leak';
const SECRETS = [TOKEN, 'secret-of-the-collector', 'Zanzibar', 'zoe@zanzibar.example', 'zanzibar', 'Z-1'];

let redis: TestRedis;
let sandbox: Sandbox;
let collector: TestCollector;
let folder: string;
let env: Environment;

beforeAll(async () => {
  [redis, sandbox] = await Promise.all([openRedis(), startSandbox({ token: TOKEN })]);
});

afterAll(async () => {
  await Promise.all([redis.close(), sandbox.close()]);
});

beforeEach(async () => {
  sandbox.reset();
  collector = await startCollector();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-tracing-'));
  mkdirSync(path.join(folder, 'jobs'));
  const columns = { name: 'Company', id_number: 'ID' };
  const job = { columns, contacts: [{ email: 'Email' }], documents: 'Documents' };
  writeFileSync(path.join(folder, 'jobs', 'crm.yaml'), JSON.stringify(job));
  writeFileSync(path.join(folder, 'invoice.pdf'), '%PDF-1.4 Zanzibar\n');
  writeFileSync(
    path.join(folder, 'clients.csv'),
    'ID,Company,Email,Documents\nZ-1,Zanzibar GmbH,zoe@zanzibar.example,invoice.pdf\nZ-2,Other,,\n',
  );
  env = {
    NINJA_URL: sandbox.url,
    NINJA_TOKEN: TOKEN,
    DATA_DIR: path.join(folder, 'data'),
    REDIS_URL: redis.url,
    REDIS_PREFIX: `${redis.prefix}-${path.basename(folder)}`,
    HEALTH_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
});

afterEach(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const find = (name: string, where: (span: ReceivedSpan) => boolean = () => true): ReceivedSpan => {
  const found = collector.spans.find((span) => span.name === name && where(span));
  if (found === undefined)
    throw new Error(`no span "${name}" in: ${collector.spans.map((span) => span.name).join(', ')}`);
  return found;
};

/** Names from the first span of the trace down to this one. */
function pathOf(span: ReceivedSpan): readonly string[] {
  const parent = collector.spans.find(({ spanId }) => spanId === span.parentId);
  return [...(parent === undefined ? [] : pathOf(parent)), span.name];
}

function expectNothingSecret(): void {
  const payload = collector.payload();
  expect(payload).toContain('ninja_sync.run.id');
  for (const secret of SECRETS) expect(payload).not.toContain(secret);
}

describe('a run of a worker', () => {
  it('is one trace from the command that enqueued it to the last request, and holds nothing of a client', async () => {
    // A worker that runs meanwhile may find the run in the state before the command has queued it.
    const enqueued = await runCli(['enqueue', 'clients.csv', '--job', 'crm'], env, folder);
    expect(enqueued.code).toBe(0);
    const worker = startCli(['worker'], env, folder);
    let log = '';
    worker.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const store = await openStore({ dataDir: path.join(folder, 'data') });
    try {
      await eventually(
        async () => (await store.findRun(1))?.status === 'done',
        () => log,
      );
    } finally {
      await store.close();
    }
    worker.kill('SIGTERM');
    await once(worker, 'close');

    const leg = find('run leg');
    expect(leg.attributes).toMatchObject({
      'ninja_sync.run.id': 1,
      'ninja_sync.job': 'crm',
      'server.address': '127.0.0.1',
      'ninja_sync.attempt': 1,
      'ninja_sync.step': 'ended',
      'ninja_sync.run.status': 'done',
    });
    expect(leg.resource).toMatchObject({ 'service.name': 'ninja-sync' });
    const above = ['ninja-sync enqueue', 'add runs.run', 'process runs', 'run leg'];
    expect(pathOf(leg)).toEqual(above);
    for (const phase of ['open', 'read', 'snapshot', 'compare', 'store', 'report', 'push', 'verify'])
      expect(pathOf(find(phase))).toEqual([...above, phase]);
    const page = find('GET /api/v1/clients', (span) => pathOf(span).includes('snapshot'));
    expect(page.attributes).toEqual({
      'http.request.method': 'GET',
      'url.template': '/api/v1/clients',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(sandbox.url).port),
      'http.response.status_code': 200,
      'ninja_sync.attempt': 1,
      'ninja_sync.throttle_wait_ms': expect.any(Number) as number,
    });
    expect(pathOf(find('POST /api/v1/clients'))).toEqual([...above, 'push', 'POST /api/v1/clients']);
    expect(pathOf(find('POST /api/v1/clients/{id}/upload'))).toEqual([
      ...above,
      'push',
      'upload',
      'POST /api/v1/clients/{id}/upload',
    ]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(collector.spans.filter(({ isError }) => isError)).toEqual([]);
    const ended = log.split('\n').find((line) => line.includes('the leg ended')) ?? '{}';
    expect(JSON.parse(ended)).toMatchObject({ trace_id: leg.traceId });
    expectNothingSecret();
  });
});

describe('a command', () => {
  it('is the first span of its trace; what OpenTelemetry names is heeded', async () => {
    const over = {
      ...env,
      OTEL_SERVICE_NAME: 'crm-sync',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret-of-the-collector',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
    const planned = await runCli(['plan', 'clients.csv', '--job', 'crm', '--json'], over, folder);
    expect(readLines(planned).summary['status']).toBe('planned');
    expect((await runCli(['apply', '1'], over, folder)).code).toBe(0);
    const [plan, apply] = [find('ninja-sync plan'), find('ninja-sync apply')];
    for (const { attributes, resource, parentId } of [plan, apply]) {
      expect(attributes).toMatchObject({ 'ninja_sync.job': 'crm', 'server.address': '127.0.0.1' });
      expect(resource).toMatchObject({ 'service.name': 'crm-sync', 'deployment.environment.name': 'test' });
      expect(parentId).toBe('');
    }
    expect(pathOf(find('compare'))).toEqual(['ninja-sync plan', 'compare']);
    expect(pathOf(find('push'))).toEqual(['ninja-sync apply', 'push']);
    for (const headers of collector.headers)
      expect(headers).toMatchObject({ 'api-key': 'secret-of-the-collector', 'content-type': 'application/json' });
    expectNothingSecret();
  });

  it('shows which attempt went wrong, by status and code and not by what the server said', async () => {
    sandbox.fault({ kind: 'status', status: 500, method: 'GET', path: '^/api/v1/clients', times: 1 });
    expect((await runCli(['run', 'clients.csv', '--job', 'crm'], env, folder)).code).toBe(0);
    const failed = find('GET /api/v1/clients', ({ isError }) => isError);
    expect(failed.attributes).toMatchObject({
      'http.response.status_code': 500,
      'error.type': 'target-server-error',
      'ninja_sync.attempt': 1,
    });
    expect(failed.events).toEqual([]);
    const again = find('GET /api/v1/clients', ({ attributes }) => attributes['ninja_sync.attempt'] === 2);
    expect(again.parentId).toBe(failed.parentId);
    expect(again.isError).toBe(false);
    expectNothingSecret();
  });

  it('sends what the sampler lets through: nothing', async () => {
    const ended = await runCli(
      ['plan', 'clients.csv', '--job', 'crm'],
      { ...env, OTEL_TRACES_SAMPLER: 'always_off' },
      folder,
    );
    expect(ended.code).toBe(0);
    expect(collector.spans).toEqual([]);
  });

  it('ends as ever when the collector never answers, or is not there', async () => {
    const hanging = await startCollector(true);
    const gone = `http://127.0.0.1:${await findPort()}`;
    try {
      // A quarter of an hour: whoever waited for the collector would not be through in time.
      const patient = { OTEL_EXPORTER_OTLP_TIMEOUT: '900000', OTEL_BSP_EXPORT_TIMEOUT: '900000' };
      for (const endpoint of [hanging.url, gone]) {
        sandbox.reset();
        const given = {
          ...env,
          ...patient,
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          DATA_DIR: path.join(folder, new URL(endpoint).port),
        };
        const ended = await runCli(['run', 'clients.csv', '--job', 'crm'], given, folder);
        expect(ended.stderr).toContain('nothing left to do');
        expect(ended.stderr).toContain('spans are lost');
        expect(ended.code).toBe(0);
      }
      expect(hanging.spans.length).toBeGreaterThan(0);
      const worker = startCli(['worker'], { ...env, ...patient, OTEL_EXPORTER_OTLP_ENDPOINT: hanging.url }, folder);
      let log = '';
      worker.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
      await eventually(
        () => log.includes('the worker runs'),
        () => log,
      );
      worker.kill('SIGTERM');
      await once(worker, 'close');
      expect(worker.signalCode).toBe('SIGTERM');
    } finally {
      await hanging.close();
    }
  });
});

describe('without an endpoint', () => {
  /** Modules that a process has loaded at its end. */
  async function loaded(given: Environment): Promise<readonly string[]> {
    const [probe, list] = [path.join(folder, 'probe.cjs'), path.join(folder, 'loaded.json')];
    const write = `require('fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache)))`;
    writeFileSync(probe, `process.on('exit', () => ${write})`);
    const options = { ...given, NODE_OPTIONS: `--require=${probe}` };
    const ended = await runCli(['worker', '--once'], options, folder);
    expect(ended.stderr).toContain('the worker ended');
    return (JSON.parse(readFileSync(list, 'utf8')) as string[]).filter((name) => name.includes('opentelemetry'));
  }

  it('nothing of OpenTelemetry is loaded; with one it is', async () => {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...off } = env;
    expect(await loaded(off)).toEqual([]);
    expect((await loaded(env)).length).toBeGreaterThan(10);
  });
});
