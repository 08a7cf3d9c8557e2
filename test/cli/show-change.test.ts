/** One change as lines for a terminal. */

import { describe, expect, it } from 'vitest';
import { describeChange } from '../../src/cli/show-change.js';
import type { Io } from '../../src/cli/io.js';
import type { Change, Outcome } from '../../src/plan/change.js';
import { buildChange, buildFile, buildOutcome } from '../run/build.js';

const io: Pick<Io, 'color'> = { color: false };
const lines = (change: Change, outcome: Outcome | null = null): readonly string[] =>
  describeChange(io as Io, { change, outcome }, [buildFile()]);

const plain = { fields: [], contacts: [] } as const;

describe('a change on a terminal', () => {
  it('an update: fields and contacts, one line each', () => {
    const change = buildChange(1, 'update', {
      contacts: [
        { kind: 'keep', id: 'a', label: 'Kim Keep', fields: [] },
        { kind: 'change', id: 'b', label: 'Cy', fields: [{ field: 'phone', before: '1', after: '' }] },
        { kind: 'add', id: null, label: 'Anna', fields: [{ field: 'email', before: '', after: 'a@x.example' }] },
        { kind: 'remove', id: 'c', label: 'Rob', fields: [] },
      ],
    });
    expect(lines(change)).toEqual([
      '~ update "Client 1" (line 2)',
      '    city                     Köln → Bonn',
      '    contact kept             Kim Keep',
      '    contact changed          Cy   phone: 1 → (blank)',
      '    contact new              Anna   email: a@x.example',
      '    contact removed          Rob',
    ]);
  });

  it('a conflict shows what was pushed, what the file says and what Invoice Ninja holds, and who wins', () => {
    const change = buildChange(1, 'update', {
      fields: [{ field: 'phone', before: '+49 30 9', after: '+49 30 2', then: '+49 30 1' }],
      contacts: [
        { kind: 'change', id: 'b', label: 'Cy', fields: [{ field: 'phone', before: '9', after: '2', then: '1' }] },
      ],
      kept: [
        { field: 'city', contact: null, then: 'Köln', source: 'Bonn', target: 'Berlin' },
        { field: 'email', contact: 'Kim', then: 'k@x.example', source: '', target: 'kim@x.example' },
      ],
    });
    expect(lines(change).slice(1)).toEqual([
      '    phone                    +49 30 1 → +49 30 2 | +49 30 9 (changed in Invoice Ninja; the file wins)',
      '    contact changed          Cy   phone: 1 → 2 | 9 (changed in Invoice Ninja; the file wins)',
      '    city                     Köln → Bonn | Berlin (changed in Invoice Ninja; stays)',
      '    contact left alone       Kim   email: k@x.example → (blank) | kim@x.example (changed in Invoice Ninja; stays)',
    ]);
  });

  it('documents have their size', () => {
    const document = (name: string, bytes: number) => ({ name, bytes, reference: name, folder: '/srv' });
    const documents = [document('a.pdf', 999), document('b.pdf', 12_345), document('c.pdf', 2_500_000)];
    expect(lines(buildChange(1, 'upload', { ...plain, reason: 'Three are new.', documents }))).toEqual([
      '@ upload "Client 1" (line 2)',
      '    Three are new.',
      '    document                 a.pdf (999 B)',
      '    document                 b.pdf (12.3 kB)',
      '    document                 c.pdf (2.5 MB)',
    ]);
  });

  it.each<readonly [Outcome['kind'], string]>([
    ['created', '+ create "Client 1" (line 2): created'],
    ['failed', '+ create "Client 1" (line 2): failed: The server said no.'],
    ['rejected', '+ create "Client 1" (line 2): rejected: The server said no.'],
    ['skipped', '+ create "Client 1" (line 2): skipped: The server said no.'],
  ])('an outcome %s is said in the first line', (kind, expected) => {
    const change = buildChange(1, 'create', plain);
    expect(lines(change, buildOutcome(1, kind, { reason: 'The server said no.' }))).toEqual([expected]);
  });

  it('what the target holds otherwise is said field by field', () => {
    const differences = [
      { field: 'name', contact: null, wanted: 'Acme <b>', stored: 'Acme' },
      { field: 'contacts.email', contact: 'Kim', wanted: 'k@x.example', stored: '' },
    ];
    expect(lines(buildChange(1, 'update', plain), buildOutcome(1, 'updated', { differences })).slice(1)).toEqual([
      '    stored otherwise         name: sent "Acme <b>", Invoice Ninja holds "Acme"',
      '    stored otherwise         contacts.email of Kim: sent "k@x.example", Invoice Ninja holds (blank)',
    ]);
  });

  it('no text of a file moves the cursor or colours the screen', () => {
    const label = 'Evil\u001B[2J\nsecond line';
    const text = lines(buildChange(1, 'update', { label, contacts: [{ kind: 'keep', id: 'a', label, fields: [] }] }));
    for (const control of ['\u001B', '\n']) expect(text.join('|')).not.toContain(control);
    expect(text[0]).toContain('"Evil⏎[2J⏎second line"');
  });
});
