/** docs/layouts.md, from the layouts themselves: `npm run layouts` writes it, a test sees that it is current. */

import { fileURLToPath } from 'node:url';
import type { Expression } from '../mapping/expression.js';
import type { Layout } from '../mapping/layout.js';
import { PRODUCTS } from '../mapping/layouts/data/index.js';
import { LAYOUTS } from '../mapping/layouts/index.js';

/** How the columns of an export are known. */
export const EVIDENCE: Readonly<Record<Layout['evidence'], string>> = {
  R: 'real files',
  C: "the exporter's source",
  D: "the vendor's documentation",
  T: 'other programs that read it',
  M: 'memory only',
};

const DELIMITERS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' } as const;

const INTRODUCTION = `# Layouts

<!-- Written by "npm run layouts" from src/mapping/layouts/data: edits here are lost. -->

A layout is what \`ninja-sync\` knows about the export of one product. It is recognised by characteristic columns, never by the whole header or its order, since
people choose the columns of an export. \`ninja-sync inspect FILE\` shows which layout a file has and how sure that is. A job takes it from there; \`source.layout\` names one, \`auto\` (the default) lets the header decide,
\`none\` uses the job's columns alone.

Two files of one product on one command line are joined: each person goes to the company that its link names. A person whose company is not among the companies is rejected
(\`orphan-contact\`); a person without any company is a client of its own. A file of persons alone is grouped by company.

The stable id of the source goes to \`id_number\`, which a job can change: \`columns: { number: Record ID }\` with \`ignore: [id_number]\` and \`match: [number, email]\` keeps it in \`number\`,
and \`custom_value1\` to \`custom_value4\` work the same way. Exports without any id are matched by e-mail address; companies that have neither are rejected by the plan (\`no-key\`).

**Anything else** is read by its column names (a dictionary in several languages; a name only counts when the values can be what it says). Only what is sure is used: \`inspect\`
shows the rest with a question mark, and \`init\` writes it into the job file as a question.

Rows are left out, and counted as skipped: blank rows, repeated headers, rows that the product marks as deleted, vendors and partners.
`;

const ADDING = `## Adding a layout

No code is needed.

1. \`src/mapping/layouts/data/<product>.ts\`: what must be in the header (\`detect.required\`, each column in its known spellings), what usually is (\`typical\`), what is another product's
   (\`forbidden\`), and the mapping in the words of [job files](job-file.md). \`role: 'contacts'\` is for rows that are persons, with \`links\` that meet the \`keys\` of the companies' layout, in the same order.
   \`languages\` says what the columns are called elsewhere. \`evidence: 'M'\` makes it a hint.
2. A line in \`src/mapping/layouts/data/index.ts\`.
3. A folder in \`samples/layouts/\` with a small file of your own, and \`UPDATE_GOLDEN=1 npx vitest run --project unit test/cli/layouts.test.ts\` for the records that it makes. Read them line by line.
4. \`npm run layouts\` for this page.
`;

export function describeLayouts(): string {
  const taken = LAYOUTS.filter((layout) => layout.evidence !== 'M');
  const hints = LAYOUTS.filter((layout) => layout.evidence === 'M');
  return [
    INTRODUCTION,
    '| layout | export | rows are | client found by | known from |',
    '| --- | --- | --- | --- | --- |',
    ...taken.map((layout) => row(layout)),
    '',
    '## Hints',
    '',
    'Nobody has confirmed what these exports look like. They are never used unless a job names them; `inspect` says when a file looks like one. Look at each field of the first plan.',
    '',
    '| layout | export | rows are | client found by | known from |',
    '| --- | --- | --- | --- | --- |',
    ...hints.map((layout) => row(layout)),
    '',
    ADDING,
    '## What is read',
    '',
    ...PRODUCTS.flatMap(({ product, title, source }) => [
      `### ${title}`,
      '',
      `From ${source}.`,
      '',
      ...LAYOUTS.filter((layout) => layout.product === product).flatMap(describeLayout),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function row(layout: Layout): string {
  const { name, title, role, mapping, person, evidence } = layout;
  const rows =
    role === 'contacts' ? 'persons' : mapping.parent === undefined ? 'clients' : 'clients, and persons below them';
  const id = mapping.client.id_number ?? mapping.client.number ?? person?.id_number;
  const isReport = layout.match?.[0] === 'number';
  const found = isReport ? inWords(mapping.client.number ?? '') : id === undefined ? 'e-mail address' : inWords(id);
  return `| [\`${name}\`](#${anchorOf(layout.product)}) | ${title} | ${rows} | ${found} | ${EVIDENCE[evidence]} |`;
}

/** As GitHub makes it from a heading. */
function anchorOf(product: string): string {
  const title = PRODUCTS.find((known) => known.product === product)?.title ?? product;
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

function describeLayout(layout: Layout): readonly string[] {
  const { mapping, detect, file = {}, languages } = layout;
  const facts = [
    ...(layout.role === 'contacts' && layout.links !== undefined
      ? [`Belongs to the company that ${layout.links.map(inWords).join(', or ')} names.`]
      : []),
    ...(mapping.skip ?? []).map(
      ({ column, from = column, values, pattern }) =>
        `Left out: rows whose ${inWords(from)} ${values === undefined ? `fits \`${pattern}\`` : `is ${values.map((value) => `\`${value}\``).join(', ')}`}.`,
    ),
    ...(mapping.lifecycle === undefined
      ? []
      : [
          `Inactive clients: ${inWords(mapping.lifecycle.from)} is ${mapping.lifecycle.inactive.map((word) => `\`${word}\``).join(', ')}.`,
        ]),
    ...(file.delimiter === undefined ? [] : [`Usually with ${DELIMITERS[file.delimiter]}.`]),
    ...(file.encoding === undefined ? [] : [`Usually in ${file.encoding}.`]),
    ...(file.before === undefined ? [] : [`Above the header: ${file.before}.`]),
    ...(file.after === undefined ? [] : [`Below the rows: ${file.after}.`]),
    ...(file.guards === undefined ? [] : [`Taken away from cells: ${file.guards}.`]),
    ...(languages === undefined ? [] : [`Also in: ${Object.keys(languages).join(', ')}.`]),
  ];
  return [
    `#### ${layout.title}`,
    '',
    `\`${layout.name}\` is recognised by ${detect.required.map((spellings) => spellings.map((name) => `\`${name}\``).join(' or ')).join('; ')}${detect.only === true ? '; with no unknown column beside them' : ''}.`,
    ...(facts.length === 0 ? [] : ['', ...facts.map((fact) => `- ${fact}`)]),
    '',
    '| field | column |',
    '| --- | --- |',
    ...fieldRows('', mapping.client),
    ...mapping.contacts.flatMap((contact, nth) =>
      fieldRows(mapping.contacts.length === 1 ? 'contact ' : `contact ${nth + 1} `, contact),
    ),
    ...(mapping.parent === undefined
      ? []
      : [
          `| below a company | ${inWords(mapping.parent.name)} is filled |`,
          ...mapping.parent.contacts.flatMap((contact) => fieldRows('its contact ', contact)),
        ]),
    ...fieldRows('person without company: ', layout.person ?? {}),
    '',
  ];
}

function fieldRows(prefix: string, columns: Readonly<Partial<Record<string, Expression>>>): readonly string[] {
  return Object.entries(columns).flatMap(([field, expression]) =>
    expression === undefined ? [] : [`| ${prefix}\`${field}\` | ${inWords(expression)} |`],
  );
}

/** An expression for people. */
function inWords(expression: Expression): string {
  if (typeof expression === 'string') return `\`${expression}\``;
  if ('constant' in expression) return `always "${expression.constant}"`;
  if ('first-of' in expression) return expression['first-of'].map(inWords).join(', else ');
  if ('join' in expression) return expression.join.map(inWords).join(' and ');
  if ('split' in expression) {
    const by = { ' ': 'word', '\n': 'line' }[expression.by] ?? `part (by \`${expression.by.trim()}\`)`;
    return `${by} ${expression.part}${expression.rest === true ? ' and all behind it' : ''} of ${inWords(expression.split)}`;
  }
  if ('map' in expression) return `${inWords(expression.map)}, translated`;
  if ('first-name' in expression) return `${inWords(expression['first-name'])} (first name)`;
  if ('last-name' in expression) return `${inWords(expression['last-name'])} (last name)`;
  if ('salesforce-id' in expression) return `${inWords(expression['salesforce-id'])} (as 18 characters)`;
  if ('lower' in expression) return `${inWords(expression.lower)} in lower case`;
  if ('upper' in expression) return `${inWords(expression.upper)} in upper case`;
  if ('strip-prefix' in expression)
    return `${inWords(expression.from)} without \`${expression['strip-prefix'].trim()}\` before it`;
  if ('add-prefix' in expression) return `\`${expression['add-prefix']}\` and ${inWords(expression.from)}`;
  if ('pad-start' in expression)
    return `${inWords(expression.from)} with zeros in front up to ${expression['pad-start']} characters`;
  if ('strip-zeros' in expression) return `${inWords(expression['strip-zeros'])} without zeros in front`;
  if ('remove' in expression) return `${inWords(expression.from)} without \`${expression.remove}\``;
  return `${inWords(expression.e164)} as an international number`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(describeLayouts());
