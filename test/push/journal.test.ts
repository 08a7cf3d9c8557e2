import { describe, expect, it, vi } from 'vitest';
import type { Change, Outcome } from '../../src/plan/change.js';
import { GROUP_MAX, Journal } from '../../src/push/journal.js';

const changes = (count: number): readonly Change[] =>
  Array.from({ length: count }, (_, at) => ({
    seq: at + 1,
    kind: 'update',
    clientId: `id${at}`,
    label: '',
    rows: [],
    reason: '',
    fields: [],
    contacts: [],
    before: null,
  }));
const outcome = (seq: number): Outcome => ({ seq, kind: 'updated', clientId: `id${seq}`, reason: '', at: '' });

function open(fails = false): { readonly journal: Journal; readonly log: string[] } {
  const log: string[] = [];
  const journal = new Journal({
    begin: async (seqs) => void log.push(`begin ${seqs[0]}-${seqs.at(-1)}`),
    finish: async (outcomes) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (fails) throw new Error('the disk is full');
      log.push(`finish ${outcomes.map(({ seq }) => seq).join(',')}`);
    },
  });
  return { journal, log };
}

describe('the journal', () => {
  it('notes intents in groups, each right before the first of its changes', async () => {
    const { journal, log } = open();
    const all = changes(GROUP_MAX + 5);
    const begin = journal.groups(all);
    for (const change of all) await begin(change);
    expect(log).toEqual([`begin 1-${GROUP_MAX}`, `begin ${GROUP_MAX + 1}-${GROUP_MAX + 5}`]);
  });

  it('writes the outcomes that are known before the next intents', async () => {
    const { journal, log } = open();
    const all = changes(GROUP_MAX + 1);
    const begin = journal.groups(all);
    await begin(all[0]!);
    journal.note(outcome(1));
    journal.note(outcome(2));
    await begin(all[GROUP_MAX]!);
    expect(log).toEqual([`begin 1-${GROUP_MAX}`, 'finish 1,2', `begin ${GROUP_MAX + 1}-${GROUP_MAX + 1}`]);
  });

  it('begins a group once, whoever of it comes first', async () => {
    const { journal, log } = open();
    const all = changes(4);
    const begin = journal.groups(all);
    await Promise.all([begin(all[2]!), begin(all[0]!), begin(all[3]!)]);
    expect(log).toEqual(['begin 1-4']);
  });

  it('writes a full group of outcomes without being told to', async () => {
    const { journal, log } = open();
    for (let seq = 1; seq <= GROUP_MAX; seq += 1) journal.note(outcome(seq));
    await vi.waitFor(() => expect(log).toHaveLength(1), { interval: 1 });
    expect(log[0]?.split(',')).toHaveLength(GROUP_MAX);
  });

  it('writes a few when no more come', async () => {
    const { journal, log } = open();
    journal.note(outcome(1));
    await vi.waitFor(() => expect(log).toEqual(['finish 1']));
  });

  it('lets nobody hear of an outcome before it is written', async () => {
    const { journal, log } = open();
    journal.note(outcome(1), () => log.push('heard 1'));
    expect(log).toEqual([]);
    await journal.flush();
    expect(log).toEqual(['finish 1', 'heard 1']);
  });

  it('says so, from then on, when it could not write', async () => {
    const { journal, log } = open(true);
    journal.note(outcome(1), () => log.push('heard 1'));
    await expect(journal.flush()).rejects.toThrow('the disk is full');
    journal.note(outcome(2), () => log.push('heard 2'));
    await expect(journal.groups(changes(1))(changes(1)[0]!)).rejects.toThrow('the disk is full');
    expect(log).toEqual([]);
  });
});
