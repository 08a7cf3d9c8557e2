import { describe, expect, it } from 'vitest';
import { renderReportHtml } from '../../../src/run/report/html.js';
import type { RunReport } from '../../../src/run/report/data.js';
import type { StoredChange } from '../../../src/run/store.js';
import { buildChange, buildFile, buildOutcome, buildRowOutcomes, buildStatistics, buildSummary } from '../build.js';
import { buildChanges, buildReport, buildRules, buildRun, CONTACTS } from './build.js';

const VOID = new Set(['meta', 'input', 'br', 'line', 'rect']);
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** What a person reads: without tags, style and script, blanks collapsed. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script|title)[^>]*>[^]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .replace(/ ([.,:;)])/g, '$1');
}

function rowsOf(page: string, caption: string): readonly (readonly string[])[] {
  const table =
    page.split('<table').find(
      (part) =>
        textOf(part.split('</caption>')[0]!)
          .replace(/^.*> */, '')
          .trim() === caption,
    ) ?? '';
  const rows = table.split('</table>')[0]!.split('<tr').slice(1);
  return rows.map((row) =>
    [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map((cell) => textOf(cell[1] ?? '').trim()),
  );
}

/** Elements that are not closed in order; quotes in attributes are respected. */
function nestingFaults(page: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const body = page.replace(/<(style|script)>[^]*?<\/\1>/g, '').replace(/<!DOCTYPE[^>]*>/, '');
  for (const [, slash, name, , selfClosed] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*?)(\/?)>/g)) {
    if (slash === '/') {
      const expected = open.pop();
      if (expected !== name) faults.push(`</${name}> closes <${expected}>`);
    } else if (!VOID.has(name!) && selfClosed !== '/') {
      open.push(name!);
    }
  }
  return [...faults, ...open.map((name) => `<${name}> stays open`)];
}

const planned = (changes: readonly StoredChange[]): readonly StoredChange[] =>
  changes.map(({ change }) => ({ change, status: 'planned', outcome: null }));

describe('the headline', () => {
  const headline = (over: Partial<RunReport>): string => {
    const page = renderReportHtml(buildReport(over));
    const title = /<h1>([^]*?)<\/h1>/.exec(page)?.[1] ?? '';
    const lead = /<p class="lead">([^]*?)<\/p>/.exec(page)?.[1] ?? '';
    return textOf(`${title} ${lead}`).trim();
  };

  const one = [{ change: buildChange(1), status: 'done' as const, outcome: buildOutcome(1) }];
  const noCounts = { create: 0, update: 0, restore: 0, upload: 0, archive: 0, delete: 0, rejectedRows: 0 };
  const summary = (counts: Partial<ReturnType<typeof buildSummary>['counts']>): ReturnType<typeof buildSummary> =>
    buildSummary({ counts: { ...buildSummary().counts, ...noCounts, ...counts } });
  const cases: readonly (readonly [string, Partial<RunReport>, string])[] = [
    [
      'what was done, and what needs a person',
      {},
      '12 clients created, 29 updated, 2 archived. 3 rows need your attention. 1 change failed.',
    ],
    [
      'one client',
      {
        changes: one,
        run: buildRun({ summary: summary({ update: 1 }), rowOutcomes: buildRowOutcomes({ updated: 1, rejected: 1 }) }),
      },
      '1 client updated. 1 row needs your attention.',
    ],
    [
      'that there was nothing to do',
      { changes: [], run: buildRun({ summary: summary({}), rowOutcomes: buildRowOutcomes({ unchanged: 50 }) }) },
      'Nothing to change: the target already holds what the files say.',
    ],
    [
      'a plan',
      { changes: planned(buildChanges()), run: buildRun({ status: 'planned', rowOutcomes: null, statistics: null }) },
      '12 clients to create, 30 to update, 2 to archive. Nothing is written yet. 3 rows need your attention.',
    ],
    [
      'a breach, with its message first',
      {
        changes: planned(buildChanges()),
        run: buildRun({ status: 'breached', rowOutcomes: null, message: 'acme-crm: 41 % would go.' }),
      },
      'Stopped before anything was written: the plan crosses a limit. acme-crm: 41 % would go. 12 clients to create, 30 to update, 2 to archive. 3 rows need your attention.',
    ],
    [
      'a failure while reading',
      {
        changes: [],
        rejects: [],
        run: buildRun({ status: 'failed', summary: null, rowOutcomes: null, message: 'No.' }),
      },
      'The run failed. No. Nothing was written.',
    ],
    [
      'an interruption, with what was sent, in doubt and not sent',
      {
        changes: [
          ...one,
          { change: buildChange(2), status: 'sending', outcome: null },
          { change: buildChange(3), status: 'planned', outcome: null },
          { change: buildChange(4), status: 'planned', outcome: null },
        ],
        run: buildRun({ status: 'interrupted', summary: summary({ update: 4 }), rowOutcomes: null }),
      },
      'The run was stopped before its end. 1 client updated. 1 change in doubt: sent, with no answer noted. 2 changes not sent.',
    ],
    [
      'clients that got documents only',
      {
        changes: [{ change: buildChange(1, 'upload'), status: 'done', outcome: buildOutcome(1, 'uploaded') }],
        run: buildRun({ summary: summary({ upload: 1 }), rowOutcomes: buildRowOutcomes({ uploaded: 1 }) }),
      },
      '1 client given documents.',
    ],
    [
      'that an undo has nothing to do',
      {
        changes: [],
        run: buildRun({ status: 'planned', undoes: 6, files: [], summary: summary({}), rowOutcomes: null }),
      },
      'Nothing is left that can be undone. Nothing is written yet.',
    ],
    [
      'rows instead of clients when the report does not list every change',
      { changes: one, leftOut: 43 },
      '12 rows created, 32 updated, 1 unchanged, 2 skipped, 2 rejected, 1 failed. 3 rows need your attention.',
    ],
  ];
  it.each(cases)('says %s', (_, over, expected) => {
    expect(headline(over)).toBe(expected);
  });
});

describe('the summary', () => {
  it('adds up: the outcomes by row and the rows read', () => {
    const rows = rowsOf(renderReportHtml(buildReport()), 'Rows by outcome');
    const numbers = rows.slice(1, -1).map((row) => Number(row[1]));
    expect(rows.at(-1)).toEqual(['Rows read', '50', '100.0 %']);
    expect(numbers.reduce((sum, value) => sum + value, 0)).toBe(50);
    expect(rows.slice(1, -1).map((row) => row[0])).toEqual([
      'Created',
      'Updated',
      'Unchanged',
      'Skipped',
      'Rejected',
      'Failed',
    ]);
  });

  it('says so when the outcomes do not add up, and only then', () => {
    const short = buildReport({ run: buildRun({ rowOutcomes: buildRowOutcomes({ created: 12, updated: 30 }) }) });
    expect(textOf(renderReportHtml(short))).toContain(
      'The outcomes above are 42 rows, but 50 rows were read: 8 rows without an outcome yet.',
    );
    expect(renderReportHtml(buildReport())).not.toContain('The outcomes above');
  });

  it('adds up for a plan, too', () => {
    const run = buildRun({ status: 'planned', rowOutcomes: null, statistics: null });
    const page = renderReportHtml(buildReport({ changes: planned(buildChanges()), run }));
    expect(rowsOf(page, 'Rows by outcome').slice(1)).toEqual([
      ['In a planned change', '44', '88.0 %'],
      ['Unchanged', '1', '2.0 %'],
      ['Skipped', '2', '4.0 %'],
      ['Rejected', '3', '6.0 %'],
      ['Rows read', '50', '100.0 %'],
    ]);
    expect(rowsOf(page, 'Clients to change').at(-1)).toEqual(['All changes', '44']);
  });

  it('sets the plan against what was done', () => {
    const rows = rowsOf(renderReportHtml(buildReport()), 'Clients: planned changes against what was done');
    expect(rows).toEqual([
      ['Change', 'Planned', 'Done', 'Left alone', 'Failed', 'In doubt', 'Not sent'],
      ['Create', '12', '12', '0', '0', '0', '0'],
      ['Update', '30', '29', '0', '1', '0', '0'],
      ['Archive', '2', '2', '0', '0', '0', '0'],
      ['All changes', '44', '43', '0', '1', '0', '0'],
    ]);
  });

  it('shows the files, the limits, the requests and what to do next', () => {
    const page = renderReportHtml(buildReport());
    const text = textOf(page);
    expect(rowsOf(page, 'Files of this run').at(1)).toEqual([
      'companies.csv /srv/exports/companies.csv',
      '50',
      '5.1 kB',
      'hubspot-companies',
      'abababababab',
    ]);
    expect(rowsOf(page, 'Limits that stop a run before it writes').at(1)).toEqual([
      'archive',
      '2',
      '50',
      'kept',
      '2 of 1200 clients would be archived, limit 50.',
    ]);
    expect(text).toContain('At most 12 requests in 2.5 s; the target allows 12.5 (300 a minute).');
    expect(page.match(/<rect\s+class="bar"/g)).toHaveLength(4);
    expect(page).toContain('class="limit"');
    expect(page).toContain('<code>ninja-sync run acme-crm</code>');
    expect(text).toContain('2025-03-04 05:06:10 UTC');
  });

  it('draws at most 120 bars, no line without a limit, and nothing without requests', () => {
    const pageOf = (over: Parameters<typeof buildStatistics>[0]): string =>
      renderReportHtml(buildReport({ run: buildRun({ statistics: buildStatistics(over) }) }));
    const many = pageOf({ buckets: Array<number>(5000).fill(3), bucketSeconds: 1, limitPerMinute: null });
    expect(many.match(/<rect\s+class="bar"/g)!.length).toBeLessThanOrEqual(120);
    expect(many).not.toContain('class="limit"');
    expect(textOf(many)).toContain('the target has no limit');
    expect(pageOf({ buckets: [], requests: 0, seconds: 0 })).not.toContain('<svg');
    expect(pageOf({ buckets: [0, 0] })).not.toContain('NaN');
  });
});

describe('the changes', () => {
  it('are all there, each with its rows, fields, contacts, outcome and reason', () => {
    const report = buildReport();
    const page = renderReportHtml(report);
    const articles = page.split('<article').slice(1);
    expect(articles).toHaveLength(44);
    for (const [index, { change, outcome }] of report.changes.entries()) {
      const text = textOf(`<article${articles[index]!.split('</article>')[0]}`);
      expect(text).toContain(change.label);
      expect(text).toContain(change.reason);
      expect(text).toContain(outcome!.kind);
      expect(text).toContain('2025-03-04 05:06:07 UTC');
      expect(text).toContain(
        change.rows.length === 0 ? 'In no row of the files' : `line ${change.seq + 1} of companies.csv`,
      );
      for (const field of change.fields) expect(text).toContain(field.after);
    }
  });

  it('show each contact line with what happens to it', () => {
    const page = renderReportHtml(buildReport());
    const article = page.split('<article').find((part) => part.includes('Anna Add'))!;
    const table = /<table class="contacts">[^]*?<\/table>/.exec(article)![0].replace(/<caption>/, '<caption>x ');
    const rows = table
      .split('<tr')
      .slice(2)
      .map((row) => textOf(`<tr${row}`).trim());
    expect(rows).toEqual([
      'keep Kim Keep stays as it is',
      'change Chris Change Phone: +49 221 1 → becomes +49 221 22',
      'add Anna Add First name: Anna E-mail: anna@acme.example',
      'remove Rob Remove is taken off the client',
    ]);
    expect(rows).toHaveLength(CONTACTS.length);
  });

  it('say blank where a value is blank, and count what is cut off a long one', () => {
    const change = buildChange(1, 'update', {
      fields: [
        { field: 'city', before: 'Köln', after: '' },
        { field: 'private_notes', before: '   ', after: 'n'.repeat(1700) },
      ],
    });
    const run = buildRun({ summary: null, rowOutcomes: null });
    const text = textOf(
      renderReportHtml(buildReport({ run, changes: [{ change, status: 'planned', outcome: null }] })),
    );
    expect(text).toContain('City Köln blank');
    expect(text).toContain('3 blank characters');
    expect(text).toContain('(1,100 more characters)');
  });

  it('name the rows of several files, and count those of a large client', () => {
    const rows = [
      { file: 0, line: 3 },
      { file: 1, line: 8 },
      { file: 1, line: 9 },
    ];
    const many = Array.from({ length: 30 }, (_, index) => ({ file: 0, line: index + 2 }));
    const changes = [buildChange(1, 'update', { rows }), buildChange(2, 'update', { rows: many })];
    const run = buildRun({ summary: null, rowOutcomes: null });
    const text = textOf(
      renderReportHtml(
        buildReport({ run, changes: planned(changes.map((change) => ({ change, status: 'planned', outcome: null }))) }),
      ),
    );
    expect(text).toContain('line 3 of companies.csv and lines 8, 9 of contacts.csv');
    expect(text).toContain('13 of companies.csv, and 18 more rows');
  });

  it('are folded when there are many, and counted when there are too many for a page', () => {
    const changes = Array.from({ length: 260 }, (_, index) => buildChange(index + 1));
    const run = buildRun({ summary: null, rowOutcomes: null, status: 'planned' });
    const page = renderReportHtml(
      buildReport({ run, changes: planned(changes.map((change) => ({ change, status: 'planned', outcome: null }))) }),
    );
    expect(page.split('<article')).toHaveLength(201);
    expect(textOf(page)).toContain('Show 180 more');
    expect(textOf(page)).toContain('Another 60 are not on this page; ninja-sync show 7 shows them.');
    expect(renderReportHtml(buildReport())).not.toContain('are not on this page');
  });
});

describe('the remarks', () => {
  it('show each reject and warning with line, column, value, problem and hint', () => {
    const page = renderReportHtml(buildReport());
    expect(rowsOf(page, 'Rejected rows').slice(1)).toEqual([
      [
        'line 12 of companies.csv',
        'E-mail',
        'jane@@acme',
        'invalid email',
        'Write one address, such as jane@acme.example.',
      ],
      ['line 9 of contacts.csv', 'whole row', '"Müller, Köln', 'broken quote', 'Close the quote.'],
    ]);
    expect(rowsOf(page, 'Warnings').at(1)).toEqual([
      'line 20 of companies.csv',
      'Name',
      'Ä'.repeat(200),
      'text cut',
      'The server keeps 191 characters.',
    ]);
    expect(rowsOf(page, 'Rows left out on purpose').at(1)).toEqual([
      'line 33 of companies.csv',
      'blank row',
      'The row is blank.',
    ]);
    expect(rowsOf(page, 'Clients left alone on purpose').at(1)).toEqual([
      'Old Friend',
      'line 34 of companies.csv',
      'The client is archived.',
    ]);
    expect(rowsOf(page, 'Changes without a good end').at(1)).toEqual([
      'Client 18',
      'line 19 of companies.csv',
      'failed',
      'The server refused the name.',
    ]);
  });

  it('say that nothing needs attention when nothing does', () => {
    const calm = buildReport({ rejects: [], changes: [], run: buildRun({ rowOutcomes: null, summary: null }) });
    expect(textOf(renderReportHtml(calm))).toContain('Nothing: no row was rejected and no change failed.');
    expect(textOf(renderReportHtml(buildReport()))).not.toContain('Nothing: no row');
  });

  it('count what the page and the report leave out, with the command that shows it', () => {
    const reject = buildReport().rejects[0]!;
    const report = buildReport({ rejects: Array.from({ length: 1005 }, () => reject), leftOut: 12_345 });
    const text = textOf(renderReportHtml(report));
    expect(text).toContain('Show 950 more rejects');
    expect(text).toContain('5 more rejects not on this page; ninja-sync show 7 shows all.');
    expect(text).toContain('12,345 further changes and remarks not in this report; ninja-sync show 7 shows them all.');
  });
});

describe('what differs from what was meant', () => {
  const conflict = buildChange(1, 'update', {
    fields: [{ field: 'phone', before: '+49 30 9', after: '+49 30 2', then: '+49 30 1' }],
    contacts: [
      {
        kind: 'change',
        id: 'Changed1',
        label: 'Chris Change',
        fields: [{ field: 'email', before: 'target@x.example', after: 'file@x.example', then: 'then@x.example' }],
      },
    ],
    kept: [
      { field: 'city', contact: null, then: 'Köln', source: 'Bonn', target: 'Berlin' },
      { field: 'phone', contact: 'Kim Keep', then: '1', source: '2', target: '3' },
    ],
    documents: [{ name: 'contract.pdf', bytes: 12_345, reference: 'contract.pdf', folder: '/srv/exports' }],
  });

  it('a conflict shows what was pushed, what the file says and what a person made of it', () => {
    const page = renderReportHtml(
      buildReport({
        changes: [{ change: conflict, status: 'planned', outcome: null }],
        run: buildRun({ status: 'planned' }),
      }),
    );
    const text = textOf(page);
    expect(text).toContain('Phone +49 30 9 +49 30 2 changed in Invoice Ninja since +49 30 1 was pushed; the file wins');
    expect(text).toContain('changed in Invoice Ninja since then@x.example was pushed; the file wins');
    expect(rowsOf(page, 'Changed in Invoice Ninja, left alone')).toEqual([
      ['Field', 'Pushed then', 'In the file now', 'In Invoice Ninja now'],
      ['City', 'Köln', 'Bonn', 'Berlin'],
      ['Phone of Kim Keep', '1', '2', '3'],
    ]);
    expect(text).toContain('1 document to upload contract.pdf 12.3 kB');
    expect(nestingFaults(page)).toEqual([]);
  });

  it('a change without one shows none of that', () => {
    const text = textOf(renderReportHtml(buildReport()));
    expect(text).not.toContain('changed in Invoice Ninja');
    expect(text).not.toContain('to upload');
    expect(text).not.toContain('otherwise than it was sent');
  });

  it('the residue names each value that was not stored as it was sent, with what the server did', () => {
    const difference = (field: string, wanted: string, stored: string, contact: string | null = null) => ({
      field,
      contact,
      wanted,
      stored,
    });
    const outcome = buildOutcome(1, 'updated', {
      differences: [
        difference('name', 'Acme <b>Ltd</b>', 'Acme Ltd'),
        difference('city', 'Kölnkalk', 'Köln'),
        difference('contacts.email', 'Jane@x.example', 'jane@x.example', 'Jane Doe'),
        difference('vat_number', 'DE1', ''),
        difference('phone', '1', '2'),
      ],
    });
    const page = renderReportHtml(buildReport({ changes: [{ change: buildChange(1), status: 'done', outcome }] }));
    expect(rowsOf(page, 'Values that were not stored as they were sent').slice(1)).toEqual([
      ['Client 1 change 1', 'Name', 'Acme <b>Ltd</b>', 'Acme Ltd', 'removed its tags'],
      ['Client 1 change 1', 'City', 'Kölnkalk', 'Köln', 'cut it to 4 characters'],
      ['Client 1 change 1', 'E-mail of Jane Doe', 'Jane@x.example', 'jane@x.example', 'changed its case'],
      ['Client 1 change 1', 'VAT number', 'DE1', 'blank', 'left it out'],
      ['Client 1 change 1', 'Phone', '1', '2', 'kept or made another value'],
    ]);
    expect(page).toContain('href="#residue"');
    expect(nestingFaults(page)).toEqual([]);
  });

  it('counts of documents, conflicts and absent clients are sentences', () => {
    const counts = { ...buildSummary().counts, documents: 2, conflicts: 1, absent: 3 };
    const pageOf = (after: number): string => {
      const { policy } = buildRules();
      const rules = buildRules({ policy: { ...policy, missing: { then: 'archive', after } } });
      return textOf(renderReportHtml(buildReport({ run: buildRun({ rules, summary: buildSummary({ counts }) }) })));
    };
    expect(pageOf(2)).toContain('2 documents to upload.');
    expect(pageOf(2)).toContain('1 value was changed in Invoice Ninja since this job last pushed it.');
    expect(pageOf(2)).toContain(
      '3 clients are not in the file for the first time; they are archived after 2 exports in a row.',
    );
    expect(pageOf(3)).toContain('3 clients are not in the file; they are archived after 3 exports in a row.');
  });
});

describe('an undo', () => {
  const run = buildRun({ id: 9, undoes: 7, files: [], status: 'planned', rowOutcomes: null });
  const page = renderReportHtml(
    buildReport({
      run,
      changes: [{ change: buildChange(1, 'update', { rows: [] }), status: 'planned', outcome: null }],
      rejects: [],
      warnings: [],
      skips: [],
      skippedRecords: [{ rows: [], clientId: 'Left1', label: 'Busy Client', reason: 'Somebody changed the phone.' }],
    }),
  );

  it('says which run it undoes and what is left, and has no rows and no files', () => {
    const text = textOf(page);
    expect(text).toContain('Run 9 of job acme-crm, undoes run 7');
    expect(text).toContain('Was in run 7');
    expect(rowsOf(page, 'What is left as it is')).toEqual([
      ['Client', 'Why'],
      ['Busy Client', 'Somebody changed the phone.'],
    ]);
    for (const absent of ['What became of the rows', 'What was read', 'Skipped']) expect(text).not.toContain(absent);
    expect(nestingFaults(page)).toEqual([]);
  });
});

describe('the page', () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&\u0000\u001b\u202e`;

  function evilReport(): RunReport {
    const row = { file: 0, line: 2 };
    const change = buildChange(1, 'update', {
      label: evil,
      reason: evil,
      clientId: evil,
      fields: [{ field: 'name', before: evil, after: evil }],
      contacts: [{ kind: 'change', id: evil, label: evil, fields: [{ field: 'email', before: evil, after: evil }] }],
    });
    return buildReport({
      generatedAt: evil,
      run: buildRun({
        job: evil,
        target: evil,
        message: evil,
        createdAt: evil,
        files: [buildFile({ name: evil, path: evil, layout: evil, digest: evil })],
        summary: buildSummary({
          digest: evil,
          guards: [{ guard: evil, ok: false, measured: 1, limit: 0, message: evil }],
        }),
      }),
      changes: [
        { change, status: 'done', outcome: buildOutcome(1, 'failed', { reason: evil, clientId: evil, at: evil }) },
      ],
      rejects: [{ row, column: evil, code: 'invalid-email', value: evil, hint: evil }],
      warnings: [{ row, column: evil, code: 'text-cut', value: evil, hint: evil }],
      skips: [{ row, code: 'blank-row', reason: evil }],
      skippedRecords: [{ rows: [row], clientId: evil, label: evil, reason: evil }],
      next: [evil],
    });
  }

  it('escapes whatever a file or a server said', () => {
    const page = renderReportHtml(evilReport());
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    for (const control of ['\u0000', '\u001b']) expect(page).not.toContain(control);
    expect(page.split('&lt;script&gt;alert(1)').length).toBeGreaterThan(25);
    expect(nestingFaults(page)).toEqual([]);
  });

  it('is well nested, with one heading of the first level and captions and scopes in every table', () => {
    for (const report of [
      buildReport(),
      buildReport({ changes: [], rejects: [], warnings: [], skips: [], next: [] }),
    ]) {
      const page = renderReportHtml(report);
      expect(nestingFaults(page)).toEqual([]);
      expect(page.match(/<h1>/g)).toHaveLength(1);
      expect(page.match(/<caption/g)).toHaveLength(page.match(/<table/g)!.length);
      for (const [head] of page.matchAll(/<th(?=[\s>])[^>]*>/g)) expect(head).toContain('scope="');
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
    }
    expect(nestingFaults('<p><b></p></b>')).not.toEqual([]);
  });

  it('takes nothing from the network', () => {
    const page = renderReportHtml(buildReport());
    expect(page).not.toMatch(/(src|href|action|data|poster|srcset)\s*=\s*["']?\s*(https?:|\/\/)/i);
    expect(page).not.toMatch(/url\(|@import|<link|<iframe|<object/i);
    expect(page).toContain(`default-src 'none'`);
  });
});
