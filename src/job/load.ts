/**
 * From a name to a checked job. `parseJob` is pure; `loadJob` and `listJobs` are the shell that reads the folder.
 * Invariant: a job that is returned is complete and free of contradictions; otherwise one error says all that is wrong.
 */

import type { Dirent } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { SyncError, assert } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { checkJob } from './check.js';
import { JOB_BYTES_MAX, readDocument } from './document.js';
import type { Finding, JobDocument } from './document.js';
import { explainIssues, listWords, showKeys } from './explain.js';
import { nearestWord } from './nearest.js';
import { jobSchema } from './schema.js';
import type { Job } from './schema.js';

const ENDING = /\.ya?ml$/i;
const PROBLEMS_SHOWN_MAX = 50;

export interface JobOptions {
  /** Names of the known layouts, without `auto` and `none`. */
  readonly layouts: readonly string[];
}

export interface ParseJobOptions extends JobOptions {
  /** How messages name the file; by default its path. */
  readonly shownAs?: string;
}

/** One problem in a job file, as `details.problems` of the error carries it. Line and column are 1-based. */
export interface JobProblem {
  readonly line: number;
  readonly column: number;
  /** Keys joined by dots; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * Checks the text of a job file.
 *
 * @param filePath absolute path; its name without the ending is the job's name if the file gives none
 * @throws SyncError `job-invalid` with every problem, sorted by place; `details.problems` holds them as `JobProblem[]`
 */
export function parseJob(text: string, filePath: string, options: ParseJobOptions): Job {
  const document = readDocument(text);
  const name = path.basename(filePath).replace(ENDING, '');
  const parsed = document.value === undefined ? undefined : jobSchema.safeParse(document.value);
  const findings = [...document.findings];
  if (parsed !== undefined) {
    const meaning = [
      ...explainIssues(parsed.error?.issues ?? [], document),
      ...checkJob(document, options.layouts),
      ...checkFileName(name, document),
    ];
    // What was found first says it best: a token is not just an unknown key.
    const taken = new Set(findings.map((finding) => finding.path.join('.')));
    findings.push(...meaning.filter((finding) => !taken.has(finding.path.join('.'))));
  }
  if (findings.length > 0) throw refuseFile('job-invalid', findings, document, filePath, options.shownAs);
  assert(parsed?.success === true, 'a job without findings fits the schema');
  return { ...parsed.data, name: parsed.data.name ?? name, path: filePath };
}

/** The schema checks a name that is written down; one that comes from the file's name is checked here. */
function checkFileName(name: string, document: JobDocument): readonly Finding[] {
  const written = document.value !== undefined && Object.hasOwn(document.value, 'name');
  if (written || jobSchema.shape.name.safeParse(name).success) return [];
  const message = `the file name \`${name.slice(0, 80)}\` is no name for a job: rename the file, or add \`name:\` with lower-case letters, digits, dots, dashes and underscores, at most 63`;
  return [{ path: ['name'], offset: document.locate(['name'], 'value'), message }];
}

/** One error with every finding, sorted by place. */
export function refuseFile(
  code: ErrorCode,
  findings: readonly Finding[],
  document: JobDocument,
  filePath: string,
  shownAs = filePath,
): SyncError {
  // Two rules of YAML can be broken by one slip.
  const distinct = new Map(findings.map((finding) => [`${finding.offset} ${finding.message}`, finding]));
  const problems = [...distinct.values()]
    .sort((left, right) => left.offset - right.offset)
    .map(({ offset, path: keys, message }): JobProblem => ({
      ...document.position(offset),
      path: showKeys(keys),
      message,
    }));
  const shown = problems
    .slice(0, PROBLEMS_SHOWN_MAX)
    .map((problem) => `  ${shownAs}:${problem.line}:${problem.column} ${problem.message}`);
  const rest = problems.length - shown.length;
  if (rest > 0) shown.push(`  and ${rest} more`);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new SyncError(code, `${shownAs}: ${count}\n${shown.join('\n')}`, {
    details: { path: filePath, problems: problems.slice(0, PROBLEMS_SHOWN_MAX) },
  });
}

/**
 * Loads a job by its name in `jobsDir` (`acme-crm` is `acme-crm.yaml` or `acme-crm.yml`), or by its path: whatever holds
 * a slash or ends in `.yaml` or `.yml`.
 *
 * @throws SyncError `job-unknown`, `job-invalid` or `file-unreadable`
 */
export async function loadJob(nameOrPath: string, jobsDir: string, options: JobOptions): Promise<Job> {
  const isPath = ENDING.test(nameOrPath) || nameOrPath.includes('/') || nameOrPath.includes(path.sep);
  const candidates = isPath
    ? [path.resolve(nameOrPath)]
    : [path.resolve(jobsDir, `${nameOrPath}.yaml`), path.resolve(jobsDir, `${nameOrPath}.yml`)];
  const found: string[] = [];
  for (const candidate of candidates) if (await isFile(candidate)) found.push(candidate);
  const [file, other] = found;
  if (file === undefined) throw await describeUnknown(nameOrPath, jobsDir, isPath);
  if (other !== undefined) {
    throw new SyncError(
      'job-invalid',
      `Two files hold the job ${nameOrPath}: ${file} and ${other}. Remove one of them.`,
    );
  }
  return parseJob(await readText(file), file, { ...options, shownAs: showPath(file) });
}

/**
 * Names of the jobs in a folder, sorted. A folder that does not exist holds none.
 *
 * @throws SyncError `file-unreadable`
 */
export async function listJobs(jobsDir: string): Promise<readonly string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(jobsDir, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw new SyncError('file-unreadable', `Cannot read the folder of jobs ${jobsDir}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const files = entries.filter(
    (entry) => !entry.isDirectory() && ENDING.test(entry.name) && !entry.name.startsWith('.'),
  );
  return [...new Set(files.map((entry) => entry.name.replace(ENDING, '')))].sort();
}

async function describeUnknown(nameOrPath: string, jobsDir: string, isPath: boolean): Promise<SyncError> {
  const jobs = await listJobs(jobsDir);
  const name = path.basename(nameOrPath).replace(ENDING, '');
  const nearest = jobs.includes(name) ? name : nearestWord(name, jobs);
  const what = isPath
    ? `No job file ${path.resolve(nameOrPath)}.`
    : `No job ${JSON.stringify(nameOrPath)} in ${path.resolve(jobsDir)}.`;
  const guess = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
  const there =
    jobs.length === 0
      ? `There is no job in ${path.resolve(jobsDir)}; JOBS_DIR names another folder.`
      : `Jobs ${isPath ? `in ${path.resolve(jobsDir)}` : 'there'}: ${listWords(jobs, 20)}.`;
  return new SyncError('job-unknown', `${what}${guess} ${there}`, { details: { name: nameOrPath, jobs } });
}

async function isFile(file: string): Promise<boolean> {
  try {
    return !(await stat(file)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw new SyncError('file-unreadable', `Cannot read the job file ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

async function readText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > JOB_BYTES_MAX) {
      throw new SyncError(
        'job-invalid',
        `${showPath(file)}: ${size} bytes, a job file has at most ${JOB_BYTES_MAX}. Is this the export itself?`,
      );
    }
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof SyncError) throw error;
    throw new SyncError('file-unreadable', `Cannot read the job file ${file}: ${reasonOf(error)}`, { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SyncError('job-invalid', `${showPath(file)}: not UTF-8 text. Save the file as UTF-8.`);
  }
}

/** Nothing is there, or nothing can be there: a name that no file system takes. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];
const isMissing = (error: unknown): boolean => MISSING.includes((error as NodeJS.ErrnoException).code ?? '');
const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The path from where the person stands, if that is the shorter one. */
export function showPath(file: string): string {
  const relative = path.relative('', file);
  return relative.startsWith('..') ? file : relative;
}
