/** The file of a test: a line for each client, and what a sandbox holds of them. */

import type { Job } from '../../src/job/schema.js';
import type { Run } from '../../src/run/store.js';
import { aJob, csv } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const HEADER = ['Id', 'Name', 'City', 'First', 'Mail', 'State', 'Docs'];
const MAPPING = {
  columns: { id_number: 'Id', name: 'Name', city: 'City' },
  contacts: [{ first_name: 'First', email: 'Mail' }],
  documents: 'Docs',
};
const job: Job = aJob({ ...MAPPING, lifecycle: { from: 'State' } });
export const byNumber: Job = aJob({ ...MAPPING, match: ['id_number'] });
export const archiving: Job = aJob({ ...MAPPING, policy: { missing: 'archive' } });

export type Cells = readonly string[];

/** Lines for clients 1 to n, all with these cells behind the id. */
export const lines = (count: number, cells: (n: number) => Cells = () => []): readonly Cells[] =>
  Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    const [name = `Client ${n}`, city = '', first = '', mail = `m${n}@a.example`, state = '', docs = ''] = cells(n);
    return [`C-${n}`, name, city, first, mail, state, docs];
  });
export const withoutIds = (rows: readonly Cells[]): readonly Cells[] => rows.map(([, ...cells]) => ['', ...cells]);
export const inactive = (n: number): Cells => [`Client ${n}`, '', '', `m${n}@a.example`, 'inactive'];
export const inUlm = (n: number): Cells => [`Client ${n}`, 'Ulm'];

export const write = (rehearsal: Rehearsal, rows: readonly Cells[]): string =>
  rehearsal.write('clients.csv', csv([HEADER, ...rows]));
export const plan = (rehearsal: Rehearsal, rows: readonly Cells[], by: Job = job): Promise<Run> =>
  rehearsal.plan(by, write(rehearsal, rows));
export const remaining = (rehearsal: Rehearsal, rows: readonly Cells[]): Promise<number> =>
  rehearsal.remaining(job, write(rehearsal, rows));

/** Clients 1 to n, each with a contact that the lines do not name. */
export const seed = ({ sandbox }: Rehearsal, count: number): readonly string[] =>
  sandbox.seed(
    lines(count).map(([id, name, , , email]) => ({ id_number: id, name, contacts: [{ email, first_name: 'Kept' }] })),
  );
export const names = ({ sandbox }: Rehearsal): readonly string[] => sandbox.clients().map(({ name }) => name);
