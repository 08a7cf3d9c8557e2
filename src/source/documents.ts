/**
 * From a cell to the documents that it names: paths beside the export, or https addresses.
 *
 * An export comes from outside, so a cell may ask for anything. Invariant: no file outside of the export's folder is
 * read, also not over a link; nothing is fetched from an address that is not public, also not over a redirect or over a
 * name that leads to one; and nothing larger than a document may be is held in memory.
 */

import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { documentName, findDocumentProblem } from '../ninja/document.js';
import type { DocumentFile } from '../ninja/upload.js';
import { openFetcher } from './fetch-document.js';
import type { FetchOptions, Fetcher } from './fetch-document.js';

/** What a cell names and cannot be had. A value: the row is rejected, the others go on. */
interface DocumentProblem {
  /** As it stands in the cell. */
  readonly value: string;
  readonly hint: string;
}

export interface ResolvedDocuments {
  readonly files: readonly DocumentFile[];
  readonly problems: readonly DocumentProblem[];
}

/** More in one cell is a mistake, not a client. */
const REFERENCES_MAX = 20;

/**
 * Resolves what one cell names. Several are parted by `;`, `|` or line breaks; commas belong to file names.
 *
 * @param folder the folder of the export; relative paths begin there
 */
export async function resolveDocuments(
  cell: string,
  folder: string,
  options: FetchOptions = {},
): Promise<ResolvedDocuments> {
  const references = [...new Set(cell.split(/[;|\r\n]+/).map((text) => text.trim()))].filter((text) => text !== '');
  if (references.length > REFERENCES_MAX) {
    const hint = `The cell names ${references.length} documents; up to ${REFERENCES_MAX} are taken.`;
    return { files: [], problems: [{ value: references[0] ?? '', hint }] };
  }
  const files: DocumentFile[] = [];
  const problems: DocumentProblem[] = [];
  const fetcher = openFetcher(options);
  try {
    for (const value of references) {
      const found = await resolveOne(value, folder, fetcher);
      if (typeof found === 'string') problems.push({ value, hint: found });
      else files.push(found);
    }
  } finally {
    await fetcher.close();
  }
  return { files, problems };
}

/** The file, or why there is none. */
async function resolveOne(value: string, folder: string, fetcher: Fetcher): Promise<DocumentFile | string> {
  if (/^https:\/\//i.test(value)) return await fetcher.fetch(value);
  if (/^[a-z][a-z\d+.-]+:/i.test(value)) return 'Only https addresses and paths beside the export are read.';
  return await findFile(value, folder);
}

/** Exports of Windows programs write `docs\contract.pdf`. */
async function findFile(value: string, folder: string): Promise<DocumentFile | string> {
  const relative = value.replaceAll('\\', '/');
  const outside = `The path leads out of the export's folder ${folder}: copy the file into it and name it from there.`;
  if (relative.includes('\0') || path.isAbsolute(relative) || /^[a-z]:/i.test(relative)) return outside;
  const root = await realpath(folder);
  const wanted = path.resolve(root, relative);
  if (!isInside(root, wanted)) return outside;
  let real: string;
  try {
    real = await realpath(wanted);
  } catch {
    return `There is no such file in ${folder}.`;
  }
  if (!isInside(root, real)) return outside;
  const found = await stat(real);
  if (!found.isFile()) return 'It is no file.';
  const problem = findDocumentProblem(documentName(wanted), found.size);
  if (problem !== null) return `It cannot be uploaded: ${problem}.`;
  return { path: wanted };
}

function isInside(root: string, file: string): boolean {
  const step = path.relative(root, file);
  return step !== '' && step !== '..' && !step.startsWith(`..${path.sep}`) && !path.isAbsolute(step);
}
