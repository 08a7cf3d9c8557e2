/**
 * The life of a run: one table, one sentence an edge. A stop request is stored beside the status, never as a status.
 */

export const RUN_STATUSES = [
  'queued',
  'reading',
  'planned',
  'awaiting-approval',
  'pushing',
  'verifying',
  'done',
  'breached',
  'failed',
  'interrupted',
  'rejected',
  'cancelled',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

const TRANSITIONS: Readonly<Record<RunStatus, Readonly<Partial<Record<RunStatus, string>>>>> = {
  'queued': {
    reading: 'A worker took the run.',
    cancelled: 'Somebody cancelled the run before it began.',
    failed: 'The job or its file is not there any more.',
  },
  'reading': {
    queued: 'The worker stopped while it read; another one begins again.',
    cancelled: 'Somebody cancelled the run; nothing was written.',
    planned: 'The file and the target were read, and every row has its place in the plan.',
    breached: 'The plan crosses a limit; a person has to look at it.',
    failed: 'The file or the target could not be read.',
    interrupted: 'Somebody stopped the command; nothing was written.',
  },
  'planned': {
    'pushing': 'Somebody applied the plan.',
    'awaiting-approval': 'The job wants a person to look at each plan.',
    'queued': 'The plan waited too long; it is made again.',
    'done': 'There was nothing to do.',
    'failed': 'The plan could not be started.',
    'cancelled': 'Somebody cancelled the run; nothing was written.',
  },
  'awaiting-approval': {
    planned: 'Somebody approved the plan.',
    pushing: 'Somebody applied the plan.',
    queued: 'The plan waited too long; it is made again.',
    rejected: 'Somebody refused the plan.',
    cancelled: 'Somebody cancelled the run; nothing was written.',
  },
  'breached': {
    planned: 'Somebody looked at the breach and allowed it once; a worker goes on.',
    pushing: 'Somebody looked at the breach and allowed it once.',
    queued: 'The plan waited too long; it is made again.',
    failed: 'The plan could not be started.',
    rejected: 'Somebody refused the plan.',
    cancelled: 'Somebody cancelled the run; nothing was written.',
  },
  'pushing': {
    verifying: 'Every change has its outcome.',
    failed: 'The target refused to go on; changes without an outcome stay unsent.',
    interrupted: 'Somebody stopped the command between two changes; the rest stays unsent.',
  },
  'verifying': {
    done: 'What was written was read again; a change that is not as it was meant has failed.',
    failed: 'The target could not be read again.',
    pushing: 'The process ended while it verified; the run was applied again.',
    interrupted: 'Somebody stopped the command while it read the target again.',
  },
  'interrupted': {
    pushing: 'Somebody applied the rest of the plan.',
    queued: 'It was stopped before there was a plan; it begins again.',
    failed: 'The rest of the plan could not be started.',
    cancelled: 'Somebody cancelled the rest of the run.',
  },
  'failed': {
    pushing: 'Somebody applied the rest of the plan.',
    queued: 'It failed before there was a plan; it begins again.',
    interrupted: 'Somebody wants the rest of it sent; a worker takes it.',
    cancelled: 'Somebody cancelled the rest of the run.',
  },
  'done': {
    pushing: 'Somebody sent the failed changes again.',
  },
  'rejected': {},
  'cancelled': {},
};

export function mayBecome(from: RunStatus, to: RunStatus): boolean {
  return from === to || TRANSITIONS[from][to] !== undefined;
}
