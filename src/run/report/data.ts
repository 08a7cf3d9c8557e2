/** What a report says, as data: `report.json` is this value, `report.html` shows it. */

import type { Reject, Skip, Warning } from '../../mapping/record.js';
import type { SkippedRecord } from '../../plan/change.js';
import type { Run, StoredChange } from '../store.js';

export interface RunReport {
  /** ISO 8601 UTC. */
  readonly generatedAt: string;
  readonly run: Run;
  readonly changes: readonly StoredChange[];
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
  readonly skips: readonly Skip[];
  readonly skippedRecords: readonly SkippedRecord[];
  /** Changes or remarks that the lists above leave out because there are too many; the store has them all. */
  readonly leftOut: number;
  /** What to do next, one sentence each, commands in back-ticks. */
  readonly next: readonly string[];
}
