/** What planning is given, and what it gives. */

import type { Job } from '../job/schema.js';
import type { MatchKey } from '../mapping/fields.js';
import type { PlanSummary } from '../plan/change.js';
import type { DocumentResolver } from './documents.js';
import type { PairsInput } from './pairs.js';
import type { SourceFile } from './sources.js';
import type { PlanParts, Run, RunFile, Store } from './store.js';

export interface PlanningInput extends PairsInput {
  readonly job: Job;
  readonly sources: readonly SourceFile[];
  /** The job's match keys. */
  readonly levels: readonly MatchKey[];
  /** What the state calls the target. */
  readonly target: string;
  readonly readBaselines: (clientIds: readonly string[]) => ReturnType<Store['readBaselines']>;
  /** The last runs of the job at this target that are done, newest first. */
  readonly history: readonly Run[];
  /** The same files were read by the last run that was begun: who is absent was counted then. */
  readonly isRepeated: boolean;
  readonly documents: DocumentResolver;
  readonly requestsPerMinute: number | null;
  /** ISO 8601 UTC. */
  readonly now: string;
}

export interface DraftPlan {
  readonly summary: PlanSummary;
  readonly files: readonly RunFile[];
  readonly parts: PlanParts;
  close(): void;
}
