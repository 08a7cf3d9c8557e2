/** Writes a report beside its run. Invariant: a reader finds the old file or the new one, never a part of one. */

import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../../errors.js';
import type { RunReport } from './data.js';
import { renderReportHtml } from './html.js';

/**
 * Writes `report.html` and `report.json` into `folder`, which is made when it is missing; older ones are replaced.
 *
 * @returns absolute paths
 * @throws SyncError `state-unusable` when the folder cannot be written
 */
export async function writeReport(
  report: RunReport,
  folder: string,
): Promise<{ readonly html: string; readonly json: string }> {
  const paths = { html: path.resolve(folder, 'report.html'), json: path.resolve(folder, 'report.json') };
  try {
    await mkdir(folder, { recursive: true });
    await replaceFile(paths.json, `${JSON.stringify(report, null, 2)}\n`);
    await replaceFile(paths.html, renderReportHtml(report));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new SyncError('state-unusable', `The report cannot be written to ${folder}: ${cause.message}.`, {
      hint: 'Make the folder writable and see that the disk has room.',
      retry: 'later',
      cause,
    });
  }
  return paths;
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
