/** `npm run demo`: the whole product on invented data, in one process: plan, apply, plan again. */

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { loadJob } from '../../job/load.js';
import { LAYOUTS } from '../../mapping/layouts/index.js';
import { applyRun } from '../../run/apply-run.js';
import { planRun } from '../../run/plan-run.js';
import { openStore } from '../../run/open-store.js';
import { openTarget } from '../../run/target.js';
import { countRemaining } from '../../run/verify-run.js';
import { startSandbox } from '../../sandbox/server.js';
import { EXIT_DONE, EXIT_FAILED, action, useContext } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { jobFiles } from '../../job/files.js';
import { fillSandbox } from '../demo-clients.js';
import { showRun } from '../show-run.js';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('a tour on a sandbox: plan, apply, plan again; touches no server and needs no service')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync demo')
    .action(action(demo));
}

async function demo(session: Session, _options: CommonOptions): Promise<number> {
  const { io } = session;
  const job = await loadJob('hubspot-nightly', path.join(PROJECT, 'jobs'), {
    layouts: LAYOUTS.map((layout) => layout.name),
  });
  const paths = await jobFiles(job);
  const dataDir = path.join(session.config.dataDir, 'demo');

  const sandbox = await startSandbox();
  session.defer(() => sandbox.close());
  const token = sandbox.tokens.admin;
  const target = await openTarget({ url: sandbox.url, token, concurrency: job.target.concurrency });
  session.defer(() => target.ninja.close());
  const store = await openStore({ dataDir });
  session.defer(() => store.close());
  const context = { ...(await useContext(session, store)), dataDir, files: null };

  io.talk('1. A sandbox: an Invoice Ninja company in this process, with the rules of a real one.');
  const filled = await fillSandbox(sandbox, target.codes, job, paths, path.join(dataDir, 'tmp', randomUUID()));
  io.talk(
    `   ${filled.clients} clients: ${filled.equal} equal to the export, ${filled.drifted} drifted from it, ${filled.archived} archived, ${filled.withOwnContacts} with contacts that a person added, ${filled.unknown} that the export does not know.`,
  );
  io.talk(
    `\n2. The plan: ${paths.map((file) => path.basename(file)).join(' and ')} against the sandbox. Nothing is written yet.\n`,
  );
  const planned = await planRun(context, target, job, paths);
  await showRun(io, store, planned, { all: true });

  io.talk('\n3. The plan is applied.');
  const done = await applyRun(context, target, planned, { allow: [] });
  if (!io.json) io.print('');
  const outcomes = Object.entries(done.rowOutcomes ?? {}).filter(([, count]) => count > 0);
  if (!io.json)
    io.print(`Applied. Rows by outcome: ${outcomes.map(([kind, count]) => `${count} ${kind}`).join(', ')}.`);

  io.talk('\n4. The same files are planned again.');
  const remaining = await countRemaining(context, target, job, paths);
  if (io.json)
    io.emit({
      type: 'summary',
      run: done.id,
      status: done.status,
      rowOutcomes: done.rowOutcomes,
      remaining,
      folder: done.folder,
    });
  else
    io.print(
      remaining === 0
        ? 'Nothing is left to do: the sandbox holds what the export says.'
        : `${remaining} changes are left: this should not be.`,
    );
  io.talk(`\nThe report, for your browser: ${done.folder}/report.html`);
  io.talk('Next, with your own export: npx ninja-sync inspect FILE');
  return remaining === 0 && done.status === 'done' ? EXIT_DONE : EXIT_FAILED;
}
