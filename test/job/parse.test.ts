import { describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { parseJob } from '../../src/job/load.js';
import type { JobProblem } from '../../src/job/load.js';

const LAYOUTS = ['hubspot-companies', 'hubspot-contacts', 'xero'];
const read = (text: string, path = '/srv/jobs/acme-crm.yaml') =>
  parseJob(text, path, { layouts: LAYOUTS, shownAs: 'jobs/acme-crm.yaml' });

function refusalOf(text: string, path?: string): SyncError {
  try {
    read(text, path);
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error(`was not refused:\n${text}`);
}

/** `line:column message`, one for each problem. */
const problemsOf = (text: string, path?: string): readonly string[] =>
  (refusalOf(text, path).details['problems'] as readonly JobProblem[]).map(
    // The list of the kinds of expression is the same in each message.
    (problem) =>
      `${problem.line}:${problem.column} ${problem.message}`.replace(/one of first-of, join, [a-z\d, -]+/, 'one of …'),
  );

const columns = 'columns:\n  name: Company\n';

describe('a job that is in order', () => {
  it('gets its defaults, its name from the file, and its path', () => {
    const job = read(columns);
    expect(job).toMatchObject({
      name: 'acme-crm',
      path: '/srv/jobs/acme-crm.yaml',
      columns: { name: 'Company' },
      source: { layout: 'auto' },
      target: { concurrency: 4 },
      policy: { create: true, update: true, restore: false, missing: { then: 'keep', after: 1 }, contacts: 'merge' },
      blank: { 'default': 'keep', 'clear-token': '[clear]' },
      guards: { archive: { count: 50, ratio: 0.05 } },
    });
  });

  it('keeps all runs, or as many as it says', () => {
    expect(read(columns).keep).toBeUndefined();
    expect(read(`${columns}keep: { days: 90 }\n`).keep).toEqual({ days: 90 });
    expect(problemsOf(`${columns}keep: { runs: 0, days: 1.5 }\n`)).toHaveLength(2);
    expect(problemsOf(`${columns}keep: {}\n`)).toEqual([
      expect.stringMatching(/^3:7 keep: neither `runs` nor `days`: give/),
    ]);
  });

  it('keeps a name that is written down', () => {
    expect(read(`name: acme\n${columns}`).name).toBe('acme');
  });

  it('reads every kind of expression', () => {
    const job = read(`
columns:
  name: { first-of: [Company, { join: [First, Last], with: " " }] }
  city: { split: Address, by: ",", part: 2 }
  country_code: { map: Land, values: { Deutschland: DE, Token: TK }, otherwise: "" }
  classification: { constant: business }
  website: { lower: Web }
  state: { upper: { strip-prefix: "US-", from: State } }
  custom_value4: { add-prefix: "crm:", from: Id }
  phone: Phone#2
  postal_code: "123"
`);
    expect(Object.keys(job.columns)).toHaveLength(9);
  });

  it('accepts a byte order mark, Windows line ends and comments', () => {
    expect(read('\uFEFF# a job\r\ncolumns:\r\n  name: Company # the name\r\n').columns).toEqual({ name: 'Company' });
  });

  it('may archive what is missing with any match key', () => {
    expect(read(`${columns}match: [email]\npolicy: { missing: archive }\n`).policy.missing).toEqual({
      then: 'archive',
      after: 1,
    });
  });
});

describe('a word that is nearly right', () => {
  it.each([
    [`${columns}polcy: {}`, '3:1 unknown key `polcy`: did you mean `policy`?'],
    ['columns:\n  nmae: Company', '2:3 unknown key `nmae` in `columns`: did you mean `name`?'],
    [
      'columns:\n  emial: E-mail',
      '2:3 unknown key `emial` in `columns`: did you mean `email`? It is a field of a contact: it belongs under `contacts:`',
    ],
    [`${columns}contacts:\n  - emial: E-mail`, '4:5 unknown key `emial` in `contacts[0]`: did you mean `email`?'],
    [
      `${columns}contacts:\n  - city: City`,
      '4:5 unknown key `city` in `contacts[0]`: did you mean `city`? It is a field of the client: it belongs under `columns:`',
    ],
    [
      'columns:\n  settings:\n    currency_code: Currency',
      '2:3 unknown key `settings` in `columns`: write the name in one, such as `settings.currency_code: …`',
    ],
    [
      `${columns}  documents: Contract`,
      '3:3 unknown key `documents` in `columns`: it belongs beside `columns:`, not under it',
    ],
    [`${columns}document: Contract`, '3:1 unknown key `document`: did you mean `documents`?'],
    [`${columns}missing: archive`, '3:1 unknown key `missing`: it belongs under `policy:`'],
    [
      `${columns}policy:\n  missing: archve`,
      '4:12 policy.missing: found `archve`, allowed are `keep`, `archive` and `delete`: did you mean `archive`?',
    ],
    [
      `${columns}match: [id_number, mail]`,
      '3:20 match[1]: found `mail`, allowed are `id_number`, `number`, `vat_number`, `custom_value1`, `custom_value2`, `custom_value3`, `custom_value4` and `email`: did you mean `email`?',
    ],
    [
      'source:\n  layout: hubspot-companys',
      '2:11 source.layout: unknown layout `hubspot-companys`: did you mean `hubspot-companies`?',
    ],
    [
      'source:\n  layout: sap',
      '2:11 source.layout: unknown layout `sap`: known are `auto`, `none`, `hubspot-companies`, `hubspot-contacts` and `xero`',
    ],
    ['columns:\n  name: { frist-of: [A, B] }', '2:11 columns.name: unknown key `frist-of`: did you mean `first-of`?'],
    [
      'columns:\n  name: { join: [A, B], wiht: " " }',
      '2:25 unknown key `wiht` in `columns.name`: did you mean `with`?',
    ],
    [
      `${columns}schedule: { cron: "0 2 * * *", timezone: Europe/Berln }`,
      '3:42 schedule.timezone: unknown time zone `Europe/Berln`: did you mean `Europe/Berlin`?',
    ],
    [`${columns}guards: { archve: { count: 1 } }`, '3:11 unknown key `archve` in `guards`: did you mean `archive`?'],
    [`${columns}zzz: 1`, /^3:1 unknown key `zzz`: allowed are `name`, `description`, `target`, .* and `keep`$/],
    [
      'columns:\n  zzz: 1',
      /^2:3 unknown key `zzz` in `columns`: allowed are `name`, .* and \d+ more \(see docs\/job-file.md\)$/,
    ],
  ])('%j', (text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    if (typeof expected === 'string') expect(problems[0]).toBe(expected);
    else expect(problems[0]).toMatch(expected);
  });
});

describe('a value of the wrong kind', () => {
  const operators = '…';
  it.each([
    [
      'columns:\n  name: 123',
      `2:9 columns.name: found the number 123, expected a column name or one of ${operators}: put it in quotes, "123"`,
    ],
    [
      'columns:\n  name: true',
      `2:9 columns.name: found the word true, expected a column name or one of ${operators}: put it in quotes, "true"`,
    ],
    [
      'columns:\n  name:',
      `2:3 columns.name: found nothing, expected a column name or one of ${operators}: remove the key, or give it a value`,
    ],
    ['columns:\n  name: ""', `2:9 columns.name: the text is blank: expected a column name or one of ${operators}`],
    [
      'columns:\n  name: [A, B]',
      `2:9 columns.name: found a list, expected a column name or one of ${operators}: a list stands under first-of or join`,
    ],
    [
      'columns:\n  name: { column: A }',
      `2:9 columns.name: found \`column\`, expected a column name or one of ${operators}`,
    ],
    [
      'columns:\n  name: { lower: A, upper: B }',
      '2:9 columns.name: `lower` and `upper` stand side by side: put one inside the other',
    ],
    [
      'columns:\n  name: { lower: { upper: 5 } }',
      `2:27 columns.name.lower.upper: found the number 5, expected a column name or one of ${operators}: put it in quotes, "5"`,
    ],
    ['columns:\n  name: { split: A, by: ",", part: 0 }', '2:36 columns.name.part: found the number 0, at least 1'],
    ['columns:\n  name: { split: A, part: 1 }', '2:3 columns.name.by: missing: expected a text'],
    [
      'columns:\n  name: { first-of: [] }',
      '2:21 columns.name.first-of: the list is empty: expected at least one entry',
    ],
    [
      'columns:\n  name: { map: A, values: { DE: 276 } }',
      '2:33 columns.name.values.DE: found the number 276, expected a text: put it in quotes, "276"',
    ],
    [
      `${columns}group: 5`,
      `3:8 group: found the number 5, expected a column name or one of ${operators}: put it in quotes, "5"`,
    ],
    [
      `${columns}match: email`,
      '3:8 match: found `email`, expected a list: write it as a list, with square brackets or a dash in front',
    ],
    [
      `${columns}contacts: { email: E-mail }`,
      '3:11 contacts: found keys with values, expected a list: write it as a list, with square brackets or a dash in front',
    ],
    [`${columns}ignore: [nme]`, '3:10 ignore[0]: found `nme`: did you mean `name`?'],
    [`${columns}lifecycle: {}`, '3:1 lifecycle.from: missing: expected a column name or one of …'],
    [
      `${columns}documents: [Contract, Scan]`,
      '3:12 documents: found a list, expected a column name or one of …: a list stands under first-of or join',
    ],
    [`${columns}match: []`, '3:8 match: the list is empty: expected at least one entry'],
    [
      `${columns}policy: { create: yes }`,
      '3:19 policy.create: found `yes`, expected `true` or `false`: without quotes',
    ],
    [
      `${columns}policy:`,
      '3:1 policy: found nothing, expected keys with values (`create`, `update`, `restore`, `missing`, `contacts` and `winner`): remove the key, or give it a value',
    ],
    [
      `${columns}guards: { archive: { ratio: 5 } }`,
      '3:29 guards.archive.ratio: found the number 5, at most 1 (a share: 0.05 is 5 %)',
    ],
    [
      `${columns}guards: { archive: { count: 1.5 } }`,
      '3:29 guards.archive.count: found the number 1.5, expected a whole number',
    ],
    [`${columns}schedule: {}`, '3:1 schedule.cron: missing: expected a text'],
    [
      `${columns}source: { files: 5 }`,
      '3:18 source.files: found the number 5, expected a text or a list of texts: put it in quotes, "5"',
    ],
    [
      `${columns}source: { files: [a.csv, 5] }`,
      '3:26 source.files[1]: found the number 5, expected a text: put it in quotes, "5"',
    ],
    [`${columns}source: { files: [] }`, '3:18 source.files: the list is empty: expected at least one entry'],
    [
      `${columns}target: { url: example.com }`,
      '3:16 target.url: found `example.com`, expected an http or https address, such as https://invoicing.example.com',
    ],
    [
      `name: Acme CRM\n${columns}`,
      '1:7 name: found `Acme CRM`, expected lower-case letters, digits, dots, dashes and underscores, at most 63',
    ],
  ])('%j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });
});

it('names every kind of expression where none is recognised', () => {
  const message = refusalOf('columns: { name: 5 }').message;
  const kinds = ['first-of', 'join', 'split', 'map', 'constant', 'lower', 'upper', 'strip-prefix', 'add-prefix'];
  for (const kind of kinds) expect(message).toContain(kind);
});

describe('keys that contradict each other', () => {
  it.each([
    [
      'blank:\n  fields:\n    number: clear\n',
      '3:13 blank.fields.number: this field cannot be cleared: the server gives a blank number a new value of its own. Write `keep`, or leave the line out',
    ],
    [
      'blank: { fields: { country_code: clear } }',
      "1:34 blank.fields.country_code: this field cannot be cleared: the server puts the company's country in a blank one. Write `keep`, or leave the line out",
    ],
    [
      'source: { layout: none }',
      '1:19 source.layout: `none` without `columns` leaves nothing to map: list the columns, or take `auto` or the name of a layout',
    ],
    [
      'schedule: { cron: "0 2 * *" }',
      '1:19 schedule.cron: found `0 2 * *` with 4 fields, expected 5 (minute hour day month weekday) or 6 (seconds first), such as "30 2 * * *" for each night at 2:30',
    ],
    [
      'schedule: { cron: "@daily" }',
      '1:19 schedule.cron: found `@daily` with 1 field, expected 5 (minute hour day month weekday) or 6 (seconds first), such as "30 2 * * *" for each night at 2:30',
    ],
    [
      'window: { hours: 22:00-06:00, timezone: Europe/Berln }',
      '1:41 window.timezone: unknown time zone `Europe/Berln`: did you mean `Europe/Berlin`?',
    ],
  ])('%j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it.each(['99 2 * * *', '0 2 30 2 *', 'at two in the night', '0 2 * * Funday'])(
    'the schedule %j, which never comes due, is refused',
    (cron) => {
      const [problem, ...more] = problemsOf(`schedule: { cron: "${cron}" }`);
      expect(problem).toContain(`1:19 schedule.cron: \`${cron}\` never comes due (`);
      expect(more).toEqual([]);
    },
  );

  it.each([
    ['blank: { fields: { number: keep, phone: clear } }'],
    ['window: { hours: 22:00-06:00, timezone: Europe/Berlin }'],
    ['source: { layout: none }\ncolumns: { name: Company }'],
    ['source: { layout: xero }'],
    ['schedule: { cron: "0 2 * * *", timezone: Europe/Berlin }'],
    ['schedule: { cron: "0 0 2 * * *" }'],
  ])('%j is fine', (text) => {
    expect(read(text).name).toBe('acme-crm');
  });
});

describe('a secret in a job file', () => {
  const secret = 'Zq8mW3xK5tR7vB1nP9sD2fG4hJ6kL0aQ';
  it.each([
    `token: ${secret}`,
    `target: { token: ${secret} }`,
    `target: { api-key: ${secret} }`,
    `target:\n  api_token: ${secret}`,
    `X-API-TOKEN: ${secret}`,
    `password: ${secret}`,
    `client_secret: ${secret}`,
    `blank: { tokens: ${secret} }`,
    `target: { url: "https://user:${secret}@invoicing.example.com" }`,
    `target: { url: "https://invoicing.example.com/?api_token=${secret}" }`,
  ])('is refused and not repeated: %j', (text) => {
    const refusal = refusalOf(text);
    expect(refusal.message).toContain('tokens never stand in job files: use NINJA_TOKEN or NINJA_TOKEN_FILE');
    expect(refusal.details['problems']).toHaveLength(1);
    expect(`${refusal.message}${JSON.stringify(refusal.details)}`).not.toContain(secret.slice(0, 8));
  });

  it.each([
    `target: ${secret}`,
    `target: { url: ${secret} }`,
    `source: { layout: ${secret} }`,
    `${secret}: 1`,
    `name: "${secret}`,
    `policy: { missing: ${secret} }`,
    `target:\n  url: "https://user:${secret}@x y"`,
  ])('is not repeated where the message is about something else: %j', (text) => {
    const refusal = refusalOf(text);
    expect(`${refusal.message}${JSON.stringify(refusal.details)}`).not.toContain(secret.slice(0, 8));
  });

  it('is not seen in `clear-token`, in the words of the export, or in a column name', () => {
    const job = read('blank: { clear-token: "-" }\ncolumns: { state: { map: Token, values: { password: p } } }');
    expect(job.blank['clear-token']).toBe('-');
  });
});

describe('text that is no job', () => {
  it.each([
    ['', '1:1 the file is empty: a job needs at least `columns`, or a `source.layout`'],
    ['\n# only a comment\n', '1:1 the file is empty: a job needs at least `columns`, or a `source.layout`'],
    ['- name: acme', '1:1 found a list, expected keys with values at the top, such as `columns:`, one job a file'],
    [
      'Name,City\nAcme,Berlin\n',
      '1:1 found a text, expected keys with values at the top, such as `columns:`, one job a file',
    ],
    [`${columns}---\n${columns}`, '3:1 a second document begins here (`---`): one file holds one job'],
    ['columns:\n\tname: Company', '2:1 a tab at the beginning of the line: YAML is indented with blanks only'],
    [`${columns}columns:\n  city: City`, '3:1 key `columns` stands twice in the same place: keep one of them'],
    ['columns:\n  name: A\n  name: B', '3:3 key `name` stands twice in the same place: keep one of them'],
    [
      'columns: { state: { map: A, values: { 1: x, "1": y } } }',
      '1:45 key `"1"` stands twice in the same place: keep one of them',
    ],
    [
      'columns:\n  name: Name: first',
      '2:9 a key inside a value: a text that holds `: ` needs quotes, and keys of one group need the same indent',
    ],
    [
      'columns:\n  name: A\n    city: B',
      '2:9 a key inside a value: a text that holds `: ` needs quotes, and keys of one group need the same indent',
    ],
    ['columns:\n  name: A\n city: B', '3:1 the indent fits no key above: keys of one group begin in the same column'],
    ['match: [id_number\ncolumns: {}', '2:1 a `[` or `{` before this place is opened and not closed'],
    ['columns:\n  name: @name', '2:9 a text cannot begin with this character: put the text in quotes'],
    ['columns:\n  name: "Company', '2:17 a quote is opened and nowhere closed before this place'],
    ['source:\n  files: *.csv', '2:10 `*.csv` is a reference in YAML: put a text that begins with `*` in quotes'],
    [
      'columns:\n  name: !company Company',
      '2:9 a tag (`!…`) has no meaning in a job file: put the text in quotes if it begins with `!`',
    ],
    [
      'columns:\n  phone: Phone #2',
      '2:10 YAML takes `#2` for a comment: write `"Phone#2"` for the column, or a blank after # for a comment',
    ],
    [`columns: ${'['.repeat(100_000)}`, '1:1 nested deeper than 64 levels: this is no job file'],
    [
      `columns: { name: ${'{ lower: '.repeat(80)}A${' }'.repeat(80)} }`,
      '1:1 nested deeper than 64 levels: this is no job file',
    ],
    ['- '.repeat(50_000), '1:1 nested deeper than 64 levels: this is no job file'],
  ])('%.60j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it.each([
    '\0\u0001',
    '{',
    '}',
    '? ',
    ': :',
    '&a *a',
    '%YAML 9.9\n---\n{}',
    '<<: *x',
    '__proto__: { polluted: true }',
    'constructor: 1',
  ])('%j is refused as a user mistake, never as a crash', (text) => {
    expect(refusalOf(text).code).toBe('job-invalid');
  });
});

describe('several problems', () => {
  it('are reported together, each with file, line and column, in the order of the file', () => {
    const refusal = refusalOf(`polcy: {}
columns:
  nmae: Company
  city: 5
  city: City
target: { token: x }
source: { layout: xeroo, files: *.csv }
policy: { missing: archve }
schedule: { cron: "1 2" }
`);
    expect(refusal.code).toBe('job-invalid');
    const lines = refusal.message.split('\n');
    expect(lines[0]).toBe('jobs/acme-crm.yaml: 8 problems');
    expect(lines.slice(1).map((line) => line.trim().split(' ')[0])).toEqual(
      ['1:1', '3:3', '5:3', '6:11', '7:19', '7:33', '8:20', '9:19'].map((place) => `jobs/acme-crm.yaml:${place}`),
    );
  });

  it('are cut at 50, with the number of the others', () => {
    const refusal = refusalOf(Array.from({ length: 70 }, (_, index) => `zzzz${index}: 1`).join('\n'));
    expect(refusal.message).toContain('70 problems');
    expect(refusal.message.split('\n').at(-1)).toBe('  and 20 more');
  });

  it('include a file name that makes no job name', () => {
    expect(problemsOf(columns, '/srv/jobs/Acme CRM.yaml')[0]).toContain(
      'the file name `Acme CRM` is no name for a job',
    );
    expect(read(`name: acme\n${columns}`, '/srv/jobs/Acme CRM.yaml').name).toBe('acme');
  });
});
