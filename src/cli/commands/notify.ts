/** `ninja-sync notify test`, `notify list`: do the ways work by which people are told, and what did not get through. */

import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { describeUnknown, loadChannels } from '../../notify/channels.js';
import type { Channel } from '../../notify/channels.js';
import { describeTest } from '../../notify/message.js';
import { send } from '../../notify/send.js';
import { EXIT_DONE, EXIT_FAILED, action, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { plural, showText, showTime } from '../text.js';

interface TestOptions extends CommonOptions {
  readonly channel?: string;
}

const LISTED_MAX = 50;

export function addNotify(program: Command): void {
  const notify = program
    .command('notify')
    .description('the ways by which people are told what happened (notify.yaml)')
    .addHelpText('after', '\nExample:\n  ninja-sync notify test');
  notify
    .command('test')
    .description('send a test message to each channel, and say what came back')
    .option('--channel <name>', 'to this one only')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync notify test --channel ops')
    .action(action(test));
  notify
    .command('list')
    .description('messages that wait, and those that were given up')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync notify list')
    .action(action(list));
}

async function test(session: Session, { channel: wanted }: TestOptions): Promise<number> {
  const { io, config } = session;
  const { all } = await loadChannels(config.notifyFile);
  const names = all.map(({ name }) => name);
  if (wanted !== undefined && !names.includes(wanted))
    throw new SyncError('usage', `--channel: ${describeUnknown(wanted, names)}`);
  if (all.length === 0) {
    throw new SyncError('usage', `No channel: ${config.notifyFile} is not there, or names none.`, {
      hint: 'How it is written: docs/notifications.md',
    });
  }
  const chosen = all.filter(({ name }) => wanted === undefined || name === wanted);
  let failed = 0;
  for (const channel of chosen) {
    const error = await tryOut(channel);
    if (error !== null) failed += 1;
    if (io.json) io.emit({ type: 'channel', name: channel.name, ok: error === null, error });
    else io.print(`${error === null ? 'ok     ' : 'PROBLEM'}  ${channel.name}${error === null ? '' : `: ${error}`}`);
  }
  if (io.json) io.emit({ type: 'summary', channels: chosen.length, failed });
  else io.talk(failed === 0 ? 'Every message was taken.' : `${failed} of ${chosen.length} did not get through.`);
  return failed === 0 ? EXIT_DONE : EXIT_FAILED;
}

/** Why it did not work; `null`: it did. */
async function tryOut(channel: Channel): Promise<string | null> {
  const now = Date.now();
  const message = describeTest(channel.name, new Date(now).toISOString());
  try {
    await send(channel, { id: `msg_${randomUUID()}`, message, count: 1, now });
    return null;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return [error.message, error.hint].filter((part) => part !== undefined).join(' ');
  }
}

async function list(session: Session): Promise<number> {
  const { io } = session;
  const store = await useStore(session);
  const notices = await store.listNotices(['waiting', 'given-up'], LISTED_MAX);
  for (const { id, channel, job, event, state, count, attempts, nextAt, error } of notices) {
    if (io.json) {
      io.emit({ type: 'notice', id, channel, job, event, state, count, attempts, nextAt, error });
      continue;
    }
    const when = state === 'given-up' ? 'given up' : `next try ${showTime(nextAt)}`;
    const times = count > 1 ? ` (${count} times)` : '';
    const why = error === null ? '' : `: ${showText(error)}`;
    io.print(`${channel.padEnd(16)} ${job}, ${event}${times}; ${when}, ${plural(attempts, 'attempt')} so far${why}`);
  }
  const waiting = notices.filter(({ state }) => state === 'waiting').length;
  const givenUp = notices.length - waiting;
  if (io.json) io.emit({ type: 'summary', waiting, givenUp });
  else io.talk(notices.length === 0 ? 'No message waits.' : `${waiting} waiting, ${givenUp} given up.`);
  return EXIT_DONE;
}
