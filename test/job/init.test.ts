import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJob } from '../../src/job/init.js';
import type { InitFile, InitInput } from '../../src/job/init.js';
import type { InitColumn } from '../../src/job/init-column.js';
import { parseJob } from '../../src/job/load.js';
import { CLIENT_FIELD_NAMES, CONTACT_FIELD_NAMES } from '../../src/mapping/fields.js';
import { readHeader } from '../../src/mapping/header.js';

const column = (header: string, changes: Partial<InitColumn> = {}): InitColumn => ({
  header,
  field: null,
  contactField: null,
  contact: 0,
  score: 1,
  samples: [],
  ...changes,
});
interface RenderWish extends Partial<Omit<InitInput, 'files'>> {
  readonly files?: readonly string[];
  /** Of all files. */
  readonly layout?: InitFile['layout'];
}
const render = (
  columns: readonly InitColumn[],
  { files = ['exports/acme.csv'], layout = null, ...changes }: RenderWish = {},
) => renderJob({ name: 'acme-crm', files: files.map((path) => ({ path, layout })), match: [], columns, ...changes });
const load = (text: string) => parseJob(text, '/srv/jobs/acme-crm.yaml', { layouts: ['hubspot-companies'] });

describe('a job made from an unknown export', () => {
  const columns = [
    column('Company', { field: 'name' }),
    column('Account', { field: 'id_number' }),
    column('First name', { contactField: 'first_name' }),
    column('Last name', { contactField: 'last_name' }),
    column('E-mail', { contactField: 'email' }),
    column('Phone', { contactField: 'phone', samples: ['+49 30 1234567'] }),
    column('Phone', { contactField: 'phone', samples: ['', '+49 171 7654321'] }),
    column('Ort', { field: 'city', score: 0.6, samples: ['Berlin'] }),
    column('Shoe size', { score: 0, samples: ['a very long remark about the size of shoes'] }),
  ];
  const text = render(columns);

  it('maps what is sure', () => {
    const job = load(text);
    expect(job.name).toBe('acme-crm');
    expect(job.source).toMatchObject({ files: 'exports/acme.csv', layout: 'none' });
    expect(job.columns).toEqual({
      name: { 'first-of': ['Company', { join: ['First name', 'Last name'] }, 'E-mail'] },
      id_number: 'Account',
    });
    expect(job.contacts).toEqual([
      { first_name: 'First name', last_name: 'Last name', email: 'E-mail', phone: 'Phone' },
    ]);
    expect(job.match).toEqual(['id_number', 'email']);
  });

  it('asks about what is uncertain, and lists what nothing takes', () => {
    expect(text).toContain('\n  # city: Ort # is it? such as "Berlin"\n');
    expect(text).toContain('\n  #   phone: "Phone#2" # is it? such as "+** *** *****21"\n');
    expect(text).toContain('\n#   "Shoe size" such as "a very long remark…"\n');
  });

  it('says why it asks, and shows no name of a person', () => {
    const asked = render([
      ...columns,
      column('Betreut', {
        contactField: 'full_name',
        score: 0.4,
        why: 'its name says nothing, but 3 of 3 values look like names of people',
        looksLike: 'person',
        isGuess: true,
        samples: ['Nora van Whitfield'],
      }),
      column('Boss', { score: 0, looksLike: 'person', samples: ['Mia Larsen'] }),
    ]);
    expect(asked).toContain(
      '\n  #   last_name: Betreut # is it? its name says nothing, but 3 of 3 values look like names of people; such as "N*** v*** W***"\n',
    );
    expect(asked).toContain('\n#   "Boss" such as "M*** L***"\n');
    expect(() => load(asked)).not.toThrow();
  });

  it('spells out the defaults of the policy', () => {
    expect(load(text).policy).toEqual({
      create: true,
      update: true,
      restore: false,
      missing: { then: 'keep', after: 1 },
      contacts: 'merge',
      winner: { default: 'source', fields: {} },
    });
    for (const key of ['create: true', 'update: true', 'restore: false', 'missing: keep', 'contacts: merge']) {
      expect(text).toMatch(new RegExp(`^  ${key} # \\w`, 'm'));
    }
  });

  it('still loads when every question is answered with yes', () => {
    const answered = text.replaceAll(/^ {2}# {0,3}(?=(?:city|phone):)/gm, (found) =>
      found === '  # ' ? '  ' : '    ',
    );
    const job = load(answered.replace('    phone: Phone\n', ''));
    expect(job.columns.city).toBe('Ort');
    expect(job.contacts?.[0]?.phone).toBe('Phone#2');
  });

  it('groups the people of a company only where no number does', () => {
    expect(load(text).group).toBeUndefined();
    expect(load(render(columns.filter(({ header }) => header !== 'Account'))).group).toBe('Company');
  });
});

describe('a job made from a known export', () => {
  const layout = { name: 'hubspot-companies', title: 'HubSpot companies', confidence: 0.92 };
  const columns = [
    column('Company name', { field: 'name' }),
    column('Region', { field: 'state', score: 0.5 }),
    column('Number of pages', { score: 0, samples: ['12'] }),
  ];

  it('names the layout and leaves the columns to it', () => {
    const text = render(columns, { layout });
    const job = load(text);
    expect(job.source.layout).toBe('hubspot-companies');
    expect(job.columns).toEqual({});
    expect(text).toContain('recognised as "HubSpot companies", 92 % sure');
    expect(text).toContain('# Recognised: "Company name"');
    expect(text).toContain('  # state: Region');
    expect(text).toContain('#   "Number of pages" such as "12"');
  });

  it('guesses nothing from the values of what the layout leaves over', () => {
    const guess = column('Betreut', { field: 'name', score: 0.5, isGuess: true, samples: ['Acme Inc'] });
    const text = render([...columns, guess], { layout });
    expect(text).not.toContain('name: Betreut');
    expect(text).toContain('#   "Betreut" such as "Acme Inc"');
  });

  it('lets each of several files be recognised by its own header', () => {
    const text = renderJob({
      name: 'acme-crm',
      files: [
        { path: 'a.csv', layout },
        { path: 'b: 2.csv', layout: { ...layout, title: 'HubSpot contacts', confidence: 0.8 } },
        { path: 'c.csv', layout: null },
      ],
      match: [],
      columns,
    });
    expect(load(text).source).toMatchObject({ layout: 'auto', files: ['a.csv', 'b: 2.csv', 'c.csv'] });
    expect(text).toContain('#   "a.csv": recognised as "HubSpot companies", 92 % sure\n');
    expect(text).toContain('#   "b: 2.csv": recognised as "HubSpot contacts", 80 % sure\n');
    expect(text).toContain('#   "c.csv": no known export\n');
  });
});

describe('a job from a header that nobody would wish for', () => {
  const headers = [
    'Name: first',
    '"quoted"',
    "'",
    '# comment',
    'a #2',
    ' leading',
    'trailing ',
    '😀',
    '123',
    'true',
    'null',
    '~',
    'No',
    '- dash',
    '* star',
    '&anchor',
    '!tag',
    '%',
    '@at',
    '`',
    '[list',
    '{group}',
    'a\nb',
    'a\r\nb: c',
    '\t',
    '\u2028x',
    '\u0085y',
    '\ud800',
    '\\',
    '0x10',
    '1e3',
    '.inf',
    '<<',
    '---',
    '...',
    '? key',
    'Straße',
    'Phone#2',
    'x'.repeat(2000),
  ];

  it.each(headers.map((header) => [header]))('%.20j is read back as it was', (header) => {
    const text = render([
      column(header, { field: 'name', samples: [header] }),
      column(header, { score: 0, samples: [header] }),
    ]);
    const job = load(text);
    if (header.trim() === '') expect(job.columns).toEqual({});
    else expect(job.columns).toEqual({ name: header });
  });

  it('loads with all of them at once, sure, uncertain and unmapped', () => {
    for (const score of [1, 0.5, 0]) {
      const columns = headers.map((header, index) =>
        column(header, { field: CLIENT_FIELD_NAMES[index % CLIENT_FIELD_NAMES.length]!, score, samples: [header] }),
      );
      const job = load(render(columns, { files: headers.filter((header) => header.trim() !== '') }));
      expect(Object.keys(job.columns).length > 0).toBe(score === 1);
    }
  });

  it('loads when there is nothing to map, or no column at all', () => {
    expect(load(render([column('Shoe size')])).source.layout).toBe('auto');
    expect(load(render([], { files: [] })).source.layout).toBe('auto');
    expect(load(render([column('E-mail', { contactField: 'email' })])).contacts).toEqual([{ email: 'E-mail' }]);
  });

  it('loads for any columns, and each field names the column that was meant', () => {
    const columns = fc.array(
      fc.record({
        header: fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...headers, 'Phone', 'Name')),
        field: fc.constantFrom(null, null, 'documents', ...CLIENT_FIELD_NAMES),
        contactField: fc.constantFrom(null, 'full_name', ...CONTACT_FIELD_NAMES),
        contact: fc.nat({ max: 2 }),
        score: fc.constantFrom(0, 0.5, 0.9, 1),
        samples: fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(columns, (made) => {
        const job = load(render(made));
        const header = readHeader(made.map((one) => one.header));
        for (const [field, expression] of Object.entries(job.columns)) {
          if (typeof expression !== 'string' || field === 'name') continue;
          const position = header.find(expression);
          expect(made[position ?? -1]).toMatchObject({ field });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a column with files', () => {
  const columns = [
    column('Company', { field: 'name' }),
    column('Contract', { field: 'documents', score: 0.8, samples: ['contracts/acme 2026.pdf'] }),
    column('Scan', { field: 'documents', score: 0.4, samples: ['scan.png'] }),
  ];

  it.each([null, { name: 'hubspot-companies', title: 'HubSpot companies', confidence: 1 }])(
    'is asked about and never in force (layout %j)',
    (layout) => {
      const text = render(columns, { layout });
      expect(text).toContain('\n# documents: Contract # such as "contracts/acme 2026…"\n');
      expect(text).toContain('\n# Columns that nothing takes:\n#   "Scan" such as "scan.png"\n');
      expect(load(text).documents).toBeUndefined();
      expect(load(text.replace('# documents:', 'documents:')).documents).toBe('Contract');
    },
  );
});

describe('what a job file shows of the export', () => {
  it.each([
    ['jane.doe@example.com', 'j***@example.com'],
    ['Jane <jane.doe@example.com>', 'Jane <j***@example.…'],
    ['+49 171 7654321', '+** *** *****21'],
    ['DE123456789', 'DE*******89'],
    ['10115', '10115'],
    ['two\nlines', 'two lines'],
    ['a text that is longer than twenty characters', 'a text that is long…'],
  ])('%j is shown as %j', (sample, shown) => {
    expect(render([column('X', { samples: [sample] })])).toContain(`#   "X" such as ${JSON.stringify(shown)}\n`);
  });
});

describe('the name of a job', () => {
  it.each([
    ['Acme CRM', '"Acme CRM" is no name for a job', 'such as `acme-crm`'],
    ['../etc', '"../etc" is no name for a job', 'such as `etc`'],
    ['', '"" is no name for a job', 'at most 63.'],
  ])('%j is refused with a proposal', (name, what, remedy) => {
    expect(() => render([], { name })).toThrow(what);
    expect(() => render([], { name })).toThrow(remedy);
  });
});
