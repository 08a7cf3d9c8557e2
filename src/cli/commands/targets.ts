/** `ninja-sync targets`, `targets accept`: the companies of targets.yaml, and saying that another company is meant. */

import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { describeClaim } from '../../run/target-company.js';
import { describeSecret } from '../../secret.js';
import { loadJobs } from '../../worker/jobs.js';
import { EXIT_DONE, action, readTargets, useStore, useTarget } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { plural, showText } from '../text.js';

interface TargetsOptions extends CommonOptions {
  readonly label?: readonly string[];
}

export function addTargets(program: Command): void {
  const targets = program
    .command('targets')
    .description('the companies of targets.yaml, with the jobs that use them; never a token')
    .option('--label <label...>', 'those that have all of these labels')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync targets --label eu')
    .action(action(list));
  targets
    .command('accept')
    .description('the company that a token is for now is the one that its target means from now on')
    .argument('[target]', 'a target of targets.yaml; without it the one of --url or NINJA_URL')
    .option('--url <url>', 'the Invoice Ninja server of a target without a name (else NINJA_URL)')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
What is known of that company under another name, or of the address of its server while nobody noted whose it is,
becomes the target's. What is known of the target's former company is kept apart.

Example:
  ninja-sync targets accept acme`,
    )
    .action(action(accept));
}

async function list(session: Session, { label = [] }: TargetsOptions): Promise<number> {
  const { io, config } = session;
  const targets = await readTargets(session);
  const { jobs } = await loadJobs(config.jobsDir, { error: () => undefined }, targets);
  const store = await useStore(session);
  const known = new Map((await store.listTargets()).map((one) => [one.target, one]));
  const shown = targets.list.filter(({ labels }) => label.every((one) => labels.includes(one)));
  const nameWidth = Math.max(0, ...shown.map(({ name }) => name.length));
  for (const target of shown) {
    const { name, url, labels, token, requestsPerMinute, concurrency, headroom } = target;
    const own = jobs.filter((job) => job.target.name === name).map((job) => job.name);
    const company = known.get(name)?.companyName ?? null;
    if (io.json) {
      const place = describeSecret(token);
      io.emit({
        type: 'target',
        target: name,
        url,
        labels,
        token: place,
        requestsPerMinute,
        concurrency,
        headroom,
        company,
        jobs: own,
      });
      continue;
    }
    const tags = labels.length === 0 ? '' : `  [${labels.join(', ')}]`;
    const whose = company === null ? 'not used yet' : showText(company);
    io.print(`${name.padEnd(nameWidth)}  ${url}${tags}  ${whose}; ${own.length === 0 ? 'no job' : own.join(', ')}`);
  }
  if (io.json) io.emit({ type: 'summary', targets: shown.length });
  else if (targets.list.length === 0) io.talk(`There is no target in ${targets.path}: see docs/targets.md.`);
  else io.talk(`${plural(shown.length, 'target')}. Next: ninja-sync doctor --all`);
  return EXIT_DONE;
}

async function accept(session: Session, _options: CommonOptions, [name]: readonly string[]): Promise<number> {
  const { io, config } = session;
  const wanted: Session = { ...session, config: { ...config, target: name } };
  const target = await useTarget(wanted, null);
  const { key, access, ninja } = target;
  const { company } = access;
  if (company === null) {
    throw new SyncError('target-company', `${key}: the server does not say which company the token is for.`, {
      hint: 'POST /api/v1/refresh tells it: does a proxy in front of the server keep it away?',
    });
  }
  const store = await useStore(session);
  const moves = await store.acceptTarget(describeClaim(key, company, new Date().toISOString()), ninja.url);
  if (io.json) {
    for (const move of moves) io.emit({ type: 'moved', ...move });
    io.emit({ type: 'summary', target: key, company: company.name, moved: moves.length });
    return EXIT_DONE;
  }
  for (const { from, to } of moves) io.print(`What was known of ${from} is known of ${to} now.`);
  io.print(`${key} is the company ${JSON.stringify(company.name)}.`);
  return EXIT_DONE;
}
