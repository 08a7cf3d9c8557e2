/** The report of a run on this machine, also where another one made it. */

import path from 'node:path';
import { SyncError } from '../errors.js';
import { locateReport } from '../run/files/outputs.js';
import type { Run, Store } from '../run/store.js';
import { useFiles } from './command.js';
import type { Session } from './command.js';

/** @returns the run, with the folder in which its report is here; a report that cannot be had is no reason to show nothing */
export async function bringReport(session: Session, store: Store, run: Run): Promise<Run> {
  try {
    const files = await useFiles(session, store);
    const page = await locateReport({ store, files, dataDir: session.config.dataDir }, run);
    return { ...run, folder: page === null ? null : path.dirname(page) };
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    session.io.talk(`The report cannot be fetched: ${error.message}`);
    return { ...run, folder: null };
  }
}
