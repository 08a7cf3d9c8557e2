/** `ninja-sync unlock [URL]`: who may write to which target at this moment, and how to take that from a run that is dead. */

import { hostname } from 'node:os';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { parseAddress } from '../../ninja/address.js';
import type { Lease } from '../../run/lease-store.js';
import { EXIT_DONE, action, readTargets, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { showTime } from '../text.js';

interface UnlockOptions extends CommonOptions {
  readonly force?: boolean;
}

export function addUnlock(program: Command): void {
  program
    .command('unlock')
    .description('which run writes to which target; with a target, take the right to write from a run that is dead')
    .argument('[target]', 'address or name of the target, as the list shows it')
    .option('--force', 'also while its process seems to be alive')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
One run at a time writes to a target. The right ends by itself soon after its process does; this command is for
those who cannot wait. A run that lost its right sends nothing more.

Example:
  ninja-sync unlock
  ninja-sync unlock https://invoicing.example.com`,
    )
    .action(action(unlock));
}

type Life = 'alive' | 'gone' | 'on another machine';

async function unlock(session: Session, options: UnlockOptions, [text]: readonly string[]): Promise<number> {
  const { io } = session;
  const store = await useStore(session);
  const leases = await store.listLeases();
  if (text === undefined) {
    list(session, leases);
    return EXIT_DONE;
  }
  const isKnown =
    leases.some(({ target }) => target === text) || (await readTargets(session)).list.some(({ name }) => name === text);
  const url = isKnown ? text : parseAddress(text).url;
  const held = leases.find((lease) => lease.target === url);
  if (held !== undefined && options.force !== true) checkDead(held);
  const broken = held === undefined ? null : await store.breakLease(url);
  if (broken === null) io.talk(`No run writes to ${url}.`);
  else if (!io.json) io.print(`Taken from ${describe(broken)}.`);
  if (io.json) {
    if (broken !== null) io.emit({ type: 'broken', ...broken });
    io.emit({ type: 'summary', broken: broken === null ? 0 : 1 });
  }
  if (broken !== null) io.talk(`Next: ninja-sync resume ${broken.runId}`);
  return EXIT_DONE;
}

function list({ io }: Session, leases: readonly Lease[]): void {
  for (const lease of leases) {
    const life = lifeOf(lease);
    if (io.json) io.emit({ type: 'lease', ...lease, process: life });
    else io.print(`${lease.target}  ${describe(lease)}, which is ${life}; ends ${showTime(lease.expiresAt)}`);
  }
  if (io.json) io.emit({ type: 'summary', leases: leases.length });
  else if (leases.length === 0) io.talk('No run writes to any target.');
  else io.talk(`Next, if that run is dead: ninja-sync unlock ${leases[0]?.target}`);
}

/** @throws SyncError `target-busy` as long as the holder may be at work */
function checkDead(lease: Lease): void {
  const life = lifeOf(lease);
  const expired = Date.parse(lease.expiresAt) <= Date.now();
  if (life === 'gone' || (life === 'on another machine' && expired)) return;
  throw new SyncError('target-busy', `${lease.target} is held by ${describe(lease)}, which is ${life}.`, {
    retry: 'later',
    hint:
      life === 'alive'
        ? `Stop that process (it ends between two changes), or wait. If it hangs: ninja-sync unlock ${lease.target} --force`
        : `The right ends at ${showTime(lease.expiresAt)} unless that process extends it. If you know that it is dead: ninja-sync unlock ${lease.target} --force`,
    details: { ...lease },
  });
}

function describe({ runId, pid, host, since }: Lease): string {
  return `run ${runId} (process ${pid} on ${host}, since ${showTime(since)})`;
}

function lifeOf({ host, pid }: Lease): Life {
  if (host !== hostname()) return 'on another machine';
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    // Somebody else's process: alive, but not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'alive' : 'gone';
  }
}
