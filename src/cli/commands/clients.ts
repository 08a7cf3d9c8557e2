/** `ninja-sync clients`: the clients of the target, for people, as a CSV that can be fed in again, or as JSON lines. */

import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { toClient } from '../../ninja/canonical.js';
import { readPages } from '../../ninja/pages.js';
import type { ReadClient } from '../../ninja/pages.js';
import { PER_PAGE_MAX, listParameters } from '../../ninja/query.js';
import type { Client } from '../../plan/client.js';
import { clientCsvRows, clientsCsvHeader } from '../../run/clients-csv.js';
import type { Target } from '../../run/context.js';
import { addFilters, readFilters } from '../client-filters.js';
import type { FilterOptions } from '../client-filters.js';
import { EXIT_DONE, action, useTarget } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { openOutput } from '../output.js';
import { openProgress } from '../progress.js';
import { showText } from '../text.js';

interface ClientsOptions extends CommonOptions, FilterOptions {
  readonly csv?: boolean;
  readonly out?: string;
  readonly perPage?: string;
}

export function addClients(program: Command): void {
  const command = program
    .command('clients')
    .description('lists or exports the clients of the target; archived and deleted ones too, unless filtered')
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL)')
    .option('--target <name>', 'a target of targets.yaml')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option(
      '--csv',
      'a row for each contact, as in the contact export of Invoice Ninja; inspect and plan read it again',
    )
    .option('--json', "JSON lines: the API's whole objects, then a summary")
    .option('--out <file>', 'with --csv or --json: writes the file when all of it is there, else leaves it as it is')
    .option('--per-page <n>', 'clients a request, at most 5000; lower for servers with little memory');
  addFilters(command)
    .addHelpText(
      'after',
      `
Filters narrow together. A cell that a spreadsheet would take for a formula begins with an apostrophe in the CSV.

Example:
  ninja-sync clients --balance "lt:10" --status active --updated-since 2026-11-01 --csv > backup.csv`,
    )
    .action(action(clients));
}

async function clients(session: Session, options: ClientsOptions): Promise<number> {
  const { io, signal } = session;
  checkForm(options);
  const query = readFilters(options);
  const perPage = readPerPage(options.perPage);
  // A wish that cannot be sent is refused before anybody connects or writes.
  listParameters(query);
  const target = await useTarget(session, null);
  const toTerminal = options.out === undefined && process.stdout.isTTY;
  const progress = toTerminal ? null : openProgress(io);
  const pages = readPages(target.ninja, {
    query,
    perPage,
    onProgress: ({ read, total }) => progress?.({ phase: 'snapshot', done: read, total, unit: 'clients' }),
  });

  const output = await openOutput(io, options.out);
  const form = options.csv === true ? CSV : io.json ? JSON_LINES : TABLE;
  const count = { clients: 0, contacts: 0 };
  try {
    await output.write(form.head);
    for await (const page of pages) {
      if (signal.aborted) throw new SyncError('interrupted', 'Stopped while reading the clients.');
      await output.write(page.map((one) => form.render(one, target)).join(''));
      count.clients += page.length;
      for (const { client } of page) count.contacts += client.contacts.length;
    }
    if (io.json) await output.write(`${JSON.stringify({ type: 'summary', ...count })}\n`);
    await output.finish();
  } finally {
    await output.discard();
  }
  if (io.json && options.out !== undefined) io.emit({ type: 'summary', ...count, out: options.out });
  tellCount(session, options, count.clients, count.contacts);
  return EXIT_DONE;
}

/** @throws SyncError `usage` */
function checkForm({ csv, json, out, include }: ClientsOptions): void {
  if (csv === true && json === true) throw new SyncError('usage', '--csv and --json: only one of them can be written.');
  if (out !== undefined && csv !== true && json !== true) {
    throw new SyncError('usage', '--out needs --csv or --json.', { hint: `ninja-sync clients --csv --out ${out}` });
  }
  if (include !== undefined && json !== true) {
    throw new SyncError('usage', '--include needs --json: tables have no place for it.');
  }
}

function readPerPage(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= PER_PAGE_MAX) return value;
  throw new SyncError('usage', `--per-page ${text}: a whole number from 1 to ${PER_PAGE_MAX} is needed.`);
}

function tellCount({ io }: Session, { csv, out }: ClientsOptions, found: number, contacts: number): void {
  if (io.json) return;
  const where = out === undefined ? '' : `, written to ${out}`;
  io.talk(found === 0 ? `No client is like that${where}.` : `${found} clients, ${contacts} contacts${where}.`);
  if (csv === true && out !== undefined) io.talk(`Next: ninja-sync inspect ${out}`);
}

/** Columns of the table. */
const WIDTHS = [10, 14, 34, 8, 12, 0];

/** One way to write clients: what stands above them, and each of them. */
interface Form {
  readonly head: string;
  readonly render: (read: ReadClient, target: Target) => string;
}

const CSV: Form = {
  head: clientsCsvHeader(),
  render: ({ client }, { codes }) => clientCsvRows(toClient(client, codes)),
};

const JSON_LINES: Form = {
  head: '',
  render: ({ raw }) => `${JSON.stringify({ type: 'client', client: raw })}\n`,
};

const TABLE: Form = {
  head: `${['Number', 'ID number', 'Name', 'State', 'Balance', 'Contacts'].map(pad).join('  ')}\n`,
  render: ({ client }, { codes }) => `${describeClient(toClient(client, codes)).map(pad).join('  ').trimEnd()}\n`,
};

function describeClient({ fields, state, balance, contacts }: Client): readonly string[] {
  const [first] = contacts;
  const label = first === undefined ? '' : first.email || `${first.first_name} ${first.last_name}`.trim();
  const more = contacts.length > 1 ? ` and ${contacts.length - 1} more` : '';
  return [fields.number ?? '', fields.id_number ?? '', fields.name ?? '', state, balance.toFixed(2), `${label}${more}`];
}

/** Balances stand to the right; what is too long for its column is cut, e-mail addresses are not. */
function pad(text: string, index: number): string {
  const width = WIDTHS[index] ?? 0;
  const line = text === '' ? '' : showText(text);
  const cut = width > 0 && line.length > width ? `${line.slice(0, width - 1)}…` : line;
  return index === 4 ? cut.padStart(width) : cut.padEnd(width);
}
