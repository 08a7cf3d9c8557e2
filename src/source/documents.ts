/**
 * Documents that an export names: paths beside it, or https addresses.
 *
 * An export comes from outside, so a cell may ask for anything. Invariant: no file outside of the export's folder is
 * read, also not over a link; nothing is fetched from an address that is not public, also not over a redirect or over a
 * name that leads to one; and nothing larger than a document may be is held in memory. It is checked anew each time,
 * when a document is measured for the plan and when it is read to be sent.
 */

import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { documentName, findDocumentProblem } from '../ninja/document.js';
import { openFetcher } from './fetch-document.js';
import type { FetchOptions, Fetcher } from './fetch-document.js';

export interface MeasuredDocument {
  /** The name that the target will show. */
  readonly name: string;
  readonly bytes: number;
}

/** Both answer with a text when there is no usable document: why, in one sentence. */
export interface DocumentSource {
  /**
   * Name and size. What the server of an address announces is believed; the document itself stays there.
   *
   * @param reference a path or an https address, as it stands in the cell
   * @param folder the folder of the export, where relative paths begin
   */
  measure(reference: string, folder: string): Promise<MeasuredDocument | string>;
  read(reference: string, folder: string): Promise<Uint8Array | string>;
  close(): Promise<void>;
}

export function openDocuments(options: FetchOptions = {}): DocumentSource {
  let opened: Fetcher | null = null;
  const fetcher = (): Fetcher => (opened ??= openFetcher(options));
  return {
    measure: async (reference, folder) => {
      if (isAddress(reference)) return await fetcher().measure(reference);
      const found = await findFile(reference, folder);
      return typeof found === 'string' ? found : { name: found.name, bytes: found.bytes };
    },
    read: async (reference, folder) => {
      if (isAddress(reference)) return await fetcher().fetch(reference);
      const found = await findFile(reference, folder);
      return typeof found === 'string' ? found : await readFound(found.path);
    },
    close: async () => await opened?.close(),
  };
}

export function isAddress(reference: string): boolean {
  return /^https:\/\//i.test(reference);
}

interface FoundFile extends MeasuredDocument {
  /** Free of links. */
  readonly path: string;
}

const OUTSIDE = "The path leads out of the export's folder: copy the file into it and name it from there.";

/** Exports of Windows programs write `docs\contract.pdf`. */
async function findFile(reference: string, folder: string): Promise<FoundFile | string> {
  if (/^[a-z][a-z\d+.-]+:/i.test(reference)) return 'Only https addresses and paths beside the export are read.';
  const relative = reference.replaceAll('\\', '/');
  if (relative.includes('\0') || path.isAbsolute(relative) || /^[a-z]:/i.test(relative)) return OUTSIDE;
  const root = await whereIs([folder]);
  if (root === null) return `The export's folder ${folder} is not there.`;
  const wanted = path.resolve(root, relative);
  if (!isInside(root, wanted)) return OUTSIDE;
  // One file system writes `é` as one character, another as two.
  const real = await whereIs([wanted, ...['NFC', 'NFD'].map((form) => path.resolve(root, relative.normalize(form)))]);
  if (real === null) return 'There is no such file beside the export.';
  if (!isInside(root, real)) return OUTSIDE;
  const found = await stat(real);
  if (!found.isFile()) return 'It is no file.';
  const name = documentName(wanted);
  const problem = findDocumentProblem(name, found.size);
  return problem === null ? { name, bytes: found.size, path: real } : `It cannot be uploaded: ${problem}.`;
}

/** The first of the paths that exists, free of links. */
async function whereIs(paths: readonly string[]): Promise<string | null> {
  for (const wanted of paths) {
    try {
      return await realpath(wanted);
    } catch {
      // The next one, or none.
    }
  }
  return null;
}

async function readFound(file: string): Promise<Uint8Array | string> {
  try {
    return await readFile(file);
  } catch (error) {
    return `The file cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}).`;
  }
}

function isInside(root: string, file: string): boolean {
  const step = path.relative(root, file);
  return step !== '' && step !== '..' && !step.startsWith(`..${path.sep}`) && !path.isAbsolute(step);
}
