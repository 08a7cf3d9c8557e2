import { expect, it } from 'vitest';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';

it('a target with a limit answers 429 and loses or doubles nothing', async () => {
  const rehearsal = await openRehearsal({ mode: 'hosted', rateLimit: 12, windowMs: 400 });
  try {
    const job = aJob({ columns: { id_number: 'Id', name: 'Name' } });
    const file = rehearsal.write(
      'a.csv',
      csv([['Id', 'Name'], ...Array.from({ length: 40 }, (_, n) => [`C-${n}`, `Client ${n}`])]),
    );
    const run = await rehearsal.plan(job, file);
    // Somebody else uses up the window again and again.
    const rival = setInterval(() => {
      void fetch(`${rehearsal.sandbox.url}/api/v1/clients?per_page=1`, {
        headers: { 'x-api-token': rehearsal.sandbox.tokens.admin, 'x-requested-with': 'XMLHttpRequest' },
      }).catch(() => undefined);
    }, 60);
    const done = await rehearsal.apply(run);
    clearInterval(rival);
    expect(done.rowOutcomes).toMatchObject({ created: 40, failed: 0, rejected: 0 });
    expect(rehearsal.sandbox.clients()).toHaveLength(40);
    expect(rehearsal.sandbox.requests.some(({ status }) => status === 429)).toBe(true);
  } finally {
    await rehearsal.close();
  }
});
