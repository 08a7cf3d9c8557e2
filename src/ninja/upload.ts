/**
 * Documents of a client.
 *
 * The server takes the same file as often as it is sent (FACTS.md [167]) and answers 200 also when it stores nothing
 * (FACTS.md [166, 170-173]). Invariant: a file that is there is not sent again, one request carries one file, each is
 * sent at most once a call, and it counts as uploaded only when the client's document list shows it.
 *
 * What is there is told by name and size: the hash that the server shows is the random name of its copy, so the same
 * bytes have another one each time (FACTS.md [164, 167]). An upload does not move the client's `updated_at` (FACTS.md [376]).
 */

import { readFile, stat } from 'node:fs/promises';
import { SyncError } from '../errors.js';
import type { Ninja, UploadFile } from './client.js';
import { documentName, findDocumentProblem } from './document.js';
import type { WireDocument } from './wire.js';

/** A file on this machine, or one in memory. */
export type DocumentFile = { readonly path: string } | UploadFile;

export interface UploadOutcome {
  /** As it is at the target. */
  readonly name: string;
  readonly outcome: 'uploaded' | 'present';
  readonly documentId: string;
}

/**
 * Uploads the files that the client does not have yet, in their order. Two files of one name and size are one.
 *
 * @throws SyncError `file-missing`, `file-unreadable`, or `usage` for a type or size that the server does not take:
 *   then nothing was sent; `target-in-doubt` when an upload failed and the document list does not show it: what came
 *   before is done, and the same call again sends only what is missing
 */
export async function uploadDocuments(
  ninja: Pick<Ninja, 'show' | 'upload'>,
  clientId: string,
  files: readonly DocumentFile[],
): Promise<readonly UploadOutcome[]> {
  const sizes: { readonly file: DocumentFile; readonly name: string; readonly size: number }[] = [];
  for (const file of files) sizes.push({ file, ...(await measure(file)) });
  if (sizes.length === 0) return [];

  let held = (await ninja.show(clientId)).documents;
  const outcomes: UploadOutcome[] = [];
  for (const { file, name, size } of sizes) {
    const present = held.find((document) => document.name === name && document.size === size);
    if (present !== undefined) {
      outcomes.push({ name, outcome: 'present', documentId: present.id });
      continue;
    }
    const bytes = await readBytes(file);
    const after = await send(ninja, clientId, { name, bytes });
    const known = new Set(held.map((document) => document.id));
    const stored = after.find((document) => !known.has(document.id) && document.size === bytes.length);
    if (stored === undefined || after.length <= held.length) throw storedNothing(name, after.length);
    outcomes.push({ name, outcome: 'uploaded', documentId: stored.id });
    held = after;
  }
  return outcomes;
}

/** One attempt; when it is in doubt, the document list says what became of it. */
async function send(
  ninja: Pick<Ninja, 'show' | 'upload'>,
  clientId: string,
  file: UploadFile,
): Promise<readonly WireDocument[]> {
  try {
    return (await ninja.upload(clientId, file)).documents;
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'target-in-doubt') throw error;
    const { documents } = await ninja.show(clientId);
    if (documents.some(({ name, size }) => name === file.name && size === file.bytes.length)) return documents;
    // After a time-out the server may still be storing it: only a later look can tell.
    throw new SyncError('target-in-doubt', `${error.message} The client has no document "${file.name}" yet.`, {
      retry: 'later',
      hint: 'Try again: documents that are there by then are not sent a second time.',
      details: error.details,
      cause: error,
    });
  }
}

async function measure(file: DocumentFile): Promise<{ readonly name: string; readonly size: number }> {
  const isLocal = 'path' in file;
  const name = documentName(isLocal ? file.path : file.name);
  const size = isLocal ? await sizeOf(file.path) : file.bytes.length;
  const problem = findDocumentProblem(name, size);
  if (problem === null) return { name, size };
  throw new SyncError('usage', `The document "${name}" cannot be uploaded: ${problem}.`, {
    hint: 'Convert it, or leave it out.',
  });
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw new SyncError('file-unreadable', `The document ${path} is no file.`);
}

async function readBytes(file: DocumentFile): Promise<Uint8Array> {
  if (!('path' in file)) return file.bytes;
  try {
    return await readFile(file.path);
  } catch (cause) {
    throw unreadable(file.path, cause);
  }
}

function unreadable(path: string, cause: unknown): SyncError {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new SyncError(
    isMissing ? 'file-missing' : 'file-unreadable',
    `The document ${path} ${isMissing ? 'does not exist' : 'cannot be read'}.`,
    { cause },
  );
}

function storedNothing(name: string, count: number): SyncError {
  return new SyncError(
    'target-answer-unexpected',
    `The server took the document "${name}" with success but did not store it (the client has ${count}).`,
    { hint: "It may be larger than upload_max_filesize or post_max_size in the server's php.ini." },
  );
}
