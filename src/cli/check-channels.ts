/** Can people be told? For `doctor`: without telling anybody. */

import { SyncError } from '../errors.js';
import { describeUnknown, loadChannels } from '../notify/channels.js';
import type { Channels } from '../notify/channels.js';
import { checkChannel } from '../notify/send.js';
import { loadJobs } from '../worker/jobs.js';
import { readTargets } from './command.js';
import type { Session } from './command.js';
import type { Finding } from './commands/doctor.js';

interface Check {
  readonly name: string;
  readonly finding: Finding;
}

export async function checkChannels(session: Session): Promise<readonly Check[]> {
  const { config } = session;
  const name = 'notify';
  try {
    const channels = await loadChannels(config.notifyFile);
    const { jobs } = await loadJobs(config.jobsDir, { error: () => undefined }, await readTargets(session));
    const names = channels.all.map((channel) => channel.name);
    const unknown = jobs.flatMap((job) =>
      (job.notify?.to ?? [])
        .filter((to) => !names.includes(to))
        .map((to) => `job ${job.name}: ${describeUnknown(to, names)}`),
    );
    const broken = findBroken(channels);
    const problems = [...unknown, ...broken];
    if (problems.length > 0)
      return problems.map((message) => ({ name, finding: { ok: false, message, hint: 'docs/notifications.md' } }));
    const message =
      names.length === 0
        ? `nobody is told when a run fails: ${config.notifyFile} is not there`
        : `${names.join(', ')}; to try them: ninja-sync notify test`;
    return [{ name, finding: { ok: true, message } }];
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return [{ name, finding: { ok: false, message: error.message, hint: error.hint } }];
  }
}

function findBroken({ all }: Channels): readonly string[] {
  const problems: string[] = [];
  for (const channel of all) {
    try {
      checkChannel(channel);
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      problems.push(`channel ${channel.name}: ${error.message}`);
    }
  }
  return problems;
}
