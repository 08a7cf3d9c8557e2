/** What a run works with, opened once by whoever starts it. */

import type { Access } from '../ninja/access.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import type { ChangeKind, OutcomeKind } from '../plan/change.js';
import type { Throttle } from '../push/throttle.js';
import type { FileStore } from './files/file-store.js';
import type { RequestMeter } from './meter.js';
import type { Lease } from './lease-store.js';
import type { Store } from './store.js';

export interface Progress {
  readonly phase: 'reading' | 'snapshot' | 'comparing' | 'pushing' | 'verifying' | 'copying';
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'clients' | 'records' | 'changes' | 'rows';
}

export interface Target {
  /** What the state calls it: leases, baselines and ownership are kept under this. */
  readonly key: string;
  readonly ninja: Ninja;
  readonly throttle: Throttle;
  readonly meter: RequestMeter;
  readonly codes: CodeTable;
  readonly access: Access;
}

export interface RunContext {
  readonly store: Store;
  readonly dataDir: string;
  /** Where all machines find inputs, reports and rejects; without it they are where they were made. */
  readonly files?: FileStore | null;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly onProgress: (progress: Progress) => void;
  /** Something that a person who watches should know at once: the target is down, the run waits. One sentence. */
  readonly onNotice: (message: string) => void;
  /** A change has its outcome, durably. */
  readonly onOutcome?: ((kind: ChangeKind, outcome: OutcomeKind) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether whoever started the run goes on with it by itself after this error: it is `interrupted` then, not `failed`. */
  readonly goesOn?: (error: unknown) => boolean;
  /** Held while the plan is made, where several processes may take the same run: the plan is stored under it. */
  readonly lease?: Lease;
}
