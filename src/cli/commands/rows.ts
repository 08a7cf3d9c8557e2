/** `ninja-sync rows FILE`: the raw rows, as they are read. */

import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { profileFiles } from '../../run/open-files.js';
import { readRows } from '../../source/read.js';
import { EXIT_DONE, EXIT_REJECTS, action, readOverrides } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { showText } from '../text.js';

export function addRows(program: Command): void {
  program
    .command('rows')
    .description('the rows of a file with their line numbers, cells still text')
    .argument('<file>')
    .option('--json', 'JSON lines')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .addHelpText('after', '\nExample:\n  ninja-sync rows exports/companies.csv --json | head')
    .action(action(rows));
}

async function rows({ io }: Session, options: CommonOptions, [path = '']: readonly string[]): Promise<number> {
  const [profile, ...others] = await profileFiles([path], readOverrides(options));
  if (profile === undefined || others.length > 0) {
    const names = [profile, ...others].map((one) => one?.name).join(', ');
    const hint = 'Unpack it and name one of them.';
    throw new SyncError('usage', `${path}: holds ${others.length + 1} files, and rows are shown of one: ${names}`, {
      hint,
    });
  }
  let count = 0;
  let rejects = 0;
  if (io.json) io.emit({ type: 'header', columns: profile.columns });
  else io.print(profile.columns.map(showText).join(' │ '));
  for await (const batch of readRows(profile)) {
    for (const { line, cells } of batch.rows) {
      count += 1;
      if (io.json) io.emit({ type: 'row', line, cells });
      else io.print(`${String(line).padStart(6)}  ${cells.map(showText).join(' │ ')}`);
    }
    for (const { line, reason } of batch.left) {
      if (io.json) io.emit({ type: 'skipped', line, reason });
      else io.talk(`${profile.unit} ${line} is left out: ${showText(reason)}`);
    }
    for (const { line, code, value, hint } of batch.broken) {
      rejects += 1;
      if (io.json) io.emit({ type: 'reject', line, column: null, code, value, hint });
      else io.talk(`${profile.unit} ${line}: ${code}: ${showText(value)}. ${hint}`);
    }
  }
  const { encoding, delimiter, quote, preambleLines, footerLines } = profile;
  if (io.json)
    io.emit({ type: 'summary', encoding, delimiter, quote, preambleLines, footerLines, rows: count, rejects });
  else io.talk(`${count} rows, ${rejects} that cannot be read.`);
  return rejects > 0 ? EXIT_REJECTS : EXIT_DONE;
}
