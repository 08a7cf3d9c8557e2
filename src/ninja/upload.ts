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

import { SyncError } from '../errors.js';
import type { Ninja, UploadFile } from './client.js';
import { documentName, findDocumentProblem } from './document.js';
import type { WireDocument } from './wire.js';

/** A file that is read when its turn comes, and not at all when the client has it. */
export interface DocumentFile {
  /** As `documentName` gives it. */
  readonly name: string;
  readonly bytes: number;
  /** The bytes, or why they cannot be had, in one sentence. */
  readonly read: () => Promise<Uint8Array | string>;
}

export type UploadOutcome =
  | { readonly name: string; readonly outcome: 'uploaded' | 'present' }
  /** `why` is one sentence. Nothing of the file is there, or not under its name. */
  | { readonly name: string; readonly outcome: 'failed'; readonly why: string };

type Uploads = Pick<Ninja, 'show' | 'upload'>;

/**
 * Uploads the files that the client does not have yet, in their order; one that fails is no reason against the others.
 * Two files of one name and size are one.
 *
 * @throws SyncError what concerns the target and not one file; `target-in-doubt` when an upload failed and the document
 *   list does not show it. What came before is done then, and the same call again sends only what is missing
 */
export async function uploadDocuments(
  ninja: Uploads,
  clientId: string,
  files: readonly DocumentFile[],
): Promise<readonly UploadOutcome[]> {
  if (files.length === 0) return [];
  let held = await settle(async () => (await ninja.show(clientId)).documents);
  const outcomes: UploadOutcome[] = [];
  for (const file of files) {
    const { name } = file;
    const failed = (why: string): void => void outcomes.push({ name, outcome: 'failed', why });
    if (typeof held === 'string') {
      failed(held);
    } else if (holds(held, file)) {
      outcomes.push({ name, outcome: 'present' });
    } else {
      const after = await send(ninja, clientId, file);
      const problem = typeof after === 'string' ? after : findLoss(file, held, after);
      if (typeof after !== 'string') held = after;
      if (problem === null) outcomes.push({ name, outcome: 'uploaded' });
      else failed(problem);
    }
  }
  return outcomes;
}

/** The client's documents after one attempt, or why there was none. */
async function send(ninja: Uploads, clientId: string, file: DocumentFile): Promise<readonly WireDocument[] | string> {
  const { name } = file;
  const unusable = findDocumentProblem(name, file.bytes);
  if (unusable !== null) return `It cannot be uploaded: ${unusable}.`;
  const bytes = await file.read();
  if (typeof bytes === 'string') return bytes;
  if (bytes.length !== file.bytes)
    return `It has changed since the plan: ${bytes.length} bytes instead of ${file.bytes}. Plan again.`;
  return await settle(() => sendBytes(ninja, clientId, { name, bytes }));
}

/** When the upload is in doubt, the document list says what became of it. */
async function sendBytes(ninja: Uploads, clientId: string, file: UploadFile): Promise<readonly WireDocument[]> {
  try {
    return (await ninja.upload(clientId, file)).documents;
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'target-in-doubt') throw error;
    const { documents } = await ninja.show(clientId);
    if (holds(documents, { name: file.name, bytes: file.bytes.length })) return documents;
    // After a time-out the server may still be storing it: only a later look can tell.
    throw new SyncError('target-in-doubt', `${error.message} The client has no document "${file.name}" yet.`, {
      retry: 'later',
      hint: 'Try again: documents that are there by then are not sent a second time.',
      details: error.details,
      cause: error,
    });
  }
}

/** Refusals of this file or of this client. Everything else concerns the whole target. */
const REFUSALS: ReadonlySet<SyncError['code']> = new Set([
  'target-invalid',
  'target-not-found',
  'target-deleted',
  'target-answer-unexpected',
]);

async function settle<T>(ask: () => Promise<T>): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SyncError && REFUSALS.has(error.code)) return error.message;
    throw error;
  }
}

function holds(documents: readonly WireDocument[], { name, bytes }: Pick<DocumentFile, 'name' | 'bytes'>): boolean {
  return documents.some((document) => documentName(document.name) === name && document.size === bytes);
}

/** Success is said for nothing as well: what is stored is what the list shows. */
function findLoss(file: DocumentFile, before: readonly WireDocument[], after: readonly WireDocument[]): string | null {
  if (holds(after, file)) return null;
  const known = new Set(before.map((document) => document.id));
  const other = after.find((document) => !known.has(document.id));
  if (other !== undefined && documentName(other.name) === file.name)
    return `It has ${other.size} bytes instead of ${file.bytes}.`;
  if (other !== undefined) return `The server stored it as "${other.name}" with ${other.size} bytes.`;
  return (
    'The server said that it took it and did not store it: ' +
    "it may be larger than upload_max_filesize or post_max_size in the server's php.ini."
  );
}
