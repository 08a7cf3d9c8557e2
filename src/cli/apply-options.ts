/** What all commands have in common that send changes. */

import { Option } from 'commander';
import type { Command } from 'commander';
import { SyncError } from '../errors.js';
import { parseDuration } from '../job/duration.js';
import { GUARDS } from '../plan/guards.js';
import type { CommonOptions } from './command.js';

export interface SendOptions extends CommonOptions {
  readonly allow?: readonly string[];
  readonly wait?: string;
  readonly patience?: string;
}

/** @param source what names the server when nobody else does */
export function addSendOptions(command: Command, source = 'the one that was planned for'): Command {
  return command
    .addOption(new Option('--allow <guard...>', 'let this guard pass once').choices(GUARDS))
    .option(
      '--wait <duration>',
      'wait so long for another run that writes to the same target, such as 30s or 10m',
      '0s',
    )
    .option('--patience <duration>', 'wait so long for a target that is down', '10m')
    .option('--url <url>', `the Invoice Ninja server (else NINJA_URL, else ${source})`)
    .option('--target <name>', 'a target of targets.yaml')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option('--json', 'JSON lines');
}

/** @throws SyncError `usage` */
export function readSendOptions({ allow = [], wait = '0s', patience = '10m' }: SendOptions): {
  readonly allow: readonly string[];
  readonly waitMs: number;
  readonly patienceMs: number;
} {
  return { allow, waitMs: readDuration('--wait', wait), patienceMs: readDuration('--patience', patience) };
}

/** Longer than any run; more is a slip of the finger. */
const DURATION_MAX_MS = 7 * 24 * 60 * 60 * 1000;

function readDuration(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms > DURATION_MAX_MS) {
    throw new SyncError('usage', `${option} "${text}" is no duration of at most 7d.`, {
      hint: 'Write numbers with their units: 30s, 10m, 1h30m.',
    });
  }
  return ms;
}
