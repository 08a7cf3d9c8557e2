import { describe, expect, it } from 'vitest';
import { assembleRecord } from '../../src/mapping/assemble.js';
import type { Fragment } from '../../src/mapping/fragment.js';
import { aFragment } from '../support/mapping.js';

const assemble = (...fragments: readonly Fragment[]) => assembleRecord(fragments, 'reject');
const linesOf = (fragments: readonly Fragment[]): readonly number[] => fragments.map((fragment) => fragment.row.line);
const sorted = (lines: readonly number[] | undefined): readonly number[] => (lines ?? []).toSorted((a, b) => a - b);
/** Each order of the items. */
function permute<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => permute(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe('one row', () => {
  it('is its own record', () => {
    const row = aFragment({ contacts: [{ email: 'a@b.de' }], lifecycle: 'inactive' });
    expect(assemble(row)).toEqual({
      record: {
        rows: [row.row],
        client: { id_number: 'C-1' },
        contacts: [{ email: 'a@b.de' }],
        lifecycle: 'inactive',
        lifecycleStated: true,
        contactsComplete: true,
      },
      shadows: [],
      rejects: [],
      warnings: [],
    });
  });

  it('that was rejected makes no record, and still names its client', () => {
    const row = aFragment({ rejected: true, contacts: [{ email: 'a@b.de' }] });
    expect(assemble(row)).toEqual({
      record: null,
      shadows: [row],
      rejects: [],
      warnings: [],
    });
  });

  it('keeps the order of its contacts', () => {
    const row = aFragment({ contacts: [{ email: 'z@b.de' }, { email: 'a@b.de' }] });
    expect(assemble(row).record?.contacts.map((contact) => contact.email)).toEqual(['z@b.de', 'a@b.de']);
  });
});

describe('several rows of one client', () => {
  it('complete each other', () => {
    const rows = [
      aFragment({ client: { id_number: 'C-1', name: 'Acme', city: '' }, contacts: [{ email: 'a@b.de' }] }),
      aFragment({ client: { id_number: 'C-1', city: 'Ulm' }, contacts: [{ first_name: 'Bob' }], lifecycle: 'active' }),
      aFragment({ client: { id_number: 'C-1', phone: '5' } }),
    ];
    for (const order of permute(rows)) {
      const { record, rejects } = assemble(...order);
      expect(rejects).toEqual([]);
      expect(record?.client).toEqual({ id_number: 'C-1', name: 'Acme', city: 'Ulm', phone: '5' });
      expect(record?.contacts).toEqual([{ email: 'a@b.de' }, { first_name: 'Bob' }]);
      expect(record).toMatchObject({ lifecycle: 'active', lifecycleStated: true, contactsComplete: true });
      expect(sorted(record?.rows.map((row) => row.line))).toEqual(linesOf(rows));
    }
  });

  it('that disagree are rejected together, in every order', () => {
    const rows = [
      aFragment({ client: { id_number: 'C-1', city: 'Ulm' } }),
      aFragment({ client: { id_number: 'C-1', city: 'Bonn' } }),
      aFragment({ client: { id_number: 'C-1' }, contacts: [{ email: 'a@b.de' }] }),
    ];
    for (const order of permute(rows)) {
      const { record, shadows, rejects } = assemble(...order);
      expect(record).toBeNull();
      expect(rejects.map((reject) => reject.code)).toEqual(Array(3).fill('conflicting-values'));
      expect(rejects.map((reject) => reject.row.line)).toEqual(linesOf(order));
      expect(shadows).toEqual(order);
    }
  });

  it('that disagree say what the first one says when the job wants it so', () => {
    const rows = [
      aFragment({ client: { id_number: 'C-1', city: 'Ulm' } }),
      aFragment({ client: { id_number: 'C-1', city: 'Bonn', name: 'Acme' } }),
    ];
    const { record, shadows } = assembleRecord(rows, 'first');
    expect(record?.client).toEqual({ id_number: 'C-1', city: 'Ulm', name: 'Acme' });
    // The other row may name another client, which is not missing then.
    expect(shadows).toEqual(rows);
  });

  it('that disagree about the life cycle are rejected whatever the job says; a blank does not disagree', () => {
    const [active, inactive, blank] = [
      aFragment({ lifecycle: 'active' }),
      aFragment({ lifecycle: 'inactive' }),
      aFragment({ lifecycle: null }),
    ];
    const { record, rejects } = assembleRecord([active, inactive, blank], 'first');
    expect(record).toBeNull();
    expect(rejects.map((reject) => reject.value)).toEqual(Array(3).fill('active / inactive'));
    expect(assemble(inactive, blank).record).toMatchObject({ lifecycle: 'inactive', lifecycleStated: true });
    expect(assemble(blank).record).toMatchObject({ lifecycle: 'active', lifecycleStated: false });
  });

  it('go on without the one that was rejected, whose contact may be missing in the list', () => {
    const good = aFragment({ client: { id_number: 'C-1', name: 'Acme' }, contacts: [{ email: 'a@b.de' }] });
    const bad = aFragment({
      client: { id_number: 'C-9', city: 'Ulm' },
      contacts: [{ email: 'x@b.de' }],
      rejected: true,
    });
    for (const order of permute([good, bad])) {
      const { record, shadows } = assemble(...order);
      expect(record).toMatchObject({
        rows: [good.row],
        client: { id_number: 'C-1', name: 'Acme' },
        contacts: [{ email: 'a@b.de' }],
        contactsComplete: false,
      });
      expect(shadows).toEqual([bad]);
    }
  });

  it('have their contacts in an order that the rows do not decide: the primary one first', () => {
    const rows = ['b', 'a', 'c'].map((name) =>
      aFragment({ contacts: [{ email: `${name}@b.de`, ...(name === 'c' ? { is_primary: 'true' } : {}) }] }),
    );
    const emails = permute(rows).map((order) => assemble(...order).record?.contacts.map((contact) => contact.email));
    expect(new Set(emails.map(String))).toEqual(new Set(['c@b.de,a@b.de,b@b.de']));
  });
});

describe('one e-mail address in several rows', () => {
  const person = (email: string, more: object = {}): Fragment => aFragment({ contacts: [{ email, ...more }] });

  it('is one person when the rows agree', () => {
    const rows = [person('Ada@b.de', { first_name: 'Ada' }), person('ada@B.de', { phone: '5', first_name: '' })];
    for (const order of permute(rows)) {
      const { record, rejects, warnings } = assemble(...order);
      expect(rejects).toEqual([]);
      expect(record?.contacts).toEqual([{ email: 'Ada@b.de', first_name: 'Ada', phone: '5' }]);
      expect(warnings.map((warning) => warning.code)).toEqual(['contact-merged']);
    }
  });

  it('with two names rejects every row that has it, and nobody else', () => {
    const twice = [
      person('a@b.de', { first_name: 'Ada' }),
      person('A@b.de', { first_name: 'Bob' }),
      person('a@b.de', { first_name: 'Ada' }),
    ];
    const other = person('x@b.de', { first_name: 'Xenia' });
    for (const order of permute([...twice, other])) {
      const { record, rejects } = assemble(...order);
      expect(rejects.map((reject) => reject.code)).toEqual(Array(3).fill('duplicate-email'));
      expect(sorted(rejects.map((reject) => reject.row.line))).toEqual(linesOf(twice));
      expect(record).toMatchObject({ rows: [other.row], contactsComplete: false });
      expect(record?.contacts).toEqual([{ email: 'x@b.de', first_name: 'Xenia' }]);
    }
  });

  it('leaves nothing of a rejected row in the record', () => {
    const one = aFragment({
      client: { id_number: 'C-1', city: 'Ulm' },
      contacts: [
        { email: 'a@b.de', first_name: 'Ada' },
        { email: 'x@b.de', phone: '5' },
      ],
      lifecycle: 'deleted',
    });
    const other = aFragment({ contacts: [{ email: 'a@b.de', first_name: 'Bob' }] });
    const third = aFragment({ client: { id_number: 'C-1', name: 'Acme' }, contacts: [{ email: 'x@b.de' }] });
    for (const order of permute([one, other, third])) {
      expect(assemble(...order).record).toEqual({
        rows: [third.row],
        client: { id_number: 'C-1', name: 'Acme' },
        contacts: [{ email: 'x@b.de' }],
        lifecycle: 'active',
        lifecycleStated: false,
        contactsComplete: false,
      });
    }
  });

  it('twice in one row counts as well', () => {
    const agreeing = aFragment({ contacts: [{ email: 'a@b.de', first_name: 'Ada' }, { email: 'A@b.de' }] });
    expect(assemble(agreeing).record?.contacts).toEqual([{ email: 'A@b.de', first_name: 'Ada' }]);
    const arguing = aFragment({
      contacts: [
        { email: 'a@b.de', first_name: 'Ada' },
        { email: 'a@b.de', first_name: 'Bob' },
      ],
    });
    expect(assemble(arguing)).toMatchObject({ record: null, rejects: [{ code: 'duplicate-email', value: 'a@b.de' }] });
  });
});

describe('contacts that point to a company', () => {
  const company = (values: Partial<Fragment> = {}): Fragment =>
    aFragment({ names: ['55', 'acme'], client: { id_number: '55', name: 'Acme' }, ...values });
  const contact = (email: string, values: Partial<Fragment> = {}): Fragment =>
    aFragment({ key: 'l0:55', links: ['55', ''], client: { name: 'ACME Corp.' }, contacts: [{ email }], ...values });

  it('add contacts and say nothing about the company', () => {
    for (const order of permute([company(), contact('a@b.de'), contact('b@b.de', { lifecycle: 'deleted' })])) {
      expect(assemble(...order).record).toMatchObject({
        client: { id_number: '55', name: 'Acme' },
        contacts: [{ email: 'a@b.de' }, { email: 'b@b.de' }],
        lifecycle: 'active',
      });
    }
  });

  it('say what the company is when no file does', () => {
    expect(assemble(contact('a@b.de'), contact('b@b.de')).record?.client).toEqual({ name: 'ACME Corp.' });
  });

  it('wait with their company when that was rejected', () => {
    const rejected = company({ rejected: true });
    const { record, shadows, rejects } = assemble(rejected, contact('a@b.de'));
    expect(record).toBeNull();
    expect(rejects.map((reject) => reject.code)).toEqual(['orphan-contact']);
    expect(shadows[0]?.client.id_number).toBe('55');
  });

  it('wait as well when the company was rejected for its own contact', () => {
    const double = company({ contacts: [{ email: 'a@b.de', first_name: 'Ada' }] });
    const { record, rejects } = assemble(
      double,
      contact('A@b.de', { contacts: [{ email: 'A@b.de', first_name: 'Bob' }] }),
      contact('c@b.de'),
    );
    expect(record).toBeNull();
    expect(rejects.map((reject) => reject.code)).toEqual(['duplicate-email', 'duplicate-email', 'orphan-contact']);
  });
});
