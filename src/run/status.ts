/**
 * The life of a run: one table, one sentence an edge. A stop request is stored beside the status, never as a status.
 */

export const RUN_STATUSES = [
  'reading',
  'planned',
  'pushing',
  'verifying',
  'done',
  'breached',
  'failed',
  'interrupted',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

const TRANSITIONS: Readonly<Record<RunStatus, Readonly<Partial<Record<RunStatus, string>>>>> = {
  reading: {
    planned: 'The file and the target were read, and every row has its place in the plan.',
    breached: 'The plan crosses a limit; a person has to look at it.',
    failed: 'The file or the target could not be read.',
    interrupted: 'Somebody stopped the command; nothing was written.',
  },
  planned: {
    pushing: 'Somebody applied the plan.',
    done: 'There was nothing to do.',
    failed: 'The plan could not be started.',
  },
  breached: {
    pushing: 'Somebody looked at the breach and allowed it once.',
    failed: 'The plan could not be started.',
  },
  pushing: {
    verifying: 'Every change has its outcome.',
    failed: 'The target refused to go on; changes without an outcome stay unsent.',
    interrupted: 'Somebody stopped the command between two changes; the rest stays unsent.',
  },
  verifying: {
    done: 'What was written was read again; a change that is not as it was meant has failed.',
    failed: 'The target could not be read again.',
    pushing: 'The process ended while it verified; the run was applied again.',
    interrupted: 'Somebody stopped the command while it read the target again.',
  },
  interrupted: {
    pushing: 'Somebody applied the rest of the plan.',
    failed: 'The rest of the plan could not be started.',
  },
  failed: {
    pushing: 'Somebody applied the rest of the plan.',
  },
  done: {},
};

export function mayBecome(from: RunStatus, to: RunStatus): boolean {
  return from === to || TRANSITIONS[from][to] !== undefined;
}
