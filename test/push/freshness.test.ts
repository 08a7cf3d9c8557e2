import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Freshness, StaleLook } from '../../src/push/freshness.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

describe('Freshness', () => {
  it('lets a write leave within five seconds of a look', () => {
    let time = 0;
    const freshness = new Freshness(() => time);
    expect(() => freshness.check()).toThrow(StaleLook);
    freshness.looked();
    time = 5000;
    freshness.check();
    time = 5001;
    expect(() => freshness.check()).toThrow(StaleLook);
  });

  it('bears a longer wait after each look without a write, so that a slow limit still lets something through', () => {
    let time = 0;
    const freshness = new Freshness(() => time);
    let looks = 0;
    for (let left = false; !left;) {
      freshness.looked();
      looks += 1;
      // The next request may leave a minute after the look.
      time += 60_000;
      try {
        freshness.check();
        left = true;
      } catch (error) {
        expect(error).toBeInstanceOf(StaleLook);
      }
    }
    expect(looks).toBe(5);
  });
});

describe('a run that waits for the rate limit', () => {
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    rehearsal = await openRehearsal({ mode: 'hosted', rateLimit: 12, windowMs: 6000 });
  });
  afterEach(() => rehearsal.close());

  it('sees what people do meanwhile, and writes over none of it', async () => {
    const job = aJob({
      columns: { id_number: 'Id', name: 'Name' },
      contacts: [{ first_name: 'Name', email: 'Mail', phone: 'Phone' }],
    });
    const ids = rehearsal.sandbox.seed(
      Array.from({ length: 16 }, (_, n) => ({
        id_number: `C-${n}`,
        name: `Client ${n}`,
        contacts: [{ first_name: `Client ${n}`, email: `c${n}@a.example`, phone: '1' }],
      })),
    );
    const rows = Array.from({ length: 16 }, (_, n) => [`C-${n}`, `Client ${n}`, `c${n}@a.example`, '2']);
    const run = await rehearsal.plan(job, rehearsal.write('a.csv', csv([['Id', 'Name', 'Mail', 'Phone'], ...rows])));
    const applied = rehearsal.apply(run, undefined, ['update']);
    const last = ids.at(-1) ?? '';
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    rehearsal.sandbox.edit(last, { addContact: { first_name: 'Bob', email: 'bob@person.example' } });
    await applied;
    const client = rehearsal.sandbox.clients().find(({ id }) => id === last);
    expect(client?.contacts.map(({ email, phone }) => [email, phone])).toEqual([
      ['c15@a.example', '2'],
      ['bob@person.example', ''],
    ]);
  });
});
