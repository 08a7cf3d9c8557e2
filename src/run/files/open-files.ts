/** The file store that a configuration names. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyncError } from '../../errors.js';
import type { S3Settings } from '../../s3/client.js';
import type { FileStore } from './file-store.js';
import { openFolderFiles } from './folder-files.js';

export interface FileStoreOptions {
  /** `file:/path` or `s3://bucket/folder`. */
  readonly filesUrl: string | undefined;
  readonly s3: S3Settings;
}

/**
 * @returns `null` when nobody named one: files are read where they lie, and a machine that does not see them cannot
 * @throws SyncError `config-invalid`
 */
export async function openFileStore({ filesUrl, s3 }: FileStoreOptions): Promise<FileStore | null> {
  if (filesUrl === undefined) return null;
  if (/^s3:/i.test(filesUrl)) {
    // Loaded here: commands that need no bucket start faster without the SDK.
    const [{ openS3Files }, { parseS3Address }] = await Promise.all([
      import('./s3-files.js'),
      import('../../s3/client.js'),
    ]);
    return openS3Files(s3, parseS3Address(filesUrl));
  }
  if (/^file:\/\/\//i.test(filesUrl)) return openFolderFiles(fileURLToPath(filesUrl));
  const [, folder] = /^file:(?!\/\/)(.+)$/i.exec(filesUrl) ?? [];
  if (folder !== undefined) return openFolderFiles(path.resolve(folder));
  throw new SyncError('config-invalid', 'FILES_URL is no place for files.', {
    hint: 'Write file:/srv/ninja-sync/files or s3://BUCKET/FOLDER; unset it where one machine does everything.',
  });
}
