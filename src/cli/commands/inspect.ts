/** `ninja-sync inspect FILE…`: what a file is, before anything is done with it. */

import type { Command } from 'commander';
import { detectLayout, hintLayout } from '../../mapping/detect.js';
import { namedColumns } from '../../mapping/evaluate.js';
import { foldHeader } from '../../mapping/header.js';
import type { Layout } from '../../mapping/layout.js';
import { LAYOUTS } from '../../mapping/layouts/index.js';
import { SURE_SCORE, suggestColumns } from '../../mapping/suggest.js';
import type { ColumnSuggestion } from '../../mapping/suggest.js';
import { SAMPLE_ROWS_MAX } from '../../run/sources.js';
import { profileFile } from '../../source/probe.js';
import type { FileProfile } from '../../source/profile.js';
import { readFirstRows } from '../../source/read.js';
import { EXIT_DONE, action, readOverrides } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { showText } from '../text.js';

const SAMPLES_SHOWN = 3;

interface InspectedColumn extends ColumnSuggestion {
  /** `client.city`, `contact.email`, or `null`. */
  readonly proposed: string | null;
  readonly samples: readonly string[];
}

export interface Inspection {
  readonly profile: FileProfile;
  readonly layout: { readonly name: string; readonly title: string; readonly confidence: number } | null;
  /** Where no layout is recognised: one that nobody has confirmed, for a person to decide. */
  readonly hint: Layout | null;
  readonly columns: readonly InspectedColumn[];
}

export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('what a file is: encoding, delimiter, header, layout, and the field that each column would fill')
    .argument('<file...>')
    .option('--json', 'JSON lines')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .addHelpText('after', '\nExample:\n  ninja-sync inspect exports/companies.csv')
    .action(action(inspect));
}

async function inspect(session: Session, options: CommonOptions, paths: readonly string[]): Promise<number> {
  for (const path of paths) {
    const inspection = await inspectFile(path, options);
    if (session.io.json) emitInspection(session, inspection);
    else printInspection(session, inspection);
  }
  if (session.io.json) session.io.emit({ type: 'summary', files: paths.length });
  else session.io.talk(`\nNext: ninja-sync records ${paths.join(' ')}    (the clients that these rows make)`);
  return EXIT_DONE;
}

export async function inspectFile(path: string, options: CommonOptions): Promise<Inspection> {
  const profile = await profileFile(path, readOverrides(options));
  const detected = detectLayout(profile.columns, LAYOUTS);
  const rows = (await readFirstRows(profile, SAMPLE_ROWS_MAX)).map((row) => row.cells);
  const proposals = detected === null ? null : proposeByLayout(detected.layout);
  const columns = suggestColumns(profile.columns, rows).map((suggestion): InspectedColumn => {
    const byLayout = proposals?.get(foldHeader(suggestion.reference));
    const { field, contactField } = suggestion;
    const byName = field !== null ? `client.${field}` : contactField !== null ? `contact.${contactField}` : null;
    const proposed = proposals === null ? byName : (byLayout ?? null);
    const samples = [
      ...new Set(rows.map((cells) => cells[suggestion.position] ?? '').filter((cell) => cell.trim() !== '')),
    ];
    return {
      ...suggestion,
      score: proposals === null ? suggestion.score : byLayout === undefined ? 0 : 1,
      proposed,
      samples: samples.slice(0, SAMPLES_SHOWN),
    };
  });
  const layout =
    detected === null
      ? null
      : { name: detected.layout.name, title: detected.layout.title, confidence: detected.confidence };
  const hint = detected === null ? (hintLayout(profile.columns, LAYOUTS)?.layout ?? null) : null;
  return { profile, layout, hint, columns };
}

function proposeByLayout(layout: Layout): ReadonlyMap<string, string> {
  const proposals = new Map<string, string>();
  const note = (prefix: string, fields: object): void => {
    for (const [field, expression] of Object.entries(fields)) {
      for (const column of namedColumns(expression)) {
        const key = foldHeader(column);
        if (!proposals.has(key)) proposals.set(key, `${prefix}.${field}`);
      }
    }
  };
  note('client', layout.mapping.client);
  for (const contact of layout.mapping.contacts) note('contact', contact);
  for (const link of layout.links ?? [])
    for (const column of namedColumns(link))
      if (!proposals.has(foldHeader(column))) proposals.set(foldHeader(column), 'link to the client');
  return proposals;
}

function emitInspection({ io }: Session, { profile, layout, hint, columns }: Inspection): void {
  io.emit({
    type: 'file',
    file: profile.name,
    bytes: profile.bytes,
    encoding: profile.encoding,
    bom: profile.bom,
    delimiter: profile.delimiter,
    quote: profile.quote,
    lineEnd: profile.lineEnd,
    headerLine: profile.headerLine,
    preambleLines: profile.preambleLines,
    footerLines: profile.footerLines,
    layout: layout?.name ?? null,
    confidence: layout?.confidence ?? null,
    ...(hint === null ? {} : { hint: hint.name }),
  });
  for (const { position, header, proposed, score, samples } of columns) {
    io.emit({ type: 'column', file: profile.name, position: position + 1, column: header, proposed, score, samples });
  }
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

function printInspection({ io }: Session, { profile, layout, hint, columns }: Inspection): void {
  io.print(`${profile.name}: ${profile.bytes} bytes`);
  io.print(
    `  encoding   ${profile.encoding}${profile.bom ? ' with byte order mark' : ''}, line ends ${profile.lineEnd}`,
  );
  io.print(`  delimiter  ${DELIMITER_NAMES[profile.delimiter]}, quote ${profile.quote}`);
  const around = [
    ...(profile.preambleLines > 0 ? [`${profile.preambleLines} lines before it`] : []),
    ...(profile.footerLines > 0 ? [`${profile.footerLines} lines at the end are no rows`] : []),
  ];
  io.print(`  header     line ${profile.headerLine}${around.length === 0 ? '' : ` (${around.join(', ')})`}`);
  io.print(
    `  layout     ${layout === null ? 'not known: columns are taken by their names' : `${layout.title} (${layout.name}), confidence ${layout.confidence}`}`,
  );
  if (hint !== null)
    io.print(
      `             perhaps ${hint.title}: if it is, write "layout: ${hint.name}" under source in the job, and look at each field`,
    );
  const width = Math.min(32, Math.max(6, ...columns.map((column) => column.header.length)));
  io.print(`\n  ${'column'.padEnd(width)}  ${'field'.padEnd(28)}  samples`);
  for (const { header, proposed, score, samples } of columns) {
    const field = proposed === null ? '—' : score >= SURE_SCORE ? proposed : `${proposed}? (${score})`;
    io.print(
      `  ${showText(header).padEnd(width)}  ${field.padEnd(28)}  ${samples.map((sample) => showText(sample).slice(0, 30)).join(' · ')}`,
    );
  }
}
