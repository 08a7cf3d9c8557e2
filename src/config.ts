/**
 * Configuration of the process: the only file that reads the environment. Order: flag, environment, job file, default.
 * All problems are reported together.
 */

import path from 'node:path';
import { z } from 'zod';
import { SyncError } from './errors.js';
import type { S3Settings } from './s3/client.js';
import { findSecret } from './secret.js';
import type { Variables } from './secret.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** The port that Prometheus exporters of OpenTelemetry have. */
const HEALTH_PORT = 9464;

const optionalText = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();

const wholeNumber = (min: number, max: number) =>
  optionalText.transform((text, context) => {
    if (text === undefined) return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    context.addIssue({ code: 'custom', message: `"${text}" is no whole number from ${min} to ${max}` });
    return z.NEVER;
  });

const environmentSchema = z.object({
  NINJA_URL: optionalText,
  NINJA_TOKEN: optionalText,
  NINJA_TOKEN_FILE: optionalText,
  NINJA_SECRET: optionalText,
  NINJA_SECRET_FILE: optionalText,
  STATE_URL: optionalText,
  STATE_URL_FILE: optionalText,
  FILES_URL: optionalText,
  DATA_DIR: optionalText,
  JOBS_DIR: optionalText,
  NOTIFY_FILE: optionalText,
  TARGETS_FILE: optionalText,
  REDIS_URL: optionalText,
  REDIS_URL_FILE: optionalText,
  REDIS_PREFIX: optionalText.refine((text) => text === undefined || /^[\w.-]{1,64}$/.test(text), {
    error: 'up to 64 letters, digits, ".", "_" and "-"',
  }),
  S3_ENDPOINT: optionalText,
  S3_REGION: optionalText,
  AWS_REGION: optionalText,
  AWS_ACCESS_KEY_ID: optionalText,
  AWS_ACCESS_KEY_ID_FILE: optionalText,
  AWS_SECRET_ACCESS_KEY: optionalText,
  AWS_SECRET_ACCESS_KEY_FILE: optionalText,
  EGRESS: optionalText,
  HEALTH_PORT: wholeNumber(0, 65_535),
  HEALTH_HOST: optionalText,
  WORKER_CONCURRENCY: wholeNumber(1, 64),
  LOG_LEVEL: z.enum(LOG_LEVELS).optional(),
  NO_COLOR: optionalText,
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optionalText,
  OTEL_EXPORTER_OTLP_PROTOCOL: optionalText,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optionalText,
  OTEL_TRACES_EXPORTER: optionalText,
  OTEL_SDK_DISABLED: optionalText,
});

/** What the environment may say. */
export const VARIABLES: readonly string[] = Object.keys(environmentSchema.shape);

export interface Config {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly secret: string | undefined;
  /** Folder of the state store, spill files and reports, absolute. */
  readonly dataDir: string;
  readonly jobsDir: string;
  /** Who is told what, absolute; it may be missing. */
  readonly notifyFile: string;
  /** Absolute. Without `TARGETS_FILE` it may be missing: `targets.yaml` beside the folder of jobs. */
  readonly targetsFile: { readonly path: string; readonly isGiven: boolean };
  /** `--target`: the name of a target in that file. */
  readonly target: string | undefined;
  /** `--url` was given: it wins over the name that a job has for its target. */
  readonly isUrlGiven: boolean;
  /** The token as it is now: its file may hold another one than when the process began. */
  readonly readToken: () => string | undefined;
  readonly stateUrl: string | undefined;
  /** Of the queue: `redis://`, `rediss://`, or the path of a socket. It may hold a password: never shown whole. */
  readonly redisUrl: string | undefined;
  /** In front of every key in Redis. */
  readonly redisPrefix: string;
  /** Where files are that all workers can get: `file:` or `s3:`; `undefined`: where they lie. */
  readonly filesUrl: string | undefined;
  readonly s3: S3Settings;
  /** Name of the IP address by which targets see this worker: a limit is shared by workers of one name. */
  readonly egress: string;
  /** Where a worker tells how it is; `null`: nowhere. */
  readonly health: HealthAddress | null;
  /** Runs at a time in one worker. */
  readonly workerConcurrency: number;
  /** `null`: nobody said. */
  readonly logLevel: LogLevel | null;
  readonly color: boolean;
  /** The environment, for secrets that a job file names. */
  readonly variables: Variables;
  /** `null`: no spans are made. */
  readonly tracing: TracingConfig | null;
}

/** Everything else the SDK reads by itself, from the variables that OpenTelemetry names. */
export interface TracingConfig {
  readonly protocol: 'http/protobuf' | 'http/json';
}

export interface HealthAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConfigFlags {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly target?: string | undefined;
}

/**
 * Reads flags and environment into one checked value.
 *
 * @throws SyncError `config-invalid` with every problem in the message
 */
export function loadConfig(flags: ConfigFlags = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  // What the SDK of S3 says of coming releases of Node is no concern of somebody who runs a command.
  environment['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const problems: string[] = [];
  const values = readValues(environment, problems);
  const variables: Variables = (name) => environment[name];
  const secretOf = (name: Secret): string | undefined => findOwn(name, variables, problems);
  const jobsDir = path.resolve(values.JOBS_DIR ?? 'jobs');
  const config: Config = {
    url: flags.url ?? values.NINJA_URL,
    token: flags.token ?? secretOf('NINJA_TOKEN'),
    secret: secretOf('NINJA_SECRET'),
    dataDir: path.resolve(values.DATA_DIR ?? '.ninja-sync'),
    jobsDir,
    notifyFile: path.resolve(values.NOTIFY_FILE ?? path.join(path.dirname(jobsDir), 'notify.yaml')),
    targetsFile: {
      path: path.resolve(values.TARGETS_FILE ?? path.join(path.dirname(jobsDir), 'targets.yaml')),
      isGiven: values.TARGETS_FILE !== undefined,
    },
    target: flags.target,
    isUrlGiven: flags.url !== undefined,
    readToken: () => flags.token ?? readToken(variables),
    stateUrl: secretOf('STATE_URL'),
    redisUrl: checkRedisUrl(secretOf('REDIS_URL'), problems),
    redisPrefix: values.REDIS_PREFIX ?? 'ninja-sync',
    filesUrl: values.FILES_URL,
    s3: readS3(values, secretOf, problems),
    egress: values.EGRESS ?? '',
    health:
      values.HEALTH_PORT === 0
        ? null
        : { host: values.HEALTH_HOST ?? '127.0.0.1', port: values.HEALTH_PORT ?? HEALTH_PORT },
    workerConcurrency: values.WORKER_CONCURRENCY ?? 2,
    logLevel: values.LOG_LEVEL ?? null,
    color: values.NO_COLOR === undefined,
    variables,
    tracing: readTracing(values, problems),
  };
  if (flags.url !== undefined && flags.target !== undefined)
    problems.push('--url and --target: each of them names a target; give one');
  refuse(problems);
  return config;
}

/** The environment of this process, as it is now. */
export const ENVIRONMENT: Variables = (name) => process.env[name];

/** @throws SyncError `config-invalid` */
function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new SyncError('config-invalid', `The environment cannot be used:\n  ${problems.join('\n  ')}`);
}

/** @throws SyncError `config-invalid` when its file cannot be read */
function readToken(variables: Variables): string | undefined {
  const problems: string[] = [];
  const token = findOwn('NINJA_TOKEN', variables, problems);
  refuse(problems);
  return token;
}

function findOwn(name: Secret, variables: Variables, problems: string[]): string | undefined {
  const found = findSecret({ env: name }, variables);
  if ('value' in found) return found.value;
  if (!found.isUnset) problems.push(found.problem);
  return undefined;
}

type Values = z.output<typeof environmentSchema>;
type Secret =
  | 'NINJA_TOKEN'
  | 'NINJA_SECRET'
  | 'STATE_URL'
  | 'REDIS_URL'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY';

/** What is wrong with one variable does not hide what is wrong with another. */
function readValues(environment: NodeJS.ProcessEnv, problems: string[]): Values {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`);
  const unusable = new Set(parsed.error.issues.map(({ path: [name] }) => name));
  return environmentSchema.parse(
    Object.fromEntries(Object.entries(environment).filter(([name]) => !unusable.has(name))),
  );
}

/** Where no endpoint is named, Amazon's is meant, which wants the bucket in the host's name. */
function readS3(values: Values, secretOf: (name: Secret) => string | undefined, problems: string[]): S3Settings {
  const endpoint = values.S3_ENDPOINT;
  if (endpoint !== undefined && !/^https?:\/\/[^/@]+\/?$/i.test(endpoint))
    problems.push('S3_ENDPOINT: write http://HOST:PORT or https://HOST, without a path or a password');
  const accessKeyId = secretOf('AWS_ACCESS_KEY_ID');
  const secretAccessKey = secretOf('AWS_SECRET_ACCESS_KEY');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    const missing = accessKeyId === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
    problems.push(`${missing}: not set, while the other half of the key is`);
  }
  const region = values.S3_REGION ?? values.AWS_REGION ?? 'us-east-1';
  return { endpoint, region, accessKeyId, secretAccessKey, pathStyle: endpoint !== undefined };
}

/** As ioredis reads it. What is wrong is said without the address itself, which may hold a password. */
function checkRedisUrl(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined) return undefined;
  const protocol = URL.canParse(text) ? new URL(text).protocol : null;
  if (protocol === 'redis:' || protocol === 'rediss:') return text;
  if (protocol === 'unix:') return text.replace(/^unix:(\/\/)?/, '');
  const found = protocol === null ? 'this is no address' : `"${protocol}" is not Redis`;
  problems.push(`REDIS_URL: ${found}; write redis://HOST:PORT, rediss://HOST:PORT or unix:///PATH`);
  return undefined;
}

/** As OpenTelemetry reads them. The address is never shown: it may hold a key. */
function readTracing(values: Values, problems: string[]): TracingConfig | null {
  const signal = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const endpoint = signal ?? values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = values.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || values.OTEL_TRACES_EXPORTER === 'none';
  if (endpoint === undefined || isOff) return null;
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    const name = signal === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
    problems.push(`${name}: this is no address of a collector; write http://HOST:4318`);
  }
  const protocol = values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
  if (protocol === 'http/protobuf' || protocol === 'http/json') return { protocol };
  problems.push(`OTEL_EXPORTER_OTLP_PROTOCOL: "${protocol}" is not spoken here; http/protobuf or http/json`);
  return null;
}
