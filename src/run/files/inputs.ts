/**
 * What a run reads, kept by content: whoever takes the run can plan it, also without the disk on which the files lay.
 *
 * Invariant: a file is stored before the run that names it is there, so a run never names what nobody has.
 */

import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoredInput } from '../request.js';
import { measureFile } from './file-store.js';
import type { FileStore } from './file-store.js';

/** @param paths absolute */
export async function storeInputs(files: FileStore, paths: readonly string[]): Promise<readonly StoredInput[]> {
  const inputs: StoredInput[] = [];
  for (const file of paths) inputs.push({ ...(await files.put(file)), path: file });
  return inputs;
}

/**
 * Where each file is on this machine: at its own place if it is the same there, else fetched.
 *
 * @param folder for what is fetched; whoever planned the run removes it
 * @throws SyncError as `FileStore.fetch`
 */
export async function locateInputs(
  files: FileStore,
  inputs: readonly StoredInput[],
  folder: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const input of inputs) {
    const own = path.join(folder, input.digest, path.basename(input.path));
    const here = (await isSame(input.path, input)) ? input.path : own;
    if (here === own && !(await isSame(own, input))) {
      await mkdir(path.dirname(own), { recursive: true });
      await files.fetch(input.digest, own);
    }
    paths.push(here);
  }
  return paths;
}

async function isSame(file: string, { bytes, digest }: StoredInput): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && found.isFile() && found.size === bytes && (await measureFile(file)).digest === digest;
}
