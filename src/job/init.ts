/**
 * A first job file for an export: what was recognised is in force, what is uncertain stands beside it as a question,
 * and each setting says why one would change it. Pure. Invariant: the text loads as a job, whatever the header says.
 *
 * Real values appear only masked and cut: job files are committed and shared.
 */

import { SyncError } from '../errors.js';
import type { ClientField, ContactField } from '../mapping/fields.js';
import { isClientField, isContactField } from '../mapping/fields.js';
import { isQuestion, isSure, nameColumns, namesDocuments, showSample } from './init-column.js';
import type { Column, InitColumn } from './init-column.js';
import { quote, showText } from './quote.js';
import { jobSchema } from './schema.js';

export interface InitFile {
  /** As it shall stand in the job: relative to the project. */
  readonly path: string;
  readonly layout: { readonly name: string; readonly title: string; readonly confidence: number } | null;
}

export interface InitInput {
  readonly name: string;
  readonly files: readonly InitFile[];
  /** Every column of the header, in its order. */
  readonly columns: readonly InitColumn[];
  /** Empty: the default keys. */
  readonly match: readonly string[];
}

/**
 * The text of a job file.
 *
 * @throws SyncError `usage` when `name` is no name for a job
 */
export function renderJob(input: InitInput): string {
  checkName(input.name);
  const columns = nameColumns(input.columns);
  const isKnown = input.files.some(({ layout }) => layout !== null);
  const body = isKnown ? renderLeftovers(columns) : renderColumns(columns);
  const lines = [
    `# Made from ${input.files.length === 0 ? 'an export' : input.files.map(({ path }) => showText(path)).join(' and ')}. Check it with "ninja-sync plan --job ${input.name}": that writes nothing.`,
    '# Every key is explained in docs/job-file.md.',
    '',
    `name: ${quote(input.name)} # stays the same when the file is renamed: runs and owned clients are kept under it`,
    '',
    ...renderSource(input.files, body.hasColumns),
    '',
    ...body.lines,
    '',
    ...askDocuments(columns),
    '# How a record finds its client: the first key that the record has and that a client has too.',
    `match: [${(input.match.length === 0 ? ['id_number', 'email'] : input.match).map(quote).join(', ')}]`,
    '',
    ...POLICY,
    '',
    ...LATER,
  ];
  return `${lines.join('\n')}\n`;
}

const POLICY = [
  'policy:',
  '  create: true # a record without a client becomes one',
  '  update: true # a client that differs from its record is changed, in the fields that this job maps and no others',
  '  restore: false # true: a client that is archived or deleted comes back when the file holds it',
  '  missing: keep # archive or delete: what happens to a client of this job that the file no longer holds',
  '  contacts: merge # mirror: also remove the contacts that the file no longer holds',
];

const LATER = [
  '# To run each night at half past two:',
  '# schedule: { cron: "30 2 * * *", timezone: Europe/Berlin }',
  '# To run for each file that lands in a folder:',
  '# drop: { folder: drops, pattern: "*.csv" }',
];

function checkName(name: string): void {
  if (jobSchema.shape.name.safeParse(name).success) return;
  const proposal = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
    .slice(0, 63);
  throw new SyncError(
    'usage',
    `${showText(name)} is no name for a job: lower-case letters, digits, dots, dashes and underscores, at most 63${proposal === '' ? '' : `, such as \`${proposal}\``}.`,
  );
}

function renderSource(files: readonly InitFile[], hasColumns: boolean): readonly string[] {
  const lines = ['source:'];
  const [first] = files;
  if (files.length === 1 && first !== undefined) lines.push(`  files: ${quote(first.path)}`);
  if (files.length > 1)
    lines.push(
      '  # Files that belong together: all are read before anything is planned.',
      `  files: [${files.map(({ path }) => quote(path)).join(', ')}]`,
    );
  if (files.every(({ layout }) => layout === null))
    lines.push(
      hasColumns
        ? '  layout: none # no known export: the columns below say all'
        : '  layout: auto # no known export, and no column was sure: fill in the columns below, then write none here',
    );
  else if (files.length === 1 && first?.layout)
    lines.push(`  layout: ${quote(first.layout.name)} # ${recognised(first)}`);
  else
    lines.push(
      '  layout: auto # each file by its header:',
      ...files.map((file) => `  #   ${showText(file.path)}: ${recognised(file)}`),
    );
  return lines;
}

function recognised({ layout }: InitFile): string {
  if (layout === null) return 'no known export';
  return `recognised as ${showText(layout.title)}, ${Math.round(layout.confidence * 100)} % sure`;
}

interface Body {
  readonly lines: readonly string[];
  readonly hasColumns: boolean;
}

/** With a layout: the columns that it leaves over, to be added by hand. */
function renderLeftovers(columns: readonly Column[]): Body {
  const known = columns.filter(isSure).map((column) => showText(column.header));
  // What the layout leaves over and only looks like something is mostly about the seller: owners, sources, stages.
  const questions = columns.filter(isQuestion).filter(({ field, isGuess }) => field !== null && isGuess !== true);
  const lines = ['# The layout knows where its columns go. A line under `columns` adds to it and wins over it.'];
  if (known.length > 0) lines.push(`# Recognised: ${known.join(', ')}`);
  if (questions.length > 0)
    lines.push('# columns:', ...questions.map((column) => askColumn(column, column.field, '  ')));
  return {
    lines: [...lines, ...listUnmapped(columns.filter((column) => !isSure(column) && !questions.includes(column)))],
    hasColumns: false,
  };
}

/** Without a layout: the sure columns in force, the others as questions. */
function renderColumns(columns: readonly Column[]): Body {
  const sure = columns.filter(isSure);
  const questions = columns.filter(isQuestion);
  const contacts = [...new Set(sure.filter((column) => column.contactField !== null).map((column) => column.contact))]
    .sort((left, right) => left - right)
    .map((contact) =>
      pickFields(
        sure.filter((column) => column.contactField !== null && column.contact === contact),
        'contactField',
        isContactField,
      ),
    );
  const clients = pickFields(
    sure.filter((column) => column.field !== null),
    'field',
    isClientField,
  );
  const name = nameClient(sure, contacts[0] ?? new Map<ContactField, string>());
  if (name !== null) clients.set('name', name);

  const lines = ['# Left: the field in Invoice Ninja. Right: the column of the export.'];
  lines.push(
    clients.size > 0 ? 'columns:' : '# columns:',
    ...[...clients].map(([field, value]) => `  ${field}: ${value}`),
  );
  lines.push(
    ...questions.filter((column) => column.field !== null).map((column) => askColumn(column, column.field, '  ')),
  );

  const contactQuestions = questions.filter((column) => column.field === null);
  if (contacts.length > 0 || contactQuestions.length > 0) {
    lines.push(
      '',
      '# The people of a row. One whose cells are all blank is none.',
      contacts.length > 0 ? 'contacts:' : '# contacts:',
    );
  }
  for (const contact of contacts) {
    lines.push(...[...contact].map(([field, value], index) => `${index === 0 ? '  - ' : '    '}${field}: ${value}`));
  }
  lines.push(
    ...contactQuestions.map((column) => askColumn(column, column.contactField, contacts.length > 0 ? '    ' : '  - ')),
  );

  const company = sure.find((column) => column.field === 'name');
  if (company !== undefined && contacts.length > 0 && !clients.has('id_number')) {
    lines.push(
      '',
      '# Rows with an equal value become one client with several contacts.',
      `group: ${company.reference}`,
    );
  }
  const shown = new Set<Column>([...sure, ...questions]);
  return {
    lines: [...lines, ...listUnmapped(columns.filter((column) => !shown.has(column)))],
    hasColumns: clients.size > 0,
  };
}

/** Field → expression, for one client or one contact; the first column that wants a field gets it. */
function pickFields<Field extends ClientField | ContactField>(
  columns: readonly Column[],
  key: 'field' | 'contactField',
  isField: (name: string) => name is Field,
): Map<Field, string> {
  const picked = new Map<Field, string>();
  const put = (field: string, value: string | null) => {
    if (value !== null && isField(field) && !picked.has(field)) picked.set(field, value);
  };
  for (const column of columns) {
    if (column[key] === 'full_name') {
      put('first_name', `{ first-name: ${column.reference} }`);
      put('last_name', `{ last-name: ${column.reference} }`);
    } else put(column[key] ?? '', column.reference);
  }
  return picked;
}

/** The company's name; where its cell is blank, the person's, then the e-mail address. */
function nameClient(sure: readonly Column[], contact: ReadonlyMap<ContactField, string>): string | null {
  const names = sure.filter((column) => column.field === 'name').map((column) => column.reference ?? '');
  const whole = sure.find((column) => column.contactField === 'full_name')?.reference;
  const parts = [contact.get('first_name'), contact.get('last_name')].filter((part) => part !== undefined);
  if (whole !== undefined && whole !== null) names.push(whole);
  else if (parts.length > 0) names.push(parts.length === 1 ? parts[0]! : `{ join: [${parts.join(', ')}] }`);
  const email = contact.get('email');
  if (email !== undefined) names.push(email);
  if (names.length < 2) return names[0] ?? null;
  return `{ first-of: [${names.join(', ')}] }`;
}

function askColumn(column: Column, field: string | null, indent: string): string {
  const wanted = field === 'full_name' ? 'last_name' : field;
  const why = column.why === undefined || column.why === '' ? '' : `${showWhy(column.why)}; `;
  return `${indent.replace(/^ {2}/, '  # ')}${wanted}: ${column.reference} # is it? ${why}${showSample(column)}`.trimEnd();
}

/** It may quote a word of the header. */
function showWhy(why: string): string {
  return why.replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
}

/** Never in force: the files have to lie beside the export, and what is sent stays at the target. */
function askDocuments(columns: readonly Column[]): readonly string[] {
  const column = columns.find(namesDocuments);
  if (column === undefined) return [];
  return [
    '# Files for the client: paths beside the export or https addresses. Remove the # to send those that it lacks.',
    `# documents: ${column.reference} # ${showSample(column)}`,
    '',
  ];
}

function listUnmapped(columns: readonly Column[]): readonly string[] {
  const asked = columns.find(namesDocuments);
  const unmapped = columns.filter((column) => column !== asked);
  if (unmapped.length === 0) return [];
  return [
    '',
    '# Columns that nothing takes:',
    ...unmapped.map((column) => `#   ${showText(column.header)} ${showSample(column)}`.trimEnd()),
  ];
}
