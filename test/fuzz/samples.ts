/** What is damaged: the exports of `samples/`, and those of `../shared/samples` when they are at hand. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = [path.join(ROOT, 'samples'), path.join(ROOT, '../shared/samples')];
const EXPORTS = /\.(csv|tsv|txt|tab|iif|xlsx|ods|vcf|ldif|json|jsonl)$/i;
/** What lies beside an export: what is expected of it, and the target that it meets. */
const NO_EXPORTS = /golden|^target\.json$|^README/;
const BYTES_MAX = 100 * 1024;

export interface Export {
  readonly name: string;
  readonly bytes: Buffer;
  /** The file is an archive around these bytes: damages of what is in it reach further. */
  readonly pack?: (inner: Buffer) => Buffer;
}

/** Files that belong together; most stand alone. */
export type Exports = readonly Export[];

export function readSamples(): readonly Exports[] {
  const folders = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) => [folder, ...foldersBelow(folder)]);
  return folders.flatMap((folder) => {
    const files = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && EXPORTS.test(entry.name) && !NO_EXPORTS.test(entry.name))
      .map(({ name }) => ({ name, bytes: readFileSync(path.join(folder, name)) }))
      .filter(({ bytes }) => bytes.length <= BYTES_MAX);
    const together = files.length === 2 ? [files] : [];
    return [...files.map((file) => [file]), ...together];
  });
}

function foldersBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const below = path.join(folder, entry.name);
      return [below, ...foldersBelow(below)];
    });
}
