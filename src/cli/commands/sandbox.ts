/** `ninja-sync sandbox`: a local Invoice Ninja to rehearse against. */

import { once } from 'node:events';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { startSandbox } from '../../sandbox/server.js';
import { EXIT_DONE, action } from '../command.js';
import type { CommonOptions, Session } from '../command.js';

interface SandboxCommandOptions extends CommonOptions {
  readonly port: string;
  readonly clients: string;
  readonly mode: string;
  readonly rateLimit?: string;
}

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('a local Invoice Ninja with the rules of a real one; everything in memory')
    .option('--port <n>', '0 takes any free one', '0')
    .option('--token <token>', "the administrator's token")
    .option('--clients <n>', 'invented clients to start with', '0')
    .option('--mode <mode>', 'selfhost or hosted', 'selfhost')
    .option('--rate-limit <n>', 'requests a minute; hosted has 500')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      '\nExample:\n  ninja-sync sandbox --port 8080 --clients 200\n  curl -X POST http://127.0.0.1:8080/_sandbox/reset    (empties it)',
    )
    .action(action(sandbox));
}

async function sandbox({ io, signal, defer }: Session, options: SandboxCommandOptions): Promise<number> {
  const { mode } = options;
  if (mode !== 'selfhost' && mode !== 'hosted')
    throw new SyncError('usage', `--mode ${mode}: there are selfhost and hosted.`);
  const server = await startSandbox({
    port: wholeNumber('--port', options.port, 65_535),
    clients: wholeNumber('--clients', options.clients, 5_000_000),
    mode,
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.rateLimit === undefined
      ? {}
      : { rateLimit: wholeNumber('--rate-limit', options.rateLimit, 1_000_000) }),
  });
  defer(() => server.close());
  if (io.json) io.emit({ type: 'listening', url: server.url, tokens: server.tokens });
  else io.print(`Listening on ${server.url}, token of the administrator: ${server.tokens.admin}`);
  io.talk('Stop it with Ctrl-C; what it holds is gone then.');
  if (!signal.aborted) await once(signal, 'abort');
  if (io.json) io.emit({ type: 'summary', requests: server.requests.length });
  return EXIT_DONE;
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new SyncError('usage', `${option} ${text}: a whole number from 0 to ${max} is needed.`);
  return value;
}
