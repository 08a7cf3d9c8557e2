/**
 * Which documents of a record its client does not have yet. Nothing is downloaded for that where the size is announced,
 * and nothing is sent.
 *
 * A document is told by name and size, as the target tells it (upload.ts). One that cannot be had is a warning: the
 * client's other values go on.
 */

import path from 'node:path';
import type { DocumentReference, SyncRecord, Warning } from '../mapping/record.js';
import type { DocumentChange } from '../plan/change.js';
import type { Client } from '../plan/client.js';
import { isAddress, openDocuments } from '../source/documents.js';
import type { MeasuredDocument } from '../source/documents.js';
import type { FetchOptions } from '../source/fetch-document.js';

interface MissingDocuments {
  readonly documents: readonly DocumentChange[];
  readonly warnings: readonly Warning[];
}

export interface DocumentResolver {
  /** May be called again before the last call has ended. */
  resolve(record: SyncRecord, client: Client | null): Promise<MissingDocuments>;
  close(): Promise<void>;
}

/** Answers that are kept, so that an address that many rows name is asked once; beyond it the oldest are forgotten. */
const ADDRESSES_MAX = 50_000;

const NOTHING: MissingDocuments = { documents: [], warnings: [] };

/** @param files the run's files, in the order of `RowRef.file`; paths in a file begin in its folder */
export function openDocumentResolver(
  files: readonly { readonly path: string }[],
  options: FetchOptions = {},
): DocumentResolver {
  const folders = files.map((file) => path.dirname(path.resolve(file.path)));
  const source = openDocuments(options);
  const asked = new Map<string, Promise<MeasuredDocument | string>>();

  function measure(reference: string, folder: string): Promise<MeasuredDocument | string> {
    if (!isAddress(reference)) return source.measure(reference, folder);
    const known = asked.get(reference);
    if (known !== undefined) return known;
    const answer = source.measure(reference, folder);
    if (asked.size >= ADDRESSES_MAX) for (const oldest of asked.keys()) if (asked.delete(oldest)) break;
    asked.set(reference, answer);
    return answer;
  }

  async function resolve(record: SyncRecord, client: Client | null): Promise<MissingDocuments> {
    if (record.documents === undefined) return NOTHING;
    const held = new Set(client?.documents?.map(keyOf));
    const documents: DocumentChange[] = [];
    const warnings: Warning[] = [];
    for (const named of record.documents) {
      const folder = folders[named.row.file] ?? '';
      const found = await measure(named.reference, folder);
      if (typeof found === 'string') {
        warnings.push(describeUnusable(named, found));
      } else if (!held.has(keyOf(found))) {
        held.add(keyOf(found));
        documents.push({ ...found, reference: named.reference, folder });
      }
    }
    return { documents, warnings };
  }

  return { resolve, close: () => source.close() };
}

function keyOf({ name, bytes }: MeasuredDocument): string {
  return `${bytes} ${name}`;
}

function describeUnusable({ row, column, reference }: DocumentReference, why: string): Warning {
  const hint = `${why} The client goes on without it.`;
  return { row, column: column === '' ? null : column, code: 'document-unusable', value: reference, hint };
}
