/**
 * The clients of a real server, with every field that its lists show: what a sandbox adopts to rehearse on tonight's data.
 *
 * Invariant: only GET requests; somebody who works meanwhile makes no client missing or double (pages.ts).
 */

import { SyncError } from '../errors.js';
import type { Ninja } from '../ninja/client.js';
import { readPages } from '../ninja/pages.js';
import type { Sandbox } from './server.js';

export interface CopyOptions {
  readonly onProgress?: ((progress: { readonly read: number; readonly total: number }) => void) | undefined;
  /** Stops between two pages. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all clients of the source, in all states, into the sandbox. Returns how many.
 *
 * @throws SyncError what the reading of pages throws; `interrupted`
 */
export async function copyClients(source: Ninja, sandbox: Sandbox, options: CopyOptions = {}): Promise<number> {
  let copied = 0;
  for await (const page of readPages(source, { onProgress: options.onProgress })) {
    if (options.signal?.aborted === true) {
      throw new SyncError('interrupted', `${source.url}: the copy was stopped after ${copied} clients.`);
    }
    sandbox.adopt(page.map(({ raw }) => raw));
    copied += page.length;
  }
  return copied;
}
