/** What every engine of the store has to do: a suite over `openStore`, run once for each engine. */

import { describe } from 'vitest';
import { describeClaims } from './state/claims-suite.js';
import { provideState } from './state/engine.js';
import type { Engine } from './state/engine.js';
import { describeJournal } from './state/journal-suite.js';
import { describeLeases } from './state/leases-suite.js';
import { describeNotices } from './state/notices-suite.js';
import { describePruning } from './state/prune-suite.js';
import { describePlans } from './state/plans-suite.js';
import { describeProcesses } from './state/processes-suite.js';
import { describeRuns } from './state/runs-suite.js';
import { describeTargets } from './state/targets-suite.js';

export function describeStore(engine: Engine): void {
  describe(`the store in ${engine.name}`, () => {
    const state = provideState(engine);
    describeRuns(state);
    describePlans(state);
    describeJournal(state);
    describeClaims(state);
    describeLeases(state);
    describeNotices(state);
    describeTargets(state);
    describePruning(state);
    describeProcesses(engine, state);
  });
}
