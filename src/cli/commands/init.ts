/** `ninja-sync init FILE…`: writes a commented job file for an export. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { renderJob } from '../../job/init.js';
import { LAYOUTS } from '../../mapping/layouts/index.js';
import { inspectProfile } from '../../run/inspect-file.js';
import { profileFiles } from '../../run/open-files.js';
import { EXIT_DONE, action, readOverrides } from '../command.js';
import type { CommonOptions, Session } from '../command.js';

interface InitOptions extends CommonOptions {
  readonly name?: string;
  readonly out?: string;
  readonly force?: boolean;
}

export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a commented job file for this export')
    .argument('<file...>', 'files that belong together')
    .option('--name <name>', "the job's name; by default that of the file")
    .option('--out <path>', 'where to write it; - is stdout; by default jobs/NAME.yaml')
    .option('--force', 'replace an existing file')
    .option('--json', 'JSON lines')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .addHelpText('after', '\nExample:\n  ninja-sync init exports/kunden.csv --name shop')
    .action(action(init));
}

async function init(session: Session, options: InitOptions, paths: readonly string[]): Promise<number> {
  const { io, config } = session;
  const inspections = [];
  for (const profile of await profileFiles(paths, readOverrides(options)))
    inspections.push(await inspectProfile(profile));
  const layouts = inspections.map(({ layout }) => layout);
  const name = options.name ?? nameFrom(paths[0] ?? 'job');
  const outPath = options.out === '-' ? null : path.resolve(options.out ?? path.join(config.jobsDir, `${name}.yaml`));
  const project = outPath === null ? process.cwd() : path.dirname(path.dirname(outPath));
  const text = renderJob({
    name,
    files: paths.map((file, nth) => ({
      path: path.relative(project, path.resolve(file)),
      layout: layouts[nth] ?? null,
    })),
    columns: columnsOf(inspections).map((column) => ({ ...column, contact: 0 })),
    match:
      LAYOUTS.find(({ name: known, match }) => match !== undefined && layouts.some((layout) => layout?.name === known))
        ?.match ?? [],
  });
  if (outPath === null) {
    io.write(Buffer.from(text));
    return EXIT_DONE;
  }
  await mkdir(path.dirname(outPath), { recursive: true });
  try {
    await writeFile(outPath, text, { flag: options.force === true ? 'w' : 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new SyncError('usage', `${outPath} exists already.`, {
      hint: 'Give another --name, or --force to replace it.',
    });
  }
  if (io.json)
    io.emit({ type: 'summary', job: name, path: outPath, layouts: layouts.map((layout) => layout?.name ?? null) });
  else io.print(outPath);
  io.talk(`Read it and correct it where it asks. Next: ninja-sync plan ${paths.join(' ')} --job ${name}`);
  return EXIT_DONE;
}

/** A job names columns for all of its files: what a file before has too is listed once. */
function columnsOf<Column extends { readonly header: string }>(
  files: readonly { readonly columns: readonly Column[] }[],
): readonly Column[] {
  return files.flatMap(({ columns }, nth) => {
    const known = new Set(files.slice(0, nth).flatMap((file) => file.columns.map(({ header }) => header)));
    return columns.filter(({ header }) => !known.has(header));
  });
}

/** `Kunden 2026-11.csv` → `kunden-2026-11`. */
function nameFrom(file: string): string {
  const base = path
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .toLowerCase();
  return (
    base
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[-._]+|[-._]+$/g, '')
      .slice(0, 60) || 'job'
  );
}
