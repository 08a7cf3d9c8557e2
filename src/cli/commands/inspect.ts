/** `ninja-sync inspect FILE…`: what files are and what becomes of all their rows, before anything is done with them. */

import path from 'node:path';
import type { Command } from 'commander';
import { inspectFiles } from '../../run/inspect.js';
import { EXIT_DONE, action, readOverrides } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { renderInspectionHtml } from '../inspection-page.js';
import { openOutput } from '../output.js';
import { openProgress } from '../progress.js';
import { emitInspection, printInspection } from '../show-inspection.js';

interface InspectOptions extends CommonOptions {
  readonly html?: string;
}

export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description(
      'what files are (format, encoding, header, layout), the field that each column would fill, and every problem in their rows',
    )
    .argument('<file...>', 'files that belong together, such as companies and contacts')
    .option('--json', 'JSON lines')
    .option('--html <file>', 'writes the same as a page for a browser')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .addHelpText(
      'after',
      '\nExamples:\n  ninja-sync inspect exports/companies.csv\n  ninja-sync inspect samples/hubspot/companies.csv samples/hubspot/contacts.csv --html look.html',
    )
    .action(action(inspect));
}

async function inspect(session: Session, options: InspectOptions, paths: readonly string[]): Promise<number> {
  const { io, config, signal } = session;
  const progress = openProgress(io);
  const inspection = await inspectFiles(paths, {
    overrides: readOverrides(options),
    folder: path.join(config.dataDir, 'tmp'),
    onProgress: (read) => progress({ phase: 'reading', done: read.bytesRead, total: read.bytes, unit: 'bytes' }),
    signal,
  });
  if (options.html !== undefined) {
    const output = await openOutput(io, options.html);
    try {
      await output.write(renderInspectionHtml(inspection));
      await output.finish();
    } finally {
      await output.discard();
    }
  }
  if (io.json) emitInspection(io, inspection);
  else printInspection(io, inspection);
  if (options.html !== undefined) io.talk(`\nThe same as a page: ${options.html}`);
  const next = inspection.refused === null ? 'records' : 'init';
  const why =
    inspection.refused === null ? 'the clients that these rows make' : 'a job file that asks which column is what';
  if (!io.json) io.talk(`\nNext: ninja-sync ${next} ${paths.join(' ')}    (${why})`);
  return EXIT_DONE;
}
