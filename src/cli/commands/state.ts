/** `ninja-sync state`: where runs, journals and ownership are kept, in which version, and how they move. */

import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { describePlace, openDatabase, openMigrated } from '../../run/open-store.js';
import { copyState } from '../../run/state/copy.js';
import { readStateVersion } from '../../run/state/migrations.js';
import type { StateVersion } from '../../run/state/migrations.js';
import { EXIT_DONE, action } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { openProgress } from '../progress.js';

interface CopyOptions extends CommonOptions {
  readonly to: string;
}

export function addState(program: Command): void {
  const state = program
    .command('state')
    .description('where runs, journals and ownership are kept: its version, and moving it to PostgreSQL')
    .addHelpText('after', '\nExample:\n  ninja-sync state status');
  state
    .command('status')
    .description('which version its tables have, without changing them')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  STATE_URL=postgres://sync@db.example/sync ninja-sync state status')
    .action(action(status));
  state
    .command('migrate')
    .description('bring its tables to this release (every command does that when it starts)')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync state migrate')
    .action(action(migrate));
  state
    .command('copy')
    .description('copy it into another one that holds nothing yet')
    .requiredOption('--to <url>', 'postgres://user:password@host:5432/database, or sqlite:/path/state.db')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
Stop the workers first: what is written while it is copied is not in the copy. The original stays as it is.

Example:
  ninja-sync state copy --to postgres://sync:secret@db.example:5432/sync`,
    )
    .action(action(copy));
}

async function status({ io, config }: Session): Promise<number> {
  const database = openDatabase(config);
  try {
    const place = describePlace(config);
    const found = await readStateVersion(database, place);
    if (io.json) io.emit({ type: 'summary', place, ...found });
    else show(io, place, found);
    if (found.pending.length > 0) io.talk('Next: ninja-sync state migrate    (any other command does it as well)');
    return EXIT_DONE;
  } finally {
    await database.destroy();
  }
}

function show(io: Session['io'], place: string, { version, newest, pending }: StateVersion): void {
  io.print(place);
  io.print(version === 0 ? '  no tables yet' : `  version ${version} of ${newest}`);
  for (const name of pending) io.print(`  to come: ${name}`);
}

async function migrate(session: Session): Promise<number> {
  const { io, config } = session;
  const place = describePlace(config);
  const database = openDatabase(config);
  session.defer(() => database.destroy());
  const before = await readStateVersion(database, place);
  const migrated = await openMigrated(config);
  await migrated.destroy();
  const { pending, newest } = before;
  if (io.json) io.emit({ type: 'summary', place, version: newest, applied: pending });
  else
    io.print(
      `${place}: version ${newest}${pending.length === 0 ? ', nothing to do' : `, applied: ${pending.join('; ')}`}`,
    );
  return EXIT_DONE;
}

async function copy(session: Session, { to }: CopyOptions): Promise<number> {
  const { io, config } = session;
  const target = { dataDir: config.dataDir, stateUrl: to };
  const [fromPlace, toPlace] = [describePlace(config), describePlace(target)];
  if (fromPlace === toPlace) {
    throw new SyncError('usage', `${fromPlace} cannot be copied onto itself.`, {
      hint: 'Name another place with --to.',
    });
  }
  const from = await openMigrated(config);
  session.defer(() => from.destroy());
  const into = await openMigrated(target);
  session.defer(() => into.destroy());
  const progress = openProgress(io);
  const counts = await copyState(from, into, ({ done, total }) =>
    progress({ phase: 'copying', done, total, unit: 'rows' }),
  );
  if (io.json) {
    io.emit({ type: 'summary', from: fromPlace, to: toPlace, rows: counts });
  } else {
    io.print(`${fromPlace} → ${toPlace}`);
    for (const [table, count] of Object.entries(counts)) io.print(`  ${table.padEnd(10)} ${count}`);
  }
  io.talk('Next: set STATE_URL to the new place, for every worker, then start them.');
  return EXIT_DONE;
}
