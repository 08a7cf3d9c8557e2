/** `ninja-sync sandbox`: a local Invoice Ninja to rehearse against. */

import { once } from 'node:events';
import path from 'node:path';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { connectNinja } from '../../ninja/client.js';
import { copyClients } from '../../sandbox/copy.js';
import type { FaultRule } from '../../sandbox/faults.js';
import { readFaultRules } from '../../sandbox/faults.js';
import type { Sandbox } from '../../sandbox/server.js';
import { startSandbox } from '../../sandbox/server.js';
import { EXIT_DONE, action } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { showError } from '../io.js';

interface SandboxCommandOptions extends CommonOptions {
  readonly port: string;
  readonly host: string;
  readonly clients?: string;
  readonly mode: string;
  readonly rateLimit?: string;
  readonly from?: string;
  readonly data?: string;
  readonly fault: readonly string[];
  readonly latency?: string;
}

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('a local Invoice Ninja with the rules of a real one; in memory, or kept in a file')
    .option('--port <n>', '0 takes any free one', '0')
    .option('--host <address>', 'where it listens; others may reach and empty it elsewhere than here', '127.0.0.1')
    .option('--token <token>', "the administrator's token; with --from the token of the source (better: NINJA_TOKEN)")
    .option('--clients <n>', 'invented clients to start with')
    .option('--from <url>', 'copy the clients of this server first: GET requests only, nothing is written there')
    .option('--data <file>', 'keep the state in this file between starts')
    .option('--mode <mode>', 'selfhost or hosted', 'selfhost')
    .option('--rate-limit <n>', 'requests a minute; hosted has 500')
    .option('--fault <rules>', 'JSON of fault rules as for /_sandbox/faults; may be given several times', collect, [])
    .option('--latency <ms>', 'answer every request this much later')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
Examples:
  ninja-sync sandbox --port 8080 --clients 200 --data sandbox.json
  ninja-sync sandbox --from https://invoicing.example.com --token TOKEN
      (the copy's own administrator has the sandbox's token, which the first line names)
  ninja-sync sandbox --fault '{"kind":"status","status":503,"probability":0.05,"seed":7}' --latency 40
  curl -X POST http://127.0.0.1:8080/_sandbox/reset    (empties it)`,
    )
    .action(action(sandbox));
}

async function sandbox(session: Session, options: SandboxCommandOptions): Promise<number> {
  const { io, signal } = session;
  const server = await start(session, options);
  session.defer(() => server.close());
  if (options.from !== undefined) {
    await copyFrom(session, server, options.from);
    // Only now: half a copy in the file would look like a whole one.
    if (options.data !== undefined) await server.keepIn(path.resolve(options.data));
  }
  const { admin, ...others } = server.tokens;
  if (io.json) io.emit({ type: 'listening', url: server.url, tokens: server.tokens, clients: server.clientCount });
  else {
    io.print(`Listening on ${server.url}, token of the administrator: ${admin}`);
    io.print(
      `Other tokens: ${Object.entries(others)
        .map(([role, token]) => `${role} ${token}`)
        .join(', ')}`,
    );
  }
  io.talk(
    options.data === undefined
      ? 'Stop it with Ctrl-C; what it holds is gone then.'
      : `Stop it with Ctrl-C; what it holds stays in ${options.data}.`,
  );
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
  if (io.json) io.emit({ type: 'summary', requests: server.requests.length });
  return EXIT_DONE;
}

async function start({ io }: Session, options: SandboxCommandOptions): Promise<Sandbox> {
  const { mode, from, data, clients, token } = options;
  if (mode !== 'selfhost' && mode !== 'hosted')
    throw new SyncError('usage', `--mode ${mode}: there are selfhost and hosted.`);
  const dataFile = data === undefined ? undefined : path.resolve(data);
  if (from !== undefined && clients !== undefined)
    throw new SyncError('usage', '--from and --clients: a copy of a server has no invented clients.');
  if (from !== undefined && dataFile !== undefined && existsSync(dataFile)) {
    throw new SyncError('usage', `--from ${from}: ${dataFile} holds clients already.`, {
      hint: 'Leave --from away to go on with them, or name another file to copy anew.',
    });
  }
  const faults = [...options.fault.flatMap(readFaults), ...readLatency(options.latency)];
  const server = await startSandbox({
    port: wholeNumber('--port', options.port, 65_535),
    host: options.host,
    clients: clients === undefined ? 0 : wholeNumber('--clients', clients, 5_000_000),
    mode,
    onProblem: (error) => showError(io, error),
    ...(dataFile === undefined || from !== undefined ? {} : { dataFile }),
    ...(token === undefined || from !== undefined ? {} : { token }),
    ...(options.rateLimit === undefined
      ? {}
      : { rateLimit: wholeNumber('--rate-limit', options.rateLimit, 1_000_000) }),
  });
  for (const fault of faults) server.fault(fault);
  return server;
}

async function copyFrom({ io, config, signal }: Session, server: Sandbox, url: string): Promise<void> {
  if (config.token === undefined) {
    throw new SyncError('target-unset', `--from ${url}: no token for it.`, {
      hint: 'Give --token, or set NINJA_TOKEN or NINJA_TOKEN_FILE.',
    });
  }
  const source = connectNinja({ url, token: config.token, secret: config.secret });
  try {
    const copied = await copyClients(source, server, { signal });
    io.talk(`${copied} clients copied from ${source.url}. Nothing was written there.`);
  } finally {
    await source.close();
  }
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A list of rules, or one rule. */
function readFaults(text: string): readonly FaultRule[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyncError('usage', `--fault ${text}: this is no JSON.`, {
      hint: `For example --fault '{"kind":"status","status":503,"every":10}'`,
    });
  }
  const rules = readFaultRules(Array.isArray(value) ? value : [value]);
  if (typeof rules === 'string') throw new SyncError('usage', `--fault ${text}: ${rules}`);
  return rules;
}

function readLatency(text: string | undefined): readonly FaultRule[] {
  return text === undefined ? [] : [{ kind: 'latency', delayMs: wholeNumber('--latency', text, 600_000) }];
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new SyncError('usage', `${option} ${text}: a whole number from 0 to ${max} is needed.`);
  return value;
}
