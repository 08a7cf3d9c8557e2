import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listJobs, loadJob } from '../../src/job/load.js';

let folder: string;
let jobs: string;
const options = { layouts: ['xero'] };
const write = (name: string, content: string | Uint8Array) => writeFile(path.join(jobs, name), content);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jobs-'));
  jobs = path.join(folder, 'jobs');
  await mkdir(path.join(jobs, 'folder.yaml'), { recursive: true });
  await write('acme-crm.yaml', 'source: { layout: xero }\n');
  await write('shop.yml', 'columns: { name: Company }\n');
  await write('twice.yaml', 'columns: { name: A }\n');
  await write('twice.yml', 'columns: { name: B }\n');
  await write('broken.yaml', 'polcy: {}\n');
  await write('latin.yaml', Buffer.from('description: Stra\xDFe\n', 'latin1'));
  await write('export.yaml', `Name,City\n${'Acme,Berlin\n'.repeat(30_000)}`);
  await write('notes.txt', 'no job');
  await write('job.schema.json', '{}');
  await write('.hidden.yaml', 'columns: { name: A }\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('loadJob', () => {
  it.each([
    ['acme-crm', 'acme-crm.yaml'],
    ['shop', 'shop.yml'],
  ])('finds the job %s as %s', async (name, file) => {
    expect(await loadJob(name, jobs, options)).toMatchObject({ name, path: path.join(jobs, file) });
  });

  it('takes a path as it is', async () => {
    const file = path.join(jobs, 'shop.yml');
    expect(await loadJob(file, '/nowhere', options)).toMatchObject({ name: 'shop', path: file });
    expect(await loadJob(path.relative('', file), '/nowhere', options)).toMatchObject({ name: 'shop', path: file });
  });

  it('names the folder, the nearest job and the others where a job is unknown', async () => {
    await expect(loadJob('acme-cmr', jobs, options)).rejects.toMatchObject({
      code: 'job-unknown',
      message: `No job "acme-cmr" in ${jobs}. Did you mean \`acme-crm\`? Jobs there: \`acme-crm\`, \`broken\`, \`export\`, \`latin\`, \`shop\` and \`twice\`.`,
    });
  });

  it('names a job of that name where a path leads nowhere', async () => {
    await expect(loadJob('./elsewhere/shop.yaml', jobs, options)).rejects.toMatchObject({
      code: 'job-unknown',
      message: expect.stringMatching(
        /^No job file \/.*\/elsewhere\/shop\.yaml\. Did you mean `shop`\? Jobs in \//,
      ) as string,
    });
  });

  it('says that a folder holds no job', async () => {
    await expect(loadJob('acme', path.join(folder, 'nowhere'), options)).rejects.toMatchObject({
      code: 'job-unknown',
      message: `No job "acme" in ${folder}/nowhere. There is no job in ${folder}/nowhere; JOBS_DIR names another folder.`,
    });
  });

  it('does not choose between two files of one name', async () => {
    await expect(loadJob('twice', jobs, options)).rejects.toMatchObject({
      code: 'job-invalid',
      message: expect.stringContaining('Two files hold the job twice') as string,
    });
  });

  it.each([
    ['broken', ':1:1 unknown key `polcy`: did you mean `policy`?'],
    ['latin', 'not UTF-8 text. Save the file as UTF-8.'],
    ['export', 'a job file has at most 262144. Is this the export itself?'],
  ])('refuses %s with its place', async (name, message) => {
    await expect(loadJob(name, jobs, options)).rejects.toMatchObject({
      code: 'job-invalid',
      message: expect.stringContaining(message) as string,
    });
    await expect(loadJob(name, jobs, options)).rejects.toThrow(path.join(jobs, `${name}.yaml`));
  });

  it.each(['', '.', '..', 'a\0b', 'x'.repeat(300)])('knows no job %.20j', async (name) => {
    await expect(loadJob(name, jobs, options)).rejects.toMatchObject({ code: 'job-unknown' });
  });
});

describe('listJobs', () => {
  it('lists the jobs of a folder, sorted, and nothing else', async () => {
    expect(await listJobs(jobs)).toEqual(['acme-crm', 'broken', 'export', 'latin', 'shop', 'twice']);
  });

  it('finds none in a folder that does not exist', async () => {
    expect(await listJobs(path.join(folder, 'nowhere'))).toEqual([]);
  });
});
